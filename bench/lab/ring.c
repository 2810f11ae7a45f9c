/* A ring for a scene's applications: one request at a time, or two that are linked, beside a
 * receive that is pending. */
#include "bench/lab/pair.h"
#include "bench/lab/ring_verbs.h"
#include "common/bounded_text.h"
#include "common/clock.h"

#include <dirent.h>
#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENTRIES 8
/* So long a wait may take no notice of ^C. */
#define SLICE_NS 200000000

enum request {
	REQUEST_RECEIVE,
	REQUEST_CANCEL,
	REQUEST_SEND,
	REQUEST_CLOSE,
	REQUEST_SHUT,
	REQUESTS
};

struct lab_ring {
	struct io_uring ring;
	struct {
		bool is_pending;
		int result;
	} requests[REQUESTS];
	char received;
};

struct ring_scene {
	struct lab *lab;
	void (*play)(struct lab *lab);
};

static void *ring_play(void *argument)
{
	struct ring_scene *scene = argument;
	struct lab_ring ring = {0};
	struct lab *lab = scene->lab;
	int error = -io_uring_queue_init(
		ENTRIES, &ring.ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
	if (error != 0) {
		lab_skip(lab, "this host allows no ring (io_uring_setup: %s)", strerror(error));
		return NULL;
	}
	lab->ring = &ring;
	scene->play(lab);
	lab->ring = NULL;
	io_uring_queue_exit(&ring.ring);
	return NULL;
}

void lab_ring(struct lab *lab, void (*scene)(struct lab *lab))
{
	pthread_t thread;
	struct ring_scene in_ring = {lab, scene};
	if (lab_is_over(lab))
		return;
	if (pthread_create(&thread, NULL, ring_play, &in_ring) == 0)
		pthread_join(thread, NULL);
	else
		lab_fail(lab, "cannot start a thread");
}

/* Requests ----------------------------------------------------------------------------------- */

/* The ring has an entry for each request. */
static struct io_uring_sqe *request_begin(struct lab_ring *ring, enum request request)
{
	ring->requests[request].is_pending = true;
	return io_uring_get_sqe(&ring->ring);
}

/* Takes note of the requests that have ended. */
static void ends_take(struct lab_ring *ring)
{
	struct io_uring_cqe *end;
	while (io_uring_peek_cqe(&ring->ring, &end) == 0) {
		ring->requests[end->user_data].is_pending = false;
		ring->requests[end->user_data].result = end->res;
		io_uring_cqe_seen(&ring->ring, end);
	}
}

/* Gives the kernel what was begun, and waits until a request has ended. */
static void ends_await(struct lab_ring *ring)
{
	struct __kernel_timespec slice = {.tv_nsec = SLICE_NS};
	struct io_uring_cqe *end;
	io_uring_submit_and_wait_timeout(&ring->ring, &end, 1, &slice, NULL);
	ends_take(ring);
}

/* Returns its result. */
static int request_await(struct lab *lab, enum request request)
{
	uint64_t deadline_ns = lab_deadline_ns();
	while (!lab_is_over(lab) && lab->ring->requests[request].is_pending) {
		ends_await(lab->ring);
		if (clock_now_ns() > deadline_ns)
			lab_fail(lab, "a request of the ring did not end");
	}
	return lab_is_over(lab) ? -EINTR : lab->ring->requests[request].result;
}

/* Verbs --------------------------------------------------------------------------------------- */

void lab_ring_receive(struct pair *pair, enum lab_end end)
{
	if (!pair_is_open(pair, end))
		return;
	struct lab_ring *ring = pair->lab->ring;
	struct io_uring_sqe *entry = request_begin(ring, REQUEST_RECEIVE);
	io_uring_prep_recv(entry, pair->fds[end], &ring->received, sizeof(ring->received), 0);
	entry->user_data = REQUEST_RECEIVE;
	io_uring_submit(&ring->ring);
}

int lab_ring_received(struct lab *lab)
{
	return request_await(lab, REQUEST_RECEIVE);
}

int lab_ring_cancel(struct lab *lab)
{
	if (lab_is_over(lab))
		return -EINTR;
	struct io_uring_sqe *entry = request_begin(lab->ring, REQUEST_CANCEL);
	io_uring_prep_cancel64(entry, REQUEST_RECEIVE, 0);
	entry->user_data = REQUEST_CANCEL;
	request_await(lab, REQUEST_CANCEL);
	return lab_ring_received(lab);
}

static void close_begin(struct pair *pair, enum lab_end end, unsigned flags)
{
	struct io_uring_sqe *entry = request_begin(pair->lab->ring, REQUEST_CLOSE);
	io_uring_prep_close(entry, pair->fds[end]);
	entry->user_data = REQUEST_CLOSE;
	entry->flags |= (uint8_t)flags;
}

struct lab_ring_closed lab_ring_close(struct pair *pair, enum lab_end end, bool by_worker)
{
	if (!pair_is_open(pair, end))
		return (struct lab_ring_closed){0};
	close_begin(pair, end, by_worker ? IOSQE_ASYNC : 0);
	uint64_t from_ns = clock_now_ns();
	int result = request_await(pair->lab, REQUEST_CLOSE);
	double took_ms = (double)(clock_now_ns() - from_ns) / 1e6;
	if (result == 0)
		pair->fds[end] = -1;
	return (struct lab_ring_closed){result, took_ms};
}

int lab_ring_shut(struct pair *pair, enum lab_end end)
{
	if (!pair_is_open(pair, end))
		return -EINTR;
	struct io_uring_sqe *entry = request_begin(pair->lab->ring, REQUEST_SHUT);
	io_uring_prep_shutdown(entry, pair->fds[end], SHUT_WR);
	entry->user_data = REQUEST_SHUT;
	return request_await(pair->lab, REQUEST_SHUT);
}

/* The ring goes on where it is entered: when its descriptor is ready, or the end's. */
static struct reading read_meanwhile(struct pair *pair, enum lab_end end)
{
	struct reading all = {0, READ_OPEN};
	struct lab_ring *ring = pair->lab->ring;
	uint64_t deadline_ns = lab_deadline_ns();
	while (all.end == READ_OPEN && pair_is_open(pair, end)) {
		struct pollfd fds[] = {
			{ring->ring.ring_fd, POLLIN, 0}, {pair->fds[end], POLLIN, 0}};
		poll(fds, 2, SLICE_NS / NS_PER_MS);
		io_uring_get_events(&ring->ring);
		ends_take(ring);
		struct reading now = lab_read_now(pair, end);
		all.bytes += now.bytes;
		all.end = now.end;
		if (now.bytes > 0)
			deadline_ns = lab_deadline_ns();
		else if (all.end == READ_OPEN && clock_now_ns() > deadline_ns)
			lab_fail(pair->lab,
				"neither bytes nor an end came for %d s behind %u bytes",
				LAB_DEADLINE_S, all.bytes);
	}
	lab_close(pair, end);
	return all;
}

struct lab_ring_sent lab_ring_send_close(
	struct pair *pair, enum lab_end end, unsigned bytes, bool waits_for_all)
{
	struct lab_ring_sent result = {0};
	if (!pair_is_open(pair, end))
		return result;
	struct lab *lab = pair->lab;
	char *data = calloc(1, bytes);
	struct io_uring_sqe *entry = request_begin(lab->ring, REQUEST_SEND);
	io_uring_prep_send(entry, pair->fds[end], data, bytes,
		MSG_NOSIGNAL | (waits_for_all ? MSG_WAITALL : 0));
	entry->user_data = REQUEST_SEND;
	entry->flags |= IOSQE_IO_LINK;
	close_begin(pair, end, 0);
	io_uring_submit(&lab->ring->ring);
	result.read = read_meanwhile(pair, !end);
	result.sent = request_await(lab, REQUEST_SEND);
	result.closed = request_await(lab, REQUEST_CLOSE);
	free(data);
	if (result.closed == 0)
		pair->fds[end] = -1;
	return result;
}

/* They are named for the thread that uses the ring. */
unsigned lab_ring_workers(struct lab *lab)
{
	char expected[32], path[64], name[32];
	unsigned count = 0;
	DIR *threads = lab_is_over(lab) ? NULL : opendir("/proc/self/task");
	bounded_text_write(expected, sizeof(expected), "iou-wrk-%d\n", (int)gettid());
	for (struct dirent *thread; threads && (thread = readdir(threads));) {
		bounded_text_write(path, sizeof(path), "/proc/self/task/%s/comm", thread->d_name);
		FILE *file = fopen(path, "re");
		if (file && fgets(name, sizeof(name), file))
			count += strcmp(name, expected) == 0;
		if (file)
			fclose(file);
	}
	if (threads)
		closedir(threads);
	return count;
}
