#include "server/flow.h"

#include "server/connection.h"
#include "server/options.h"
#include "server/sealed.h"
#include "server/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* One sendmsg(2) takes up to 1 MiB of a generated body, and one event makes up to four calls. */
#define SEND_PIECES 64
#define SEND_CALLS 4

static void flow_failed(struct connection *c, int error)
{
	c->worker->output.length = 0;
	connection_follow(c, executor_error(connection_executor(c), &c->teardown, error));
}

/* Fills `pieces` with the bytes and the next part of the generated body. `pieces` has room for
 * SEND_PIECES + 1. Returns how many are used, and in `offered` their bytes. */
static size_t pieces_gather(const struct connection *c, const char *bytes, size_t length,
	struct iovec *pieces, size_t *offered)
{
	size_t count = 0;
	uint64_t left = c->pattern_left;
	uint64_t offset = c->pattern_offset;
	*offered = length;
	if (length > 0)
		pieces[count++] = (struct iovec){(void *)bytes, length};
	for (size_t i = 0; i < SEND_PIECES && left > 0; i++) {
		size_t piece;
		const char *pattern = output_buffer_pattern(offset, &piece);
		if (piece > left)
			piece = (size_t)left;
		pieces[count++] = (struct iovec){(void *)pattern, piece};
		*offered += piece;
		offset += piece;
		left -= piece;
	}
	return count;
}

/* Sends the bytes and as much of the generated body as fits into one call. Returns what the system
 * call does. */
static ssize_t flow_offer(
	const struct connection *c, const char *bytes, size_t length, size_t *offered)
{
	struct iovec pieces[SEND_PIECES + 1];
	struct msghdr message = {.msg_iov = pieces};
	const struct executor *x = &c->worker->executor;
	int flags = MSG_NOSIGNAL | executor_send_flags(x, c->finished);
	if (c->pattern_left == 0) {
		*offered = length;
		return send(c->teardown.fd, bytes, length, flags);
	}
	message.msg_iovlen = pieces_gather(c, bytes, length, pieces, offered);
	/* More of the body follows: do not send a short segment. */
	if (*offered - length < c->pattern_left)
		flags |= MSG_MORE;
	return sendmsg(c->teardown.fd, &message, flags);
}

/* Sends `bytes`, then the generated body. Returns 1 when all is sent; 0 when the socket is full, or
 * when other connections are to have their turn; -1 with errno. */
static int flow_send(struct connection *c, const char *bytes, size_t length, size_t *sent)
{
	*sent = 0;
	for (unsigned calls = 0; *sent < length || c->pattern_left > 0;) {
		size_t offered;
		ssize_t n = flow_offer(c, bytes, length - *sent, &offered);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? 0 : -1;
		size_t head = (size_t)n < length - *sent ? (size_t)n : length - *sent;
		*sent += head;
		bytes = head > 0 ? bytes + head : bytes;
		c->pattern_offset += (uint32_t)((size_t)n - head);
		c->pattern_left -= (size_t)n - head;
		c->teardown.view.sent_bytes += (size_t)n;
		c->worker->metrics.counts.sent_bytes += (size_t)n;
		if ((size_t)n < offered || ++calls == SEND_CALLS)
			break;
	}
	return *sent == length && c->pattern_left == 0;
}

/* Every response was handed to the kernel: tells the executor of each exchange. */
static void exchanges_report(struct connection *c)
{
	struct td_view *view = &c->teardown.view;
	while (c->unreported > 0 && connection_is_open(c)) {
		c->unreported--;
		view->exchanges++;
		view->last = c->finished && c->unreported == 0;
		c->worker->metrics.counts.exchanges++;
		struct executor *x = view->last ? connection_executor(c) : &c->worker->executor;
		connection_follow(c, executor_exchange_done(x, &c->teardown));
	}
}

static char *bytes_keep(const char *bytes, size_t length)
{
	char *copy = malloc(length);
	return copy ? memcpy(copy, bytes, length) : NULL;
}

