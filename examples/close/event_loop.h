/* Not about closing: an event loop with a deadline for each descriptor. It stands for your own. */
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 16384 };

struct handlers {
	void (*begin)(int fd); /* it was accepted; each of these may close it */
	void (*ready)(int fd);
	void (*late)(int fd); /* its deadline has passed */
};

static int epoll;
static time_t deadlines[DESCRIPTORS]; /* by descriptor; 0: none */

/* EPOLL_CTL_ADD or EPOLL_CTL_MOD. Where that fails the deadline comes. */
static inline void watch(int fd, int operation, uint32_t events)
{
	epoll_ctl(epoll, operation, fd, &(struct epoll_event){events, {.fd = fd}});
}

static inline void accept_one(int listener, const struct handlers *handlers)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= DESCRIPTORS)
		close(fd);
	else if (fd != -1)
		handlers->begin(fd);
	else if (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
		/* No descriptor or no memory is left, and the listener would be ready again at
		 * once: not until the next sweep. */
		watch(listener, EPOLL_CTL_MOD, 0);
}

/* Once a second. A server of many thousands has a timer wheel. */
static inline void sweep(time_t now, const struct handlers *handlers)
{
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (deadlines[fd] != 0 && now > deadlines[fd])
			handlers->late(fd);
}

/* Does not return. */
static inline void loop_run(int listener, const struct handlers *handlers)
{
	struct epoll_event events[256];
	fcntl(listener, F_SETFL, O_NONBLOCK); /* a connection may be gone before it is accepted */
	epoll = epoll_create1(EPOLL_CLOEXEC);
	watch(listener, EPOLL_CTL_ADD, EPOLLIN);
	for (time_t swept = now_s();;) {
		int ready = epoll_wait(epoll, events, 256, 1000);
		for (int i = 0; i < ready; i++)
			if (events[i].data.fd == listener)
				accept_one(listener, handlers);
			else
				handlers->ready(events[i].data.fd);
		if (now_s() == swept)
			continue;
		swept = now_s();
		sweep(swept, handlers);
		watch(listener, EPOLL_CTL_MOD, EPOLLIN);
	}
}
