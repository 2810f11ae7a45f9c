#include "server/sealed.h"

#include "server/connection.h"
#include "server/worker.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Of a generated body, so much is encrypted for one send(2), and copied where the socket is full.
 * One event makes up to four calls. */
#define CHUNK_BYTES ((size_t)65536)
#define CHUNK_PIECES 5
#define SEND_CALLS 4
#define OUTPUT_SIZE (TLS_FLIGHT_BYTES + WORKER_OUTPUT_SIZE + CHUNK_BYTES + 32 * TLS_RECORD_ADDS)

_Static_assert(WORKER_INPUT_SIZE >= SEALED_INPUT_SIZE + TLS_RECORD_BYTES, "the plaintext fits");

int sealed_buffers_open(struct sealed_buffers *buffers)
{
	buffers->input = malloc(SEALED_INPUT_SIZE);
	buffers->output = (struct tls_buffer){.bytes = malloc(OUTPUT_SIZE), .size = OUTPUT_SIZE};
	return buffers->input && buffers->output.bytes ? 0 : -1;
}

void sealed_buffers_close(struct sealed_buffers *buffers)
{
	free(buffers->input);
	free(buffers->output.bytes);
}

static struct metrics_counts *counts_of(const struct connection *c)
{
	return &c->worker->metrics.counts;
}

