/* What the bare servers have alike: how they listen, and what they answer. */
#ifndef PERF_BARE_H
#define PERF_BARE_H

#include <stddef.h>

/* As long as teardown-server's. */
extern const char bare_response[];
extern const size_t bare_response_bytes;

/* A listener with TCP_DEFER_ACCEPT; -1 with errno. */
int bare_listen(const char *port);

#endif