/* As flow_send does. Over TLS all bytes are taken: what the socket does not take is kept sealed. */
static int flow_send_any(struct connection *c, const char *bytes, size_t length, size_t *sent)
{
	if (!c->channel)
		return flow_send(c, bytes, length, sent);
	*sent = length;
	return sealed_send(c, bytes, length);
}

/* Sends the output buffer, and copies to the connection what the socket does not take. */
static void flow_flush(struct connection *c)
{
	struct output_buffer *out = &c->worker->output;
	size_t sent, length = out->length;
	int status = flow_send_any(c, out->bytes, length, &sent);
	out->length = 0;
	if (c->request)
		http1_commit(c->request);
	if (status == -1) {
		flow_failed(c, errno);
	} else if (status == 1) {
		exchanges_report(c);
	} else if (sent < length) {
		c->unsent = bytes_keep(out->bytes + sent, length - sent);
		c->unsent_at = 0;
		c->unsent_length = (uint32_t)(length - sent);
		if (!c->unsent)
			flow_failed(c, ENOMEM);
	}
}

static bool response_is_last(const struct connection *c)
{
	const struct worker *w = c->worker;
	return w->draining ||
	       (w->exchanges_max > 0 &&
		       c->teardown.view.exchanges + c->unreported + 1 >= w->exchanges_max);
}

/* Keeps an incomplete request. Most requests come whole: they are parsed in the worker's own struct
 * http1, and no connection needs memory for one. */
static int request_keep(struct connection *c, struct http1 *h)
{
	if (c->request)
		return 0;
	c->request = malloc(sizeof(*h));
	if (c->request)
		*c->request = *h;
	memset(h, 0, sizeof(*h));
	return c->request ? 0 : -1;
}

static void request_end(struct connection *c, struct http1 *h)
{
	c->unreported++;
	c->due_ns = 0;
	c->finished = h->last;
	c->pattern_left = h->pattern_left;
	c->pattern_offset = 0;
	h->pattern_left = 0;
	if (c->request)
		free(c->request);
	c->request = NULL;
}

/* Parses one request, or the part of it that has come. Returns how many bytes were used. */
static size_t flow_parse(struct connection *c, const char *data, size_t length)
{
	size_t used = length;
	struct http1 *h = c->request ? c->request : &c->worker->request;
	h->must_close = response_is_last(c);
	switch (http1_parse(h, &c->worker->service, data, length, &used)) {
	case HTTP1_MORE:
		if (request_keep(c, h) == -1)
			flow_failed(c, ENOMEM);
		break;
	case HTTP1_REFUSED:
		c->teardown.view.more_expected = true;
		/* fall through */
	case HTTP1_COMPLETE:
		request_end(c, h);
		break;
	case HTTP1_BROKEN:
		/* The response stays incomplete, and the client knows by its framing. */
		flow_flush(c);
		if (connection_is_open(c))
			flow_failed(c, EPROTO);
		break;
	}
	return used;
}

/* The peer has ended its stream of TLS behind the requests that are parsed now. */
static bool input_has_ended(const struct connection *c, size_t left)
{
	return c->teardown.view.peer_notified && left == 0 && !c->request && c->unreported > 0;
}

/* Responds to all requests of the input, and copies to the connection what has to wait. */
static void flow_input(struct connection *c, const char *data, size_t length)
{
	struct output_buffer *out = &c->worker->output;
	while (length > 0 && !c->finished && connection_is_open(c)) {
		if (c->pattern_left > 0 || output_buffer_room(out) < length + HTTP1_ROOM ||
			c->unreported == c->worker->options->pipeline)
			flow_flush(c);
		if (!connection_is_open(c) || connection_is_blocked(c))
			break;
		size_t used = flow_parse(c, data, length);
		data += used;
		length -= used;
	}
	if (input_has_ended(c, length))
		c->finished = true;
	/* Bytes behind the last request are not parsed. The peer may send more of them. */
	if (c->finished && length > 0)
		c->teardown.view.more_expected = true;
	if (out->length > 0)
		flow_flush(c);
	if (length == 0 || c->finished || !connection_is_open(c))
		return;
	c->unparsed = bytes_keep(data, length);
	c->unparsed_length = (uint32_t)length;
	if (!c->unparsed)
		flow_failed(c, ENOMEM);
}

