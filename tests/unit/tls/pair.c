#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void pair_contexts_create(struct pair *pair, enum tls_version version, unsigned tickets)
{
	struct error error = {0};
	const struct tls_settings server = {.tickets = tickets};
	const struct tls_settings client = {.version_min = version, .version_max = version};
	*pair = (struct pair){0};
	pair->server_context = tls_context_create_server(&server, &error);
	pair->client_context = tls_context_create_client(&client, &error);
	assert_non_null(pair->server_context);
	assert_non_null(pair->client_context);
}

void pair_contexts_destroy(struct pair *pair)
{
	tls_context_destroy(pair->server_context);
	tls_context_destroy(pair->client_context);
}

static void end_init(struct pair_end *end, struct tls_context *context)
{
	*end = (struct pair_end){
		.channel = tls_channel_create(context),
		.plain = {.bytes = malloc(PAIR_ROOM), .size = PAIR_ROOM},
		.out = {.bytes = malloc(PAIR_ROOM), .size = PAIR_ROOM},
	};
	assert_non_null(end->channel);
	assert_non_null(end->plain.bytes);
	assert_non_null(end->out.bytes);
}

static void end_finish(struct pair_end *end)
{
	tls_channel_destroy(end->channel);
	free(end->plain.bytes);
	free(end->out.bytes);
}

void pair_connect(struct pair *pair, size_t piece)
{
	end_init(&pair->server, pair->server_context);
	end_init(&pair->client, pair->client_context);
	pair->piece = piece;
}

void pair_disconnect(struct pair *pair)
{
	end_finish(&pair->server);
	end_finish(&pair->client);
}

void pair_begin(struct pair *pair, enum tls_version version, size_t piece)
{
	pair_contexts_create(pair, version, 2);
	pair_connect(pair, piece);
}

void pair_end(struct pair *pair)
{
	pair_disconnect(pair);
	pair_contexts_destroy(pair);
}

void pair_give(const struct pair *pair, struct pair_end *end, const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t piece = length - at < pair->piece ? length - at : pair->piece;
		end->status =
			tls_channel_open(end->channel, bytes + at, piece, &end->plain, &end->out);
		at += piece;
	}
}

void pair_move(const struct pair *pair, struct pair_end *from, struct pair_end *to)
{
	pair_give(pair, to, from->out.bytes, from->out.length);
	from->sent_bytes += from->out.length;
	from->out.length = 0;
}

void pair_shake_hands(struct pair *pair)
{
	struct pair_end *client = &pair->client;
	client->status = tls_channel_open(client->channel, NULL, 0, &client->plain, &client->out);
	while (client->out.length > 0 || pair->server.out.length > 0) {
		pair_move(pair, client, &pair->server);
		pair_move(pair, &pair->server, client);
	}
}

void pair_say(struct pair_end *end, const char *text)
{
	const struct iovec piece = {(void *)text, strlen(text)};
	assert_int_equal(tls_channel_seal(end->channel, &piece, 1, &end->out), 0);
}

const char *pair_heard(struct pair_end *end)
{
	assert_true(end->plain.length < end->plain.size);
	end->plain.bytes[end->plain.length] = '\0';
	end->plain.length = 0;
	return end->plain.bytes;
}
