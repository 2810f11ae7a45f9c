#include "bench/load/event_wait.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

/* Seccomp filters from before the call answer EPERM, newer ones ENOSYS. */
static bool refuses(int error)
{
	return error == ENOSYS || error == EPERM;
}

int event_wait_open(struct event_wait *wait, struct error *error)
{
	*wait = (struct event_wait){.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	return wait->epoll_fd == -1 ? error_set_errno(error, STATUS_FAILED, "epoll_create1") : 0;
}

int event_wait_register(
	struct event_wait *wait, int fd, uint32_t *registered, uint32_t interest, void *carries)
{
	if (interest == *registered)
		return 0;
	int operation = !*registered ? EPOLL_CTL_ADD : interest ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
	struct epoll_event event = {.events = interest, .data.ptr = carries};
	*registered = interest;
	return epoll_ctl(wait->epoll_fd, operation, fd, &event);
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