static const char not_http[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: "
			       "text/plain\r\nContent-Length: 34\r\n\r\n"
			       "This port speaks TLS: use https.\r\n";

/* A client that speaks plain HTTP is told so in its own words, at the place of an alert. */
static void failure_note(struct connection *c)
{
	const struct tls_channel_state *state = tls_channel_state(c->channel);
	struct tls_buffer *output = &c->worker->sealed.output;
	if (state->plain_http) {
		memcpy(output->bytes, not_http, sizeof(not_http) - 1);
		output->length = sizeof(not_http) - 1;
	}
	counts_of(c)->tls_alerts_sent += state->alert_sent > 0 && !state->notified;
	counts_of(c)->tls_alerts_received += state->alert_received > 0;
}

enum tls_status sealed_open(struct connection *c, size_t length, struct tls_buffer *plain)
{
	struct sealed_buffers *buffers = &c->worker->sealed;
	const struct tls_channel_state *state = tls_channel_state(c->channel);
	bool was_established = state->established;
	enum tls_status before = state->status;
	buffers->output.length = 0;
	enum tls_status status =
		tls_channel_open(c->channel, buffers->input, length, plain, &buffers->output);
	if (state->established && !was_established) {
		counts_of(c)->tls_handshakes++;
		counts_of(c)->tls_resumed += state->resumed;
		connection_list_handshake_end(&c->worker->connections, c);
	}
	if (status == before)
		return status;
	if (status == TLS_FAILED)
		failure_note(c);
	c->teardown.view.peer_notified = state->peer_notified;
	counts_of(c)->tls_notified_by_peer += status == TLS_NOTIFIED;
	return status;
}

/* Sends once. Returns how many bytes the socket has taken, or -1 with errno. */
static ssize_t bytes_send(struct connection *c, const char *bytes, size_t length, int flags)
{
	ssize_t n;
	do
		n = send(c->teardown.fd, bytes, length, MSG_NOSIGNAL | flags);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return errno == EAGAIN ? 0 : -1;
	c->teardown.view.sent_bytes += (size_t)n;
	counts_of(c)->sent_bytes += (size_t)n;
	return n;
}

static int unsent_push(struct connection *c, int flags)
{
	size_t length = c->unsent_length - c->unsent_at;
	ssize_t n = bytes_send(c, c->unsent + c->unsent_at, length, flags);
	if (n == -1)
		return -1;
	c->unsent_at += (uint32_t)n;
	if ((size_t)n < length)
		return 0;
	free(c->unsent);
	c->unsent = NULL;
	return 1;
}

static int unsent_keep(struct connection *c, const char *bytes, size_t length)
{
	c->unsent = malloc(length);
	if (!c->unsent)
		return -1;
	memcpy(c->unsent, bytes, length);
	c->unsent_at = 0;
	c->unsent_length = (uint32_t)length;
	return 0;
}

int sealed_push(struct connection *c, int flags)
{
	struct tls_buffer *output = &c->worker->sealed.output;
	size_t length = output->length;
	assert(!c->unsent || length == 0);
	output->length = 0;
	if (c->unsent)
		return unsent_push(c, flags);
	if (length == 0)
		return 1;
	ssize_t n = bytes_send(c, output->bytes, length, flags);
	if (n == -1)
		return -1;
	return (size_t)n == length ? 1 : unsent_keep(c, output->bytes + n, length - (size_t)n);
}

/* Encrypts `bytes`, and the next part of the generated body. */
static int chunk_seal(struct connection *c, const char *bytes, size_t length)
{
	struct iovec pieces[1 + CHUNK_PIECES];
	size_t count = 0, left = CHUNK_BYTES;
	if (length > 0)
		pieces[count++] = (struct iovec){(void *)bytes, length};
	while (count <= CHUNK_PIECES && c->pattern_left > 0 && left > 0) {
		size_t piece;
		const char *pattern = output_buffer_pattern(c->pattern_offset, &piece);
		piece = piece < left ? piece : left;
		if (piece > c->pattern_left)
			piece = (size_t)c->pattern_left;
		pieces[count++] = (struct iovec){(void *)pattern, piece};
		c->pattern_offset += (uint32_t)piece;
		c->pattern_left -= piece;
		left -= piece;
	}
	if (tls_channel_seal(c->channel, pieces, count, &c->worker->sealed.output) == 0)
		return 0;
	errno = EPROTO;
	return -1;
}

/* Of the last bytes: close_notify follows. Of a body that goes on: do not send a short segment. */
static int flags_now(const struct connection *c)
{
	if (c->pattern_left > 0)
		return MSG_MORE;
	return executor_send_flags(&c->worker->executor, c->finished);
}

int sealed_send(struct connection *c, const char *bytes, size_t length)
{
	int status = 1;
	for (unsigned calls = 0; status == 1 && (length > 0 || c->pattern_left > 0); calls++) {
		if (calls == SEND_CALLS)
			return 0;
		if (chunk_seal(c, bytes, length) == -1)
			return -1;
		length = 0;
		status = sealed_push(c, flags_now(c));
	}
	return status;
}

int sealed_resume(struct connection *c)
{
	int status = c->unsent ? sealed_push(c, flags_now(c)) : 1;
	return status == 1 ? sealed_send(c, NULL, 0) : status;
}

void sealed_note_fin(const struct connection *c)
{
	if (tls_channel_state(c->channel)->established && !c->teardown.view.peer_notified)
		counts_of(c)->tls_truncated++;
}

void sealed_release(struct connection *c)
{
	enum executor_state state = c->teardown.state;
	bool exchanges = c->worker->executor.end->notify == TD_NOTIFY_EXCHANGE;
	if (!c->channel || state == EXECUTOR_OPEN || state == EXECUTOR_WAITING)
		return;
	if (state == EXECUTOR_HALF_CLOSED && exchanges && !c->teardown.view.peer_notified)
		return;
	counts_of(c)->tls_handshakes_failed += !tls_channel_state(c->channel)->established;
	tls_channel_destroy(c->channel);
	c->channel = NULL;
}

static struct connection *connection_of(struct teardown *t)
{
	return (struct connection *)((char *)t - offsetof(struct connection, teardown));
}

static bool response_is_cut(const struct connection *c)
{
	return connection_is_open(c) &&
	       (connection_is_blocked(c) || (c->request && http1_has_begun_response(c->request)));
}

/* A response that is not whole must not look as if it were. */
static enum executor_seal_status notify(struct teardown *t, int flags)
{
	struct connection *c = connection_of(t);
	if (!c->channel || response_is_cut(c))
		return EXECUTOR_SEALED;
	const struct tls_channel_state *state = tls_channel_state(c->channel);
	if (!state->notified) {
		c->worker->sealed.output.length = 0;
		tls_channel_notify(c->channel, &c->worker->sealed.output);
		counts_of(c)->tls_notified += state->notified;
	}
	int status = sealed_push(c, flags);
	if (status == -1)
		return EXECUTOR_SEAL_FAILED;
	return status == 1 && !c->unsent ? EXECUTOR_SEALED : EXECUTOR_SEAL_WAITS;
}

static bool is_notified(struct teardown *t)
{
	const struct connection *c = connection_of(t);
	return c->channel && tls_channel_state(c->channel)->notified && !c->unsent;
}

/* Sends what the channel has said about what was discarded. close_notify, which may follow, can be
 * read only behind that. Behind our close_notify nothing is said. Returns 0, or -1 with errno. */
static int answer(struct connection *c, bool was_notified)
{
	if (was_notified) {
		c->worker->sealed.output.length = 0;
		return 0;
	}
	int status = sealed_push(c, 0);
	if (status == 0)
		errno = ENOBUFS;
	return status == 1 ? 0 : -1;
}

static enum socket_input discard(struct teardown *t, uint64_t *bytes)
{
	struct connection *c = connection_of(t);
	struct worker *w = c->worker;
	struct tls_buffer plain = {.bytes = w->input, .size = WORKER_INPUT_SIZE};
	ssize_t n;
	do
		n = recv(t->fd, w->sealed.input, SEALED_INPUT_SIZE, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	*bytes = n > 0 ? (uint64_t)n : 0;
	if (n == 0)
		return SOCKET_INPUT_FIN;
	if (n == -1)
		return errno == EAGAIN ? SOCKET_INPUT_NONE : SOCKET_INPUT_FAILED;
	bool was_notified = tls_channel_state(c->channel)->notified;
	enum tls_status status = sealed_open(c, (size_t)n, &plain);
	if (answer(c, was_notified) == -1)
		return SOCKET_INPUT_FAILED;
	if (status != TLS_FAILED)
		return SOCKET_INPUT_BYTES;
	errno = EPROTO;
	return SOCKET_INPUT_FAILED;
}

const struct executor_seal sealed_by_server = {
	.notify = notify, .discard = discard, .is_notified = is_notified};
