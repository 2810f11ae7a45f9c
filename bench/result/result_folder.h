/* A folder that an option names, for files of results. */
#ifndef BENCH_RESULT_RESULT_FOLDER_H
#define BENCH_RESULT_RESULT_FOLDER_H

#include "common/error.h"

/* Makes the folder where there is none, and proves that files can be made in it. Returns 0 or -1.
 */
int result_folder_prepare(const char *option, const char *folder, struct error *error);

#endif
