#include "bench/load/client_stream.h"

#include "bench/load/client_step.h"
#include "tls/channel.h"

#include <string.h>
#include <sys/socket.h>

#define PEEK_BYTES 1024

/* A client that has asked for nothing has no handshake either. */
static bool speaks_tls(const struct connection *c)
{
	return c->sealed && c->sealed->begun_ns > 0;
}

bool client_stream_shakes_hands(const struct client *client)
{
	return client->c.sealed && sealed_shakes_hands(client->c.sealed);
}

ssize_t client_stream_send(struct client *client)
{
	struct connection *c = &client->c;
	return c->sealed ? sealed_send(client_context(client), c)
			 : exchange_send(&c->exchange, c->teardown.fd);
}

void client_stream_write(struct client *client, const char *bytes, size_t length)
{
	struct connection *c = &client->c;
	ssize_t n;
	if (speaks_tls(c))
		sealed_write(c, bytes, length);
	else if ((n = send(c->teardown.fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT)) > 0)
		c->teardown.view.sent_bytes += (uint64_t)n;
}

/* A reader of records receives what is left of a header, then what is left of its record. */
static size_t record_most(const struct record_place *place, size_t most)
{
	size_t left = place->had < RECORD_HEADER ? RECORD_HEADER - place->had : place->left;
	return left < most ? left : most;
}

static void record_advance(struct record_place *place, const char *bytes, size_t length)
{
	if (place->had == RECORD_HEADER) {
		place->left -= length;
	} else {
		memcpy(place->header + place->had, bytes, length);
		place->had += length;
		place->left = (size_t)(place->header[3] << 8 | place->header[4]);
	}
	if (place->had == RECORD_HEADER && place->left == 0)
		place->had = 0;
}

static ssize_t records_read(struct client *client, size_t most, struct client_bytes *came)
{
	struct tls_buffer plain;
	bool one_by_one = client->group->behaviour->reads_records;
	ssize_t n = sealed_read(
		&client->c, one_by_one ? record_most(&client->record, most) : most, &plain);
	if (n > 0 && one_by_one)
		record_advance(&client->record, client_context(client)->buffer, (size_t)n);
	*came = (struct client_bytes){plain.bytes, plain.length};
	return n;
}

ssize_t client_stream_read(struct client *client, size_t most, struct client_bytes *came)
{
	struct connection_context *context = client_context(client);
	if (speaks_tls(&client->c))
		return records_read(client, most, came);
	ssize_t n = recv(client->c.teardown.fd, context->buffer, most, MSG_DONTWAIT);
	*came = (struct client_bytes){context->buffer, n > 0 ? (size_t)n : 0};
	return n;
}

ssize_t client_stream_peek(struct client *client, struct client_bytes *came)
{
	struct connection_context *context = client_context(client);
	if (speaks_tls(&client->c))
		return records_read(client, PEEK_BYTES, came);
	ssize_t n = recv(client->c.teardown.fd, context->buffer, 1, MSG_DONTWAIT | MSG_PEEK);
	*came = (struct client_bytes){context->buffer, n > 0 ? (size_t)n : 0};
	return n;
}
