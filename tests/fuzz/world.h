/* The world that a server under test lives in: real AF_UNIX sockets and a real event loop, but a
 * clock that stands still until it is told, calls that move no more bytes than they are told, and
 * calls that fail when they are told. The linker sends the server's calls here (--wrap). */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum world_call {
	WORLD_RECV,
	WORLD_SEND, /* and sendmsg(2) */
	WORLD_ACCEPT,
	WORLD_SHUTDOWN,
	WORLD_SETSOCKOPT,
	WORLD_IOCTL,
	WORLD_CLOSE,
	WORLD_MALLOC,
	WORLD_EVENT_ADD,
	WORLD_CALLS,
};

/* Everything as it is by default; the clock begins to stand still. */
void world_begin(void);
/* The clock runs again. */
void world_end(void);

void world_advance(uint64_t ns);

/* The most that one recv(2), one send(2) moves; 0: no limit. */
void world_limit(enum world_call call, size_t bytes);

/* The send buffer of sockets accepted from now on; 0: the kernel's. */
void world_send_buffer(int bytes);

/* After `skip` more calls, `count` of them fail, with an errno out of those that the call has. */
void world_fail(enum world_call call, unsigned skip, unsigned count, unsigned which);

/* A call failed, or will. */
bool world_is_hostile(void);

/* Descriptors that are open. */
unsigned world_descriptors(void);

#endif
