#include "tests/fuzz/records.h"

#include "tests/fuzz/require.h"

#include <sys/socket.h>

/* The most that is taken or sealed at once. */
#define BYTES_MOST 65536

static char plain_bytes[BYTES_MOST + TLS_RECORD_BYTES];
static char output_bytes[TLS_FLIGHT_BYTES + 2 * BYTES_MOST];

static struct tls_buffer output(void)
{
	return (struct tls_buffer){.bytes = output_bytes, .size = sizeof(output_bytes)};
}

static void output_send(struct records *records, const struct tls_buffer *out)
{
	if (out->length == 0)
		return;
	ssize_t n = sendto(records->fd, out->bytes, out->length, MSG_NOSIGNAL, NULL, 0);
	records->cut |= n != (ssize_t)out->length;
}

void records_open(struct records *records, struct tls_context *context, int fd)
{
	struct tls_buffer plain;
	*records = (struct records){.channel = tls_channel_create(context), .fd = fd};
	REQUIRE(records->channel);
	records_take(records, NULL, 0, &plain);
}

void records_close(struct records *records)
{
	tls_channel_destroy(records->channel);
	records->channel = NULL;
}

bool records_are_open(const struct records *records)
{
	const struct tls_channel_state *state = tls_channel_state(records->channel);
	return state->established && state->status == TLS_GOES_ON && !state->notified;
}

void records_seal(struct records *records, const char *bytes, size_t length)
{
	struct tls_buffer out = output();
	const struct iovec piece = {(void *)bytes, length};
	if (tls_channel_seal(records->channel, &piece, 1, &out) == 0)
		output_send(records, &out);
}

void records_notify(struct records *records)
{
	struct tls_buffer out = output();
	tls_channel_notify(records->channel, &out);
	output_send(records, &out);
}

enum tls_status records_take(
	struct records *records, const char *bytes, size_t length, struct tls_buffer *plain)
{
	struct tls_buffer out = output();
	*plain = (struct tls_buffer){.bytes = plain_bytes, .size = sizeof(plain_bytes)};
	enum tls_status status = tls_channel_open(records->channel, bytes, length, plain, &out);
	/* The server says nothing before the handshake is done. */
	REQUIRE(plain->length == 0 || tls_channel_state(records->channel)->established);
	output_send(records, &out);
	return status;
}
