/* The standard streams. */
#ifndef COMMON_STREAMS_H
#define COMMON_STREAMS_H

#include <stdbool.h>

/* Opens the standard streams that the program was started without. Otherwise a socket or a file
 * could get the number of stderr, and messages would go there. Returns false on failure. */
bool streams_open(void);

#endif
