#include "bench/lab/pair.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* So long a wait may take no notice of ^C. */
#define SLICE_MS 200

struct socket_job {
	int family, fd;
};

static int socket_make(void *argument, struct error *error)
{
	struct socket_job *job = argument;
	job->fd = socket(job->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return job->fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : 0;
}

int lab_new_socket(struct lab *lab, enum lab_end end)
{
	struct error error = {0};
	struct socket_job job = {network_family(&lab->network), -1};
	int yes = 1;
	if (lab_is_over(lab))
		return -1;
	if (netns_run(lab_netns(lab, end), socket_make, &job, &error) == -1)
		lab_fail(lab, "%s", error.text);
	else
		setsockopt(job.fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return job.fd;
}

int lab_socket(const struct pair *pair, enum lab_end end)
{
	return pair ? pair->fds[end] : -1;
}

uint16_t lab_client_port(const struct pair *pair)
{
	return pair ? address_port(&pair->client) : 0;
}

bool pair_await(struct lab *lab, int fd, short events)
{
	uint64_t deadline_ns = lab_deadline_ns();
	while (!lab_is_over(lab)) {
		struct pollfd poll_fd = {fd, events, 0};
		if (poll(&poll_fd, 1, SLICE_MS) == 1)
			return true;
		if (clock_now_ns() > deadline_ns)
			return false;
	}
	return false;
}

/* Of the same port there is one at a time: an older one has no segments from now on. */
static struct pair *pair_add(struct lab *lab)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	if (!pair) {
		lab_fail(lab, "no memory");
		return NULL;
	}
	*pair = (struct pair){.lab = lab,
		.fds = {-1, -1},
		.mark = lab_mark(lab),
		.mark_end = UINT64_MAX,
		.like_count = SIZE_MAX};
	if (lab->last)
		lab->last->next = pair;
	else
		lab->first = pair;
	lab->last = pair;
	return pair;
}

static void pair_name(struct pair *pair)
{
	pair->client.length = sizeof(pair->client.storage);
	getsockname(
		pair->fds[CLIENT], (struct sockaddr *)&pair->client.storage, &pair->client.length);
	for (struct pair *other = pair->lab->first; other != pair; other = other->next)
		if (lab_client_port(other) == lab_client_port(pair) &&
			other->mark_end == UINT64_MAX)
			other->mark_end = pair->mark;
}

int lab_connect_socket(struct lab *lab, int fd, uint16_t port)
{
	struct address to = pair_server_address(lab);
	if (port != 0)
		address_set_port(&to, port);
	return connect(fd, address_sockaddr(&to), to.length) == 0 || errno == EINPROGRESS ? 0
											  : errno;
}

/* Returns 0, or connect(2)'s errno. */
static int connect_begin(struct pair *pair, uint16_t port)
{
	struct lab *lab = pair->lab;
	struct address from = network_client_address(&lab->network, 0);
	address_set_port(&from, port);
	pair->fds[CLIENT] = lab_new_socket(lab, CLIENT);
	if (pair->fds[CLIENT] == -1)
		return EBADF;
	if (port != 0 && bind(pair->fds[CLIENT], address_sockaddr(&from), from.length) == -1)
		return errno;
	pair_prepare(pair);
	int error = lab_connect_socket(lab, pair->fds[CLIENT], 0);
	if (error == 0)
		pair_name(pair);
	return error;
}

/* Returns 0, or the errno with which the connection failed. */
static int connect_await(struct pair *pair)
{
	struct lab *lab = pair->lab;
	int error = 0;
	socklen_t size = sizeof(error);
	if (!pair_await(lab, pair->fds[CLIENT], POLLOUT))
		return ETIMEDOUT;
	getsockopt(pair->fds[CLIENT], SOL_SOCKET, SO_ERROR, &error, &size);
	while (error == 0 && lab->accepts && pair->fds[SERVER] == -1) {
		if (!pair_await(lab, lab->listener, POLLIN))
			return ETIMEDOUT;
		pair_accept(lab);
	}
	return error;
}

static struct pair *connect_only_begin(struct lab *lab, uint16_t port, int *error)
{
	struct pair *pair = lab_is_over(lab) ? NULL : pair_add(lab);
	*error = 0;
	if (!pair)
		return NULL;
	*error = connect_begin(pair, port);
	if (*error == 0)
		return pair;
	if (pair->fds[CLIENT] != -1)
		close(pair->fds[CLIENT]);
	pair->fds[CLIENT] = -1;
	return NULL;
}

struct pair *lab_try_connect(struct lab *lab, uint16_t port, int *error)
{
	struct pair *pair = connect_only_begin(lab, port, error);
	if (pair)
		*error = connect_await(pair);
	if (!pair || *error == 0)
		return pair;
	close(pair->fds[CLIENT]);
	pair->fds[CLIENT] = -1;
	return NULL;
}

struct pair *lab_connect_from(struct lab *lab, uint16_t port)
{
	int error;
	struct pair *pair = lab_try_connect(lab, port, &error);
	if (!pair)
		lab_fail(lab, "the client could not connect: %s", strerror(error));
	return pair;
}

struct pair *lab_connect(struct lab *lab)
{
	return lab_connect_from(lab, 0);
}

struct pair *lab_connect_again(const struct pair *old)
{
	return old ? lab_connect_from(old->lab, lab_client_port(old)) : NULL;
}

struct pair *lab_begin_connect_try(struct lab *lab, int *error)
{
	return connect_only_begin(lab, 0, error);
}

struct pair *lab_begin_connect_from(struct lab *lab, uint16_t port)
{
	int error;
	struct pair *pair = connect_only_begin(lab, port, &error);
	if (!pair)
		lab_fail(lab, "the client could not begin to connect: %s", strerror(error));
	return pair;
}

struct pair *lab_begin_connect(struct lab *lab)
{
	return lab_begin_connect_from(lab, 0);
}

void lab_finish_connect(struct pair *pair)
{
	if (!pair || lab_is_over(pair->lab))
		return;
	int error = connect_await(pair);
	if (error != 0)
		lab_fail(pair->lab, "the client could not connect: %s", strerror(error));
}

static bool segment_at(const struct frame_record *record, uint64_t at, struct frame_tcp *segment)
{
	const struct frame_sight *sight = &record->sights[at];
	return frame_fate_is_sent((enum frame_fate)sight->fate) &&
	       frame_tcp_find((struct iovec){(void *)sight->bytes, sight->length}, segment);
}

uint64_t pair_begin(const struct pair *pair, const struct frame_record *record)
{
	uint64_t at = pair->mark;
	struct frame_tcp found;
	while (at < record->count &&
		!(segment_at(record, at, &found) && found.source_port == lab_client_port(pair) &&
			tcp_header_has(&found.header, TCP_SYN)))
		at++;
	return at;
}

static bool is_same(const struct frame_tcp *one, const struct frame_tcp *other)
{
	const unsigned numbered = TCP_SYN | TCP_FIN, kind = numbered | TCP_RST;
	const struct tcp_header *a = &one->header, *b = &other->header;
	bool says_more = a->payload > 0 || (a->flags & numbered);
	return one->source_port == other->source_port &&
	       one->destination_port == other->destination_port && a->seq == b->seq &&
	       a->payload == b->payload && (a->flags & kind) == (b->flags & kind) &&
	       (says_more || a->ack == b->ack);
}

bool pair_is_again(const struct frame_record *record, uint64_t begin, uint64_t at)
{
	struct frame_tcp segment, earlier;
	if (!segment_at(record, at, &segment))
		return false;
	for (; begin < at; begin++)
		if (segment_at(record, begin, &earlier) && is_same(&segment, &earlier))
			return true;
	return false;
}

void pairs_close(struct lab *lab)
{
	for (struct pair *pair = lab->first; pair; pair = pair->next)
		for (unsigned end = 0; end < LAB_ENDS; end++) {
			if (pair->fds[end] != -1)
				close(pair->fds[end]);
			pair->fds[end] = -1;
		}
}

void pairs_free(struct lab *lab)
{
	while (lab->first) {
		struct pair *pair = lab->first;
		lab->first = pair->next;
		pair_tls_finish(pair);
		free(pair->sights);
		free(pair);
	}
	lab->last = NULL;
}
