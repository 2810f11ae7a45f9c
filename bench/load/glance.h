/* Responses that are looked for before epoll(7) is asked to wait for them. A lane that is busy
 * comes back to a connection when its response is long there: then it costs neither epoll_ctl(2),
 * nor its part of epoll_pwait2(2), nor what the kernel does to tell and to forget. A lane that has
 * time registers at once, and is told as soon as something comes. */
#ifndef BENCH_LOAD_GLANCE_H
#define BENCH_LOAD_GLANCE_H

#include <stdbool.h>
#include <stdint.h>

struct lane;
struct slot;

/* The oldest first. */
struct glances {
	struct slot *first, **end;
	uint32_t declined; /* connections that are still registered at once, since one was not ready
			    */
};

void glances_init(struct glances *glances);

/* The slot waits for its first response, and is not registered: looks for it later, or not. Returns
 * false when it is to be registered now. */
bool glance_later(struct glances *glances, struct slot *slot);

/* Looks for what may have come, and registers what has not. When nothing has come at all the lane
 * is about to sleep, and all are registered. Returns true when something has. */
bool glances_take(struct lane *lane);

#endif
