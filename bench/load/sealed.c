#include "bench/load/sealed.h"

#include "bench/load/connection.h"
#include "bench/load/sealed_context.h"
#include "common/clock.h"
#include "tls/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

_Static_assert(sizeof(((struct connection_context *)0)->buffer) == SEALED_INPUT_SIZE,
	"what is received has room");

int sealed_begin(struct connection_context *context, struct connection *c)
{
	struct sealed_context *own = context->sealed;
	struct sealed *sealed = calloc(1, sizeof(*sealed));
	if (!sealed)
		return -1;
	sealed->context = context;
	sealed->channel = tls_channel_create(own->tls);
	c->sealed = sealed;
	if (!sealed->channel)
		return -1;
	/* A session that cannot be resumed any more is a full handshake. */
	if (own->session)
		tls_channel_resume(sealed->channel, own->session);
	return 0;
}

static void failure_count(struct load_tls *counts, const struct tls_channel_state *state)
{
	counts->failed++;
	if (!counts->failure)
		counts->failure =
			state->plain_http ? "the server speaks HTTP without TLS" : state->reason;
}

static void end_count(struct connection_context *context, const struct connection *c)
{
	const struct tls_channel_state *state = tls_channel_state(c->sealed->channel);
	struct load_tls *counts = &context->recorder.totals.tls;
	if (state->status == TLS_FAILED)
		failure_count(counts, state);
	counts->alerts_sent += state->alert_sent > 0;
	counts->alerts_received += state->alert_received > 0;
	counts->notified += state->notified;
	counts->peer_notified += state->peer_notified;
	counts->truncated += state->established && c->teardown.view.peer_fin &&
			     !state->peer_notified && !c->teardown.shut;
}

void sealed_end(struct connection_context *context, struct connection *c)
{
	struct sealed *sealed = c->sealed;
	if (!sealed)
		return;
	if (sealed->channel) {
		end_count(context, c);
		sealed_context_keep_session(context->sealed, sealed->channel);
	}
	tls_channel_destroy(sealed->channel);
	unsent_drop(&sealed->unsent);
	free(sealed);
	c->sealed = NULL;
}

/* Sends what did not go before, and behind it what is in the output. Returns as unsent_send does.
 */
static ssize_t push(struct connection *c, int flags)
{
	struct sealed *sealed = c->sealed;
	struct tls_buffer *output = &sealed->context->sealed->output;
	size_t length = output->length;
	output->length = 0;
	return unsent_send(&sealed->unsent, c->teardown.fd, output->bytes, length, flags);
}

/* Sends what TLS says by itself: an alert, an answer to the server. Where that fails, the next read
 * tells. */
static void answer(struct connection *c)
{
	ssize_t n = push(c, 0);
	c->teardown.view.sent_bytes += n > 0 ? (uint64_t)n : 0;
}

/* The next step of the handshake: takes the bytes that have come, and makes the answer. */
static enum tls_status handshake_step(
	struct sealed *sealed, const char *bytes, size_t length, struct tls_buffer *plain)
{
	uint64_t before_ns = clock_thread_cpu_ns();
	enum tls_status status = tls_channel_open(
		sealed->channel, bytes, length, plain, &sealed->context->sealed->output);
	sealed->handshake_cpu_ns += clock_thread_cpu_ns() - before_ns;
	return status;
}

static void handshake_begin(struct sealed *sealed, uint64_t now_ns)
{
	struct sealed_context *own = sealed->context->sealed;
	struct tls_buffer plain = {.bytes = own->plain, .size = SEALED_PLAIN_SIZE};
	sealed->begun_ns = now_ns;
	handshake_step(sealed, NULL, 0, &plain);
}

/* Encrypts the next part of the request, behind what is in the output. */
static int chunk_seal(struct sealed *sealed, const struct exchange *exchange)
{
	size_t left = exchange->request->size - exchange->sent;
	struct iovec piece = {(char *)exchange->request->text + exchange->sent,
		left < SEALED_CHUNK_BYTES ? left : SEALED_CHUNK_BYTES};
	sealed->sealed = exchange->sent + piece.iov_len;
	if (tls_channel_seal(sealed->channel, &piece, 1, &sealed->context->sealed->output) == 0)
		return 0;
	errno = EPROTO;
	return -1;
}

ssize_t sealed_send(struct connection_context *context, struct connection *c)
{
	struct sealed *sealed = c->sealed;
	struct exchange *exchange = &c->exchange;
	const struct tls_channel_state *state = tls_channel_state(sealed->channel);
	ssize_t sum = 0;
	if (sealed->begun_ns == 0)
		handshake_begin(sealed, context->executor.now_ns);
	do {
		if (!sealed_wants_output(sealed))
			sealed->sealed = exchange->sent;
		if (!sealed_wants_output(sealed) && state->established &&
			chunk_seal(sealed, exchange) == -1)
			return -1;
		ssize_t n = push(c, 0);
		if (n == -1)
			return -1;
		sum += n;
		if (!sealed_wants_output(sealed))
			exchange->sent = sealed->sealed;
	} while (state->established && !sealed_wants_output(sealed) && !exchange_is_sent(exchange));
	return sum;
}

bool sealed_has_failed(const struct connection *c)
{
	return c->sealed && tls_channel_state(c->sealed->channel)->status == TLS_FAILED;
}

bool sealed_shakes_hands(const struct sealed *sealed)
{
	return sealed->begun_ns > 0 && !tls_channel_state(sealed->channel)->established;
}

