#include "bench/load/event_wait.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

/* Seccomp filters from before the call answer EPERM, newer ones ENOSYS. */
static bool refuses(int error)
{
	return error == ENOSYS || error == EPERM;
}

int event_wait_next(
	struct event_wait *wait, struct epoll_event *events, int most, uint64_t within_ns)
{
	const struct timespec time = {.tv_nsec = (long)within_ns};
	if (!wait->is_refused) {
		int n = epoll_pwait2(wait->epoll_fd, events, most, &time, NULL);
		if (n != -1 || !refuses(errno))
			return n;
		wait->is_refused = true;
	}
	struct pollfd watched = {.fd = wait->epoll_fd, .events = POLLIN};
	int ready = ppoll(&watched, 1, &time, NULL);
	return ready > 0 ? epoll_wait(wait->epoll_fd, events, most, 0) : ready;
}
