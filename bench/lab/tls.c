/* TLS of a scene's connections: channels of room tls/ on their sockets. */
#include "bench/lab/pair.h"
#include "bench/lab/tls_verbs.h"
#include "tls/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define CHUNK_BYTES TLS_RECORD_BYTES
/* RFC 8446, 5.1 and 5.2: type, version, and a length of at most 2^14 + 256. */
#define RECORD_HEADER_BYTES 5
#define RECORD_BYTES_MAX (RECORD_HEADER_BYTES + TLS_RECORD_BYTES + 256)

struct lab_tls {
	struct tls_context *contexts[LAB_ENDS];
	char record[RECORD_BYTES_MAX];
	char plain[RECORD_BYTES_MAX + TLS_RECORD_BYTES];
	char room[TLS_FLIGHT_BYTES + CHUNK_BYTES + 2 * TLS_RECORD_ADDS];
	struct tls_buffer out; /* what a channel has said last */
};

static void contexts_destroy(struct lab_tls *tls)
{
	for (unsigned end = 0; end < LAB_ENDS; end++)
		tls_context_destroy(tls->contexts[end]);
}

void lab_tls_destroy(struct lab_tls *tls)
{
	if (tls)
		contexts_destroy(tls);
	free(tls);
}

static void contexts_create(struct lab *lab, const struct tls_settings *settings)
{
	struct lab_tls *tls = lab->tls;
	struct error error = {0};
	tls->contexts[SERVER] = tls_context_create_server(settings, &error);
	tls->contexts[CLIENT] =
		tls->contexts[SERVER] ? tls_context_create_client(settings, &error) : NULL;
	if (!tls->contexts[CLIENT])
		lab_fail(lab, "%s", error.text);
}

void lab_tls(struct lab *lab, enum tls_version version, unsigned tickets)
{
	const struct tls_settings settings = {
		.version_min = version, .version_max = version, .tickets = tickets};
	if (lab_is_over(lab))
		return;
	if (!tls_is_available()) {
		lab_skip(lab, "this program was built without TLS");
		return;
	}
	lab_tls_destroy(lab->tls);
	lab->tls = calloc(1, sizeof(*lab->tls));
	if (lab->tls)
		contexts_create(lab, &settings);
	else
		lab_fail(lab, "no memory");
}

static bool is_open(const struct pair *pair, enum lab_end end)
{
	if (!pair || lab_is_over(pair->lab))
		return false;
	if (pair->fds[end] == -1 || !pair->channels[end])
		lab_fail(pair->lab, "the scene uses a connection that speaks no TLS, or is closed");
	return !lab_is_over(pair->lab);
}

/* Sending ------------------------------------------------------------------------------------ */

static struct tls_buffer *out_begin(struct lab *lab)
{
	struct lab_tls *tls = lab->tls;
	tls->out = (struct tls_buffer){.bytes = tls->room, .size = sizeof(tls->room)};
	return &tls->out;
}

static void sealed_send(struct pair *pair, enum lab_end end, unsigned bytes, bool notifies)
{
	static char data[CHUNK_BYTES];
	for (size_t left = bytes; left > 0 && is_open(pair, end);) {
		struct tls_buffer *out = out_begin(pair->lab);
		struct iovec piece = {data, left < sizeof(data) ? left : sizeof(data)};
		if (tls_channel_seal(pair->channels[end], &piece, 1, out) == -1)
			lab_fail(pair->lab, "what the scene sends could not be encrypted");
		left -= piece.iov_len;
		if (notifies && left == 0)
			tls_channel_notify(pair->channels[end], out);
		pair_send(pair, end, out->bytes, out->length, 0);
	}
}

void lab_tls_send(struct pair *pair, enum lab_end end, unsigned bytes)
{
	sealed_send(pair, end, bytes, false);
}

void lab_tls_send_last(struct pair *pair, enum lab_end end, unsigned bytes)
{
	sealed_send(pair, end, bytes, true);
}

void lab_tls_notify(struct pair *pair, enum lab_end end)
{
	if (!is_open(pair, end))
		return;
	struct tls_buffer *out = out_begin(pair->lab);
	tls_channel_notify(pair->channels[end], out);
	pair_send(pair, end, out->bytes, out->length, 0);
}

/* Reading ------------------------------------------------------------------------------------ */

/* Returns LAB_TLS_OPEN with all of them read; or how the stream ended before. */
static enum lab_tls_end bytes_read(struct pair *pair, enum lab_end end, char *bytes, size_t length)
{
	while (length > 0 && is_open(pair, end)) {
		ssize_t now = recv(pair->fds[end], bytes, length, 0);
		if (now == 0)
			return LAB_TLS_CUT;
		if (now == -1 && errno == ECONNRESET)
			return LAB_TLS_RESET;
		if (now == -1 &&
			(errno != EAGAIN || !pair_await(pair->lab, pair->fds[end], POLLIN)))
			lab_fail(pair->lab, "no record came: %s", strerror(errno));
		now = now > 0 ? now : 0;
		bytes += now;
		length -= (size_t)now;
	}
	return LAB_TLS_OPEN;
}

