/* The standard streams. */
#ifndef COMMON_STANDARD_STREAMS_H
#define COMMON_STANDARD_STREAMS_H

#include <stdbool.h>

/* Opens the standard streams that the program was started without. Otherwise a socket or a file
 * could get the number of stderr, and messages would go there. Returns false on failure. */
bool standard_streams_open(void);

#endif
