/* bare-ring [PORT]: the floor under every server that uses io_uring: what bare-loop does, given to
 * the kernel as requests. One multishot accept makes direct descriptors, and each connection is a
 * chain: receive, send, close. It parses nothing, watches nothing, times nothing. A client that
 * sends half a request ends it no sooner than it ends itself, so nobody could put it to use either.
 * Without PORT it only tells, by its exit status, whether a ring is to be had here. */
#include "perf/servers/bare.h"

#include <errno.h>
#include <liburing.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ENTRIES 1024
#define CONNECTIONS 16384
#define CHAIN 3

enum request { ACCEPT, RECEIVE, SEND, CLOSE };

static int die(const char *what, int error)
{
	fprintf(stderr, "bare-ring: %s: %s\n", what, strerror(error));
	return 1;
}

static void accept_begin(struct io_uring *ring, int listener)
{
	struct io_uring_sqe *entry = io_uring_get_sqe(ring);
	io_uring_prep_multishot_accept_direct(entry, listener, NULL, NULL, 0);
	entry->user_data = ACCEPT;
}

/* The close is run whatever becomes of the two before it (IOSQE_IO_HARDLINK), and what works is not
 * told: each connection has one completion, the accept's. */
static void chain(struct io_uring_sqe *entry, enum request request, unsigned flags)
{
	entry->user_data = request;
	entry->flags |= (__u8)(IOSQE_CQE_SKIP_SUCCESS | flags);
}

static void connection_serve(struct io_uring *ring, int slot)
{
	static char request[4096]; /* of all: nobody looks at it */
	struct io_uring_sqe *entry;
	if (io_uring_sq_space_left(ring) < CHAIN)
		io_uring_submit(ring);
	entry = io_uring_get_sqe(ring);
	io_uring_prep_recv(entry, slot, request, sizeof(request), 0);
	chain(entry, RECEIVE, IOSQE_FIXED_FILE | IOSQE_IO_HARDLINK);
	entry = io_uring_get_sqe(ring);
	io_uring_prep_send(
		entry, slot, bare_response, bare_response_bytes, MSG_WAITALL | MSG_NOSIGNAL);
	chain(entry, SEND, IOSQE_FIXED_FILE | IOSQE_IO_HARDLINK);
	entry = io_uring_get_sqe(ring);
	io_uring_prep_close_direct(entry, (unsigned)slot);
	chain(entry, CLOSE, 0);
}

/* Returns an errno with which nothing can go on. A peer may have gone before its turn. */
static int completion_take(struct io_uring *ring, int listener, const struct io_uring_cqe *end)
{
	if (end->user_data != ACCEPT)
		return end->user_data == CLOSE ? -end->res : 0;
	if (end->res < 0 && end->res != -ECONNABORTED && end->res != -ENFILE)
		return -end->res;
	if (!(end->flags & IORING_CQE_F_MORE))
		accept_begin(ring, listener);
	if (end->res >= 0)
		connection_serve(ring, end->res);
	return 0;
}

static int serve(struct io_uring *ring, int listener)
{
	int error = 0;
	accept_begin(ring, listener);
	while (error == 0) {
		struct io_uring_cqe *end;
		unsigned head, count = 0;
		error = -io_uring_submit_and_wait(ring, 1);
		error = error < 0 || error == EINTR ? 0 : error;
		io_uring_for_each_cqe(ring, head, end)
		{
			error = error ? error : completion_take(ring, listener, end);
			count++;
		}
		io_uring_cq_advance(ring, count);
	}
	return error;
}

int main(int argc, char **argv)
{
	struct io_uring ring;
	int error = -io_uring_queue_init(
		ENTRIES, &ring, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
	if (error == 0)
		error = -io_uring_register_files_sparse(&ring, CONNECTIONS);
	if (error != 0)
		return die("no ring", error);
	if (argc == 1)
		return 0;
	int listener = bare_listen(argv[1]);
	if (listener == -1)
		return die("cannot listen", errno);
	return die("the ring", serve(&ring, listener));
}
