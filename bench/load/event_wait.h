/* Waits for events, with a timeout in nanoseconds. Linux has epoll_pwait2(2) since 5.11; a
 * container's filter or an emulator that does not know the call refuses it on newer kernels too.
 * Then ppoll(2) waits, and epoll_wait(2) takes what has come: one call more. */
#ifndef BENCH_LOAD_EVENT_WAIT_H
#define BENCH_LOAD_EVENT_WAIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct event_wait {
	int epoll_fd;
	bool is_refused; /* epoll_pwait2(2) was refused, and is not called again */
};

/* Returns the number of events, 0 when `within_ns` (less than a second) have passed, or -1 with
 * errno. */
int event_wait_next(
	struct event_wait *wait, struct epoll_event *events, int most, uint64_t within_ns);

#endif
