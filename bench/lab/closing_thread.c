/* A thread that closes a socket, where close() is to be seen waiting. */
#include "bench/lab/lab.h"
#include "common/bounded_text.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct lab_closing {
	struct lab *lab;
	pthread_t thread;
	int fd;
	struct lab_closed closed;
	atomic_int thread_id; /* 0: it has not begun */
	atomic_bool is_done;
};

static void *socket_close(void *argument)
{
	struct lab_closing *closing = argument;
	atomic_store(&closing->thread_id, (int)syscall(SYS_gettid));
	uint64_t from_ns = clock_now_ns();
	closing->closed.error = close(closing->fd) == -1 ? errno : 0;
	closing->closed.took_ms = (double)(clock_now_ns() - from_ns) / 1e6;
	atomic_store(&closing->is_done, true);
	return NULL;
}

/* The letter of proc_pid_stat(5): S is a thread that waits in the kernel. */
static char thread_state(int thread_id)
{
	char path[64], text[256];
	bounded_text_write(path, sizeof(path), "/proc/self/task/%d/stat", thread_id);
	FILE *file = fopen(path, "re");
	if (!file)
		return '?';
	size_t size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = '\0';
	const char *behind_name = strrchr(text, ')');
	if (!behind_name || behind_name[1] != ' ')
		return '?';
	return behind_name[2];
}

/* Between its beginning and its end the thread sleeps nowhere but in close(). */
static void sleep_await(struct lab_closing *closing)
{
	uint64_t deadline_ns = lab_deadline_ns();
	while (!atomic_load(&closing->is_done) && !lab_is_over(closing->lab) &&
		clock_now_ns() < deadline_ns) {
		int thread_id = atomic_load(&closing->thread_id);
		if (thread_id != 0 && thread_state(thread_id) == 'S' &&
			!atomic_load(&closing->is_done)) {
			closing->closed.has_waited = true;
			return;
		}
		lab_wait_a_moment(closing->lab);
	}
}

struct lab_closing *lab_close_begin(struct pair *pair, enum lab_end end)
{
	if (!pair || lab_is_over(pair->lab))
		return NULL;
	struct lab_closing *closing = calloc(1, sizeof(*closing));
	if (closing) {
		closing->lab = pair->lab;
		closing->fd = pair->fds[end];
	}
	if (!closing || pthread_create(&closing->thread, NULL, socket_close, closing) != 0) {
		lab_fail(pair->lab, "cannot start a thread");
		free(closing);
		return NULL;
	}
	pair->fds[end] = -1;
	sleep_await(closing);
	return closing;
}

struct lab_closed lab_close_end(struct lab_closing *closing)
{
	struct lab_closed closed = {0};
	if (!closing)
		return closed;
	pthread_join(closing->thread, NULL);
	closed = closing->closed;
	free(closing);
	return closed;
}