bool flow_refuse(struct connection *c, unsigned status)
{
	struct http1 *h = c->request;
	if (!h || !line_has_begun(&h->parser.line) ||
		http1_refuse(h, &c->worker->service, status) == HTTP1_BROKEN)
		return false;
	request_end(c, h);
	c->teardown.view.more_expected = true;
	flow_flush(c);
	connection_rest(c);
	return true;
}

/* The peer's FIN has come. A request that the FIN cuts short is responded to with an error, since
 * the client may still read. */
static void flow_ended(struct connection *c)
{
	if (c->channel)
		sealed_note_fin(c);
	if (!flow_refuse(c, 400))
		connection_follow(c, executor_peer_fin(connection_executor(c), &c->teardown));
}

/* The peer has ended its stream of TLS, and not that of TCP. A request that this cuts short is
 * refused. Between two requests we end ours, too (RFC 8446, 6.1), and the FIN is waited for. What
 * came before waits for room in the socket: flow_writable calls again. */
static void flow_notified(struct connection *c)
{
	if (c->finished || connection_is_blocked(c) || c->unparsed || flow_refuse(c, 400))
		return;
	c->finished = true;
	if (c->worker->executor.end->notify != TD_NOTIFY_NONE &&
		sealed_by_server.notify(&c->teardown, 0) == EXECUTOR_SEAL_FAILED)
		flow_failed(c, errno);
}

/* Decrypts what was received, and responds. */
static void flow_open(struct connection *c, size_t length)
{
	struct worker *w = c->worker;
	struct tls_buffer plain = {.bytes = w->input, .size = WORKER_INPUT_SIZE};
	enum tls_status status = sealed_open(c, length, &plain);
	/* Nothing can be sealed any more where the channel has failed. */
	if (plain.length > 0 && status != TLS_FAILED)
		flow_input(c, w->input, plain.length);
	/* No response has taken these records along: a handshake's, or an alert. */
	if (connection_is_open(c) && w->sealed.output.length > 0 && sealed_push(c, 0) == -1)
		flow_failed(c, errno);
	/* Another connection must not send what this one cannot. */
	w->sealed.output.length = 0;
	if (!connection_is_open(c))
		return;
	if (status == TLS_FAILED)
		flow_failed(c, EPROTO);
	else if (status == TLS_NOTIFIED)
		flow_notified(c);
}

void flow_readable(struct connection *c)
{
	struct worker *w = c->worker;
	bool sealed = c->channel != NULL;
	ssize_t n = recv(c->teardown.fd, sealed ? w->sealed.input : w->input,
		sealed ? SEALED_INPUT_SIZE : WORKER_INPUT_SIZE, 0);
	if (n == -1 && errno != EAGAIN && errno != EINTR) {
		flow_failed(c, errno);
	} else if (n == 0) {
		flow_ended(c);
	} else if (n > 0) {
		c->teardown.active_ns = w->executor.now_ns;
		c->teardown.view.received_bytes += (size_t)n;
		w->metrics.counts.received_bytes += (size_t)n;
		if (sealed)
			flow_open(c, (size_t)n);
		else
			flow_input(c, w->input, (size_t)n);
	}
	connection_rest(c);
}

static int unsent_send(struct connection *c)
{
	size_t sent, length = c->unsent ? c->unsent_length - c->unsent_at : 0;
	int status = flow_send(c, c->unsent ? c->unsent + c->unsent_at : NULL, length, &sent);
	c->unsent_at += (uint32_t)sent;
	return status;
}

void flow_writable(struct connection *c)
{
	int status = c->channel ? sealed_resume(c) : unsent_send(c);
	if (status == -1) {
		flow_failed(c, errno);
	} else if (status == 1) {
		free(c->unsent);
		c->unsent = NULL;
		exchanges_report(c);
	}
	if (status == 1 && connection_is_open(c) && c->unparsed) {
		char *input = c->unparsed;
		c->unparsed = NULL;
		flow_input(c, input, c->unparsed_length);
		free(input);
	}
	if (connection_is_open(c) && c->teardown.view.peer_notified)
		flow_notified(c);
	connection_rest(c);
}
