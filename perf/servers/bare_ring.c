/* bare-ring [PORT]: the floor under every server that uses io_uring: what bare-loop does, given to
 * the kernel as requests. One multishot accept makes direct descriptors, and each connection is a
 * chain: receive, send, close. It parses nothing, watches nothing, times nothing. A client that
 * sends half a request ends it no sooner than it ends itself, so nobody could put it to use either.
 * Without PORT it only tells, by its exit status, whether a ring is to be had here. */
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LINE "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
#define BACKLOG 16384
#define ENTRIES 1024
#define CONNECTIONS 16384
#define CHAIN 3

enum request { ACCEPT, RECEIVE, SEND, CLOSE };

/* As long as teardown-server's. */
static const char response[] = "HTTP/1.1 200 OK\r\n"
			       "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
			       "Content-Type: text/plain\r\n"
			       "Content-Length: 128\r\n"
			       "Connection: close\r\n"
			       "\r\n" LINE LINE;

static int die(const char *what, int error)
{
	fprintf(stderr, "bare-ring: %s: %s\n", what, strerror(error));
	return 1;
}

static int option_set(int fd, int level, int option)
{
	const int one = 1;
	return setsockopt(fd, level, option, &one, sizeof(one));
}

static int listener_open(in_port_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || option_set(fd, SOL_SOCKET, SO_REUSEADDR) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_NODELAY) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == -1 ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
		listen(fd, BACKLOG) == -1)
		return -1;
	return fd;
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
	io_uring_prep_send(entry, slot, response, sizeof(response) - 1, MSG_WAITALL | MSG_NOSIGNAL);
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
	int listener = listener_open((in_port_t)atoi(argv[1]));
	if (listener == -1)
		return die("cannot listen", errno);
	return die("the ring", serve(&ring, listener));
}
