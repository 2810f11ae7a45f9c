/* A client and a server whose bytes go from one to the other in memory: whole, and one at a time.
 */
#include "tls/channel.h"

#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const enum tls_version versions[] = {TLS_VERSION_1_2, TLS_VERSION_1_3};
static const char *const version_names[] = {"TLSv1.2", "TLSv1.3"};
static const size_t pieces[] = {1, 7, PAIR_ROOM};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void each(void (*try)(struct pair *pair, const char *version))
{
	for (size_t v = 0; v < COUNT(versions); v++)
		for (size_t p = 0; p < COUNT(pieces); p++) {
			struct pair pair;
			pair_begin(&pair, versions[v], pieces[p]);
			try(&pair, version_names[v]);
			pair_end(&pair);
		}
}

static void exchange(struct pair *pair, const char *version)
{
	pair_shake_hands(pair);
	assert_int_equal(pair->server.status, TLS_GOES_ON);
	assert_int_equal(pair->client.status, TLS_GOES_ON);
	assert_true(tls_channel_state(pair->server.channel)->established);
	assert_false(tls_channel_state(pair->server.channel)->resumed);
	assert_string_equal(tls_channel_version(pair->server.channel), version);
	char key[TLS_KEY_TEXT_SIZE];
	tls_channel_key(pair->client.channel, key);
	assert_string_equal(key, "EC 256");
	tls_channel_key(pair->server.channel, key);
	assert_string_equal(key, "");
	assert_non_null(strstr(tls_channel_cipher(pair->server.channel), "GCM"));
	pair_say(&pair->client, "GET / HTTP/1.1\r\n\r\n");
	pair_move(pair, &pair->client, &pair->server);
	assert_string_equal(pair_heard(&pair->server), "GET / HTTP/1.1\r\n\r\n");
	pair_say(&pair->server, "HTTP/1.1 200 OK\r\n\r\n");
	pair_move(pair, &pair->server, &pair->client);
	assert_string_equal(pair_heard(&pair->client), "HTTP/1.1 200 OK\r\n\r\n");
	assert_int_equal(tls_channel_state(pair->server.channel)->alert_sent, TLS_NO_ALERT);
}

static void bytes_pass_both_ways(void **state)
{
	each(exchange);
}

/* The request comes with the last flight of the client, in one piece: nothing of the request may be
 * seen before that flight was checked. */
static void early_request(struct pair *pair, const char *version)
{
	struct pair_end *client = &pair->client, *server = &pair->server;
	client->status = tls_channel_open(client->channel, NULL, 0, &client->plain, &client->out);
	for (int flight = 0; !tls_channel_state(client->channel)->established; flight++) {
		assert_true(flight < 3);
		assert_false(tls_channel_state(server->channel)->established);
		assert_int_equal(server->plain.length, 0);
		pair_move(pair, client, server);
		pair_move(pair, server, client);
	}
	pair_say(client, "early");
	pair_move(pair, client, server);
	assert_true(tls_channel_state(server->channel)->established);
	assert_string_equal(pair_heard(server), "early");
}

static void no_plaintext_before_the_handshake_is_done(void **state)
{
	each(early_request);
}

static void nothing_is_sealed_before_the_handshake(struct pair *pair, const char *version)
{
	const struct iovec piece = {(void *)"x", 1};
	struct pair_end *server = &pair->server;
	assert_int_equal(tls_channel_seal(server->channel, &piece, 1, &server->out), -1);
	tls_channel_notify(server->channel, &server->out);
	assert_int_equal(server->out.length, 0);
	assert_false(tls_channel_state(server->channel)->notified);
	assert_string_equal(tls_channel_version(server->channel), "-");
	/* The channel is none the worse for it. */
	exchange(pair, version);
}

static void before_the_handshake_there_is_nothing_to_seal(void **state)
{
	each(nothing_is_sealed_before_the_handshake);
}

