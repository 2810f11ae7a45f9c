/* Waits for events, with a timeout in nanoseconds. Linux has epoll_pwait2(2) since 5.11; a
 * container's filter or an emulator that does not know the call refuses it on newer kernels too.
 * Then ppoll(2) waits, and epoll_wait(2) takes what has come: one call more. */
#ifndef BENCH_LOAD_EVENT_WAIT_H
#define BENCH_LOAD_EVENT_WAIT_H

#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct event_wait {
	int epoll_fd;
	bool is_refused; /* epoll_pwait2(2) was refused, and is not called again */
};

/* Returns 0, or -1 when there is no descriptor. */
int event_wait_open(struct event_wait *wait, struct error *error);

/* Has epoll(7) wait for `interest` on `fd` from now on; each event carries `carries`. `registered`:
 * the events that it waits for so far, 0 none; updated. Returns 0, or -1 with errno. */
int event_wait_register(
	struct event_wait *wait, int fd, uint32_t *registered, uint32_t interest, void *carries);

/* Returns the number of events, 0 when `within_ns` (less than a second) have passed, or -1 with
 * errno. */
int event_wait_next(
	struct event_wait *wait, struct epoll_event *events, int most, uint64_t within_ns);

#endif
