/* Bytes that a socket did not take, until it does. */
#ifndef BENCH_LOAD_UNSENT_H
#define BENCH_LOAD_UNSENT_H

#include <stddef.h>
#include <sys/types.h>

struct unsent {
	char *bytes; /* owned; NULL: none wait */
	size_t at, length;
};

/* Sends once what waits, and behind it these bytes, with these flags of send(2); what does not go
 * waits. Returns how many bytes the socket has taken, or -1 with errno. */
ssize_t unsent_send(struct unsent *unsent, int fd, const char *bytes, size_t length, int flags);

void unsent_drop(struct unsent *unsent);

#endif