static void close_both(struct pair *pair, const char *version)
{
	struct pair_end *client = &pair->client, *server = &pair->server;
	pair_shake_hands(pair);
	pair_say(server, "last");
	size_t data = server->out.length;
	tls_channel_notify(server->channel, &server->out);
	size_t both = server->out.length;
	assert_true(both > data);
	/* The record header says which record it is: 21 alert; 23 under TLS 1.3, which hides it. */
	assert_int_equal(server->out.bytes[data], strcmp(version, "TLSv1.2") == 0 ? 21 : 23);
	tls_channel_notify(server->channel, &server->out);
	assert_int_equal(server->out.length, both);
	assert_int_equal(tls_channel_state(server->channel)->alert_sent, 0);
	pair_move(pair, server, client);
	assert_string_equal(pair_heard(client), "last");
	assert_int_equal(client->status, TLS_NOTIFIED);
	assert_true(tls_channel_state(client->channel)->peer_notified);
	assert_false(tls_channel_state(client->channel)->notified);
	assert_int_equal(tls_channel_state(client->channel)->alert_received, 0);
	/* The other direction is open still. */
	assert_false(tls_channel_state(server->channel)->peer_notified);
	pair_say(client, "late");
	tls_channel_notify(client->channel, &client->out);
	pair_move(pair, client, server);
	assert_string_equal(pair_heard(server), "late");
	assert_int_equal(server->status, TLS_NOTIFIED);
	assert_true(tls_channel_state(server->channel)->peer_notified);
}

static void close_notify_ends_one_direction(void **state)
{
	each(close_both);
}

static void bytes_behind_close_notify(struct pair *pair, const char *version)
{
	struct pair_end *client = &pair->client, *server = &pair->server;
	const struct iovec piece = {(void *)"x", 1};
	pair_shake_hands(pair);
	tls_channel_notify(client->channel, &client->out);
	assert_int_equal(tls_channel_seal(client->channel, &piece, 1, &client->out), -1);
	memcpy(client->out.bytes + client->out.length, "\x17\x03\x03\x00\x01z", 6);
	client->out.length += 6;
	pair_move(pair, client, server);
	assert_int_equal(server->status, TLS_NOTIFIED);
	assert_int_equal(server->plain.length, 0);
	/* What the server has to say still goes out. */
	pair_say(server, "answer");
	pair_move(pair, server, client);
	assert_string_equal(pair_heard(client), "answer");
}

static void bytes_behind_close_notify_are_dropped(void **state)
{
	each(bytes_behind_close_notify);
}

/* More than a record, in pieces of sizes around a record's. */
static void a_body_arrives_whole(void **state)
{
	static const size_t sizes[] = {0, 1, 16383, 16384, 16385, 100000};
	struct pair pair;
	pair_begin(&pair, TLS_VERSION_1_3, 4000);
	pair_shake_hands(&pair);
	struct iovec parts[COUNT(sizes)];
	size_t length = 0;
	char *body = malloc(PAIR_ROOM);
	assert_non_null(body);
	for (size_t i = 0; i < PAIR_ROOM; i++)
		body[i] = (char)(i * 7 + i / 251);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		parts[i] = (struct iovec){body + length, sizes[i]};
		length += sizes[i];
	}
	assert_int_equal(
		tls_channel_seal(pair.server.channel, parts, COUNT(sizes), &pair.server.out), 0);
	assert_true(pair.server.out.length > length);
	assert_true(pair.server.out.length <= tls_sealed_size(length, COUNT(sizes)));
	pair_move(&pair, &pair.server, &pair.client);
	assert_int_equal(pair.client.plain.length, length);
	assert_memory_equal(pair.client.plain.bytes, body, length);
	free(body);
	pair_end(&pair);
}

static void a_buffer_without_room_is_left_as_it_is(void **state)
{
	struct pair pair;
	pair_begin(&pair, TLS_VERSION_1_3, PAIR_ROOM);
	pair_shake_hands(&pair);
	const struct iovec piece = {(void *)"four", 4};
	struct tls_buffer small = {pair.server.out.bytes, 0, tls_sealed_size(4, 1) - 1};
	assert_int_equal(tls_channel_seal(pair.server.channel, &piece, 1, &small), -1);
	assert_int_equal(small.length, 0);
	pair_say(&pair.server, "five!");
	pair_move(&pair, &pair.server, &pair.client);
	assert_string_equal(pair_heard(&pair.client), "five!");
	pair_end(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass_both_ways),
		cmocka_unit_test(no_plaintext_before_the_handshake_is_done),
		cmocka_unit_test(before_the_handshake_there_is_nothing_to_seal),
		cmocka_unit_test(close_notify_ends_one_direction),
		cmocka_unit_test(bytes_behind_close_notify_are_dropped),
		cmocka_unit_test(a_body_arrives_whole),
		cmocka_unit_test(a_buffer_without_room_is_left_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