/* Adds to *length. */
static enum lab_tls_end record_read(struct pair *pair, enum lab_end end, size_t *length)
{
	struct lab_tls *tls = pair->lab->tls;
	const unsigned char *header = (const unsigned char *)tls->record;
	enum lab_tls_end result = bytes_read(pair, end, tls->record, RECORD_HEADER_BYTES);
	size_t body = (size_t)header[3] << 8 | header[4];
	if (result != LAB_TLS_OPEN || !is_open(pair, end))
		return result;
	*length = RECORD_HEADER_BYTES + body;
	if (*length <= sizeof(tls->record))
		return bytes_read(pair, end, tls->record + RECORD_HEADER_BYTES, body);
	lab_fail(pair->lab, "a record of %zu bytes came", *length);
	return LAB_TLS_OPEN;
}

/* The channel takes these bytes, and says what it has to say. Returns how many are plaintext. */
static unsigned channel_open(struct pair *pair, enum lab_end end, size_t length)
{
	struct lab_tls *tls = pair->lab->tls;
	struct tls_channel *channel = pair->channels[end];
	struct tls_buffer plain = {.bytes = tls->plain, .size = sizeof(tls->plain)};
	struct tls_buffer *out = out_begin(pair->lab);
	if (tls_channel_open(channel, tls->record, length, &plain, out) == TLS_FAILED)
		lab_fail(pair->lab, "TLS failed: %s", tls_channel_state(channel)->reason);
	pair_send(pair, end, out->bytes, out->length, 0);
	return (unsigned)plain.length;
}

/* Reads a record, and adds its plaintext to *bytes. */
static enum lab_tls_end record_take(struct pair *pair, enum lab_end end, unsigned *bytes)
{
	size_t length = 0;
	enum lab_tls_end result = record_read(pair, end, &length);
	if (result != LAB_TLS_OPEN || !is_open(pair, end))
		return result;
	*bytes += channel_open(pair, end, length);
	return tls_channel_state(pair->channels[end])->peer_notified ? LAB_TLS_NOTIFIED
								     : LAB_TLS_OPEN;
}

void lab_tls_read(struct pair *pair, enum lab_end end, unsigned bytes)
{
	unsigned got = 0;
	while (got < bytes && is_open(pair, end)) {
		enum lab_tls_end result = record_take(pair, end, &got);
		if (result != LAB_TLS_OPEN)
			lab_fail(pair->lab, "%u of %u bytes came: %s", got, bytes,
				lab_tls_end_text(result));
	}
}

struct lab_tls_reading lab_tls_read_to_end(struct pair *pair, enum lab_end end)
{
	struct lab_tls_reading reading = {0, LAB_TLS_OPEN};
	while (reading.end == LAB_TLS_OPEN && is_open(pair, end))
		reading.end = record_take(pair, end, &reading.bytes);
	return reading;
}

void lab_tls_exchange(struct pair *pair)
{
	lab_tls_send(pair, CLIENT, 100);
	lab_tls_read(pair, SERVER, 100);
	lab_tls_send(pair, SERVER, 200);
	lab_tls_read(pair, CLIENT, 200);
}

/* Connecting --------------------------------------------------------------------------------- */

static bool is_established(const struct pair *pair, enum lab_end end)
{
	return tls_channel_state(pair->channels[end])->established;
}

/* Each end reads until it is done, or has said something: then it is the other one's turn. */
static void hands_shake(struct pair *pair)
{
	enum lab_end turn = SERVER;
	channel_open(pair, CLIENT, 0);
	while (is_open(pair, SERVER) && is_open(pair, CLIENT) &&
		!(is_established(pair, SERVER) && is_established(pair, CLIENT))) {
		unsigned bytes = 0;
		if (!is_established(pair, turn) && record_take(pair, turn, &bytes) != LAB_TLS_OPEN)
			lab_fail(pair->lab, "the stream ended in the handshake");
		if (is_established(pair, turn) || pair->lab->tls->out.length > 0)
			turn = !turn;
	}
	lab_flush(pair, SERVER);
}

/* `session`: NULL where none is to be resumed. */
static struct pair *tls_connect(struct lab *lab, struct ssl_session_st *session)
{
	struct pair *pair = lab_connect(lab);
	for (enum lab_end end = SERVER; pair && end <= CLIENT && !lab_is_over(lab); end++) {
		pair->channels[end] = tls_channel_create(lab->tls->contexts[end]);
		if (!pair->channels[end])
			lab_fail(lab, "no channel for TLS: %s", strerror(errno));
	}
	if (!pair || !is_open(pair, SERVER))
		return pair;
	if (session && tls_channel_resume(pair->channels[CLIENT], session) == -1)
		lab_fail(lab, "the client could not ask to resume a session");
	hands_shake(pair);
	return pair;
}

struct pair *lab_tls_connect(struct lab *lab)
{
	return tls_connect(lab, NULL);
}

struct pair *lab_tls_connect_again(struct pair *old)
{
	if (!old || lab_is_over(old->lab))
		return NULL;
	struct ssl_session_st *session = tls_channel_session(old->channels[CLIENT]);
	pair_tls_finish(old);
	struct pair *pair = tls_connect(old->lab, session);
	tls_session_release(session);
	return pair;
}

bool lab_tls_is_resumed(struct pair *pair)
{
	return is_open(pair, SERVER) && tls_channel_state(pair->channels[SERVER])->resumed;
}

void pair_tls_finish(struct pair *pair)
{
	for (unsigned end = 0; end < LAB_ENDS; end++) {
		tls_channel_destroy(pair->channels[end]);
		pair->channels[end] = NULL;
	}
}
