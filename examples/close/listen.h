/* Not about closing: a listener, and threads that accept. */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Does not return where that cannot be. */
static inline int listen_on(int port)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1 ||
		bind(listener, (struct sockaddr *)&at, sizeof(at)) == -1 ||
		listen(listener, SOMAXCONN) == -1) {
		perror("cannot listen");
		exit(1);
	}
	return listener;
}

struct accepting {
	int listener;
	void (*serve)(int fd); /* closes fd */
};

/* SOCK_CLOEXEC: a program that is started meanwhile would have a copy of the descriptor, and
 * close(2) sends nothing before the last copy is closed. */
static inline void *accept_each(void *argument)
{
	const struct accepting *accepting = argument;
	for (;;) {
		int fd = accept4(accepting->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd != -1)
			accepting->serve(fd);
		else if (errno == EINVAL || errno == EBADF)
			return NULL; /* the listener was shut down or closed */
		else if (errno != EINTR && errno != ECONNABORTED)
			usleep(100000); /* no descriptor or no memory is left: do not spin */
	}
}

/* Each thread serves one connection at a time. Returns when the listener is gone. */
static inline int serve_in_threads(int listener, int threads, void (*serve)(int fd))
{
	struct accepting accepting = {listener, serve};
	pthread_t thread;
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread, NULL, accept_each, &accepting) != 0)
			break; /* fewer will do */
	accept_each(&accepting);
	return 1;
}