void sealed_write(struct connection *c, const char *bytes, size_t length)
{
	struct sealed *sealed = c->sealed;
	const struct iovec piece = {(void *)bytes, length};
	if (!sealed_wants_output(sealed) &&
		tls_channel_seal(sealed->channel, &piece, 1, &sealed->context->sealed->output) == 0)
		answer(c);
}

static void established_note(struct connection_context *context, struct connection *c)
{
	const struct tls_channel *channel = c->sealed->channel;
	struct load_tls what = {.handshakes = 1,
		.resumed = tls_channel_state(channel)->resumed,
		.handshake_cpu_ns = c->sealed->handshake_cpu_ns,
		.version = tls_channel_version(channel),
		.cipher = tls_channel_cipher(channel)};
	tls_channel_key(channel, what.key);
	context->executor.now_ns = clock_now_ns();
	c->exchange.begun_ns = context->executor.now_ns;
	recorder_handshake(
		&context->recorder, c, c->sealed->begun_ns, context->executor.now_ns, &what);
}

/* Decrypts the `length` bytes of the input buffer. */
static enum tls_status input_open(struct connection *c, size_t length, struct tls_buffer *plain)
{
	struct connection_context *context = c->sealed->context;
	struct sealed_context *own = context->sealed;
	const struct tls_channel_state *state = tls_channel_state(c->sealed->channel);
	enum tls_status status;
	*plain = (struct tls_buffer){.bytes = own->plain, .size = SEALED_PLAIN_SIZE};
	if (state->established) {
		status = tls_channel_open(
			c->sealed->channel, context->buffer, length, plain, &own->output);
	} else {
		status = handshake_step(c->sealed, context->buffer, length, plain);
		if (state->established)
			established_note(context, c);
	}
	c->teardown.view.peer_notified = state->peer_notified;
	return status;
}

/* The server says no more. */
static enum exchange_status stream_end(const struct connection *c, struct exchange *exchange)
{
	bool is_whole = c->teardown.view.peer_notified;
	return is_whole ? exchange_end(exchange) : EXCHANGE_CUT;
}

ssize_t sealed_read(struct connection *c, size_t most, struct tls_buffer *plain)
{
	struct connection_context *context = c->sealed->context;
	ssize_t n = recv(c->teardown.fd, context->buffer, most, MSG_DONTWAIT);
	*plain = (struct tls_buffer){0};
	if (n <= 0)
		return n;
	enum tls_status status = input_open(c, (size_t)n, plain);
	/* Before the request has gone, sealed_send follows. */
	if (status == TLS_FAILED || exchange_is_sent(&c->exchange))
		answer(c);
	if (status != TLS_FAILED || plain->length > 0)
		return n;
	errno = EPROTO;
	return -1;
}

enum exchange_status sealed_receive(
	struct connection_context *context, struct connection *c, size_t *received)
{
	struct exchange *exchange = &c->exchange;
	struct tls_buffer plain;
	ssize_t n = sealed_read(c, SEALED_INPUT_SIZE, &plain);
	*received = n > 0 ? (size_t)n : 0;
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? EXCHANGE_AGAIN : EXCHANGE_FAILED;
	if (n == 0)
		return stream_end(c, exchange);
	enum exchange_status result = plain.length > 0
					      ? exchange_parse(exchange, plain.bytes, plain.length)
					      : EXCHANGE_AGAIN;
	bool goes_on = result == EXCHANGE_AGAIN || result == EXCHANGE_MORE;
	return goes_on && c->teardown.view.peer_notified ? stream_end(c, exchange) : result;
}

static struct connection *connection_of(struct teardown *t)
{
	return (struct connection *)((char *)t - offsetof(struct connection, teardown));
}

/* A request that is not whole must not look as if it were. */
static enum executor_seal_status notify(struct teardown *t, int flags)
{
	struct connection *c = connection_of(t);
	if (!c->sealed || (c->exchange.under_way && !exchange_is_sent(&c->exchange)))
		return EXECUTOR_SEALED;
	tls_channel_notify(c->sealed->channel, &c->sealed->context->sealed->output);
	ssize_t n = push(c, flags);
	if (n == -1)
		return EXECUTOR_SEAL_FAILED;
	t->view.sent_bytes += (uint64_t)n;
	return sealed_wants_output(c->sealed) ? EXECUTOR_SEAL_WAITS : EXECUTOR_SEALED;
}

static enum socket_input discard(struct teardown *t, uint64_t *bytes)
{
	struct connection *c = connection_of(t);
	struct tls_buffer plain;
	ssize_t n = recv(t->fd, c->sealed->context->buffer, SEALED_INPUT_SIZE, MSG_DONTWAIT);
	*bytes = n > 0 ? (uint64_t)n : 0;
	if (n == 0)
		return SOCKET_INPUT_FIN;
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? SOCKET_INPUT_NONE : SOCKET_INPUT_FAILED;
	enum tls_status status = input_open(c, (size_t)n, &plain);
	c->sealed->discarded_bytes += plain.length;
	answer(c);
	if (status != TLS_FAILED)
		return SOCKET_INPUT_BYTES;
	errno = EPROTO;
	return SOCKET_INPUT_FAILED;
}

static bool is_notified(struct teardown *t)
{
	const struct sealed *sealed = connection_of(t)->sealed;
	return sealed && tls_channel_state(sealed->channel)->notified &&
	       !sealed_wants_output(sealed);
}

const struct executor_seal sealed_by_loader = {
	.notify = notify, .discard = discard, .is_notified = is_notified};
