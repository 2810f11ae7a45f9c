/* What a server's channel makes of bytes that no sound client sends. */
#include "tls/channel.h"

#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Numbers of RFC 8446, 6. */
#define UNEXPECTED_MESSAGE 10
#define BAD_RECORD_MAC 20
#define RECORD_OVERFLOW 22
#define PROTOCOL_VERSION 70

static const enum tls_version versions[] = {TLS_VERSION_1_2, TLS_VERSION_1_3};

#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static void assert_failed(const struct pair_end *server)
{
	const struct tls_channel_state *state = tls_channel_state(server->channel);
	assert_int_equal(server->status, TLS_FAILED);
	assert_int_equal(state->status, TLS_FAILED);
	assert_non_null(state->reason);
	assert_string_not_equal(state->reason, "no reason given");
	assert_int_equal(server->plain.length, 0);
}

/* A channel that has failed takes bytes and gives none. */
static void assert_silent(const struct pair *pair, struct pair_end *server)
{
	const struct iovec piece = {(void *)"x", 1};
	server->out.length = 0;
	pair_give(pair, server, "more", 4);
	assert_int_equal(tls_channel_seal(server->channel, &piece, 1, &server->out), -1);
	tls_channel_notify(server->channel, &server->out);
	assert_int_equal(server->out.length, 0);
	assert_false(tls_channel_state(server->channel)->notified);
	assert_failed(server);
}

static void plain_http_is_told_from_other_bytes(void **state)
{
	static const struct {
		const char *bytes;
		bool is_http;
	} cases[] = {
		{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"POST / HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"SSH-2.0-OpenSSH_9.2\r\n", false},
		{"\x16\x02\x03\x01\x02 nonsense", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t piece = 1; piece <= 64; piece += 63) {
			struct pair pair;
			pair_begin(&pair, TLS_VERSION_1_3, piece);
			pair_give(&pair, &pair.server, cases[i].bytes, strlen(cases[i].bytes));
			assert_failed(&pair.server);
			assert_int_equal(tls_channel_state(pair.server.channel)->plain_http,
				cases[i].is_http);
			assert_silent(&pair, &pair.server);
			pair_end(&pair);
		}
}

/* One bit of a record is another: at each byte of the record behind its header. */
static void a_changed_record_ends_the_connection(void **state)
{
	for (size_t v = 0; v < VERSIONS; v++) {
		for (size_t at = 5; at < 30; at++) {
			struct pair pair;
			pair_begin(&pair, versions[v], PAIR_ROOM);
			pair_shake_hands(&pair);
			pair_say(&pair.client, "GET / HTTP/1.1");
			assert_true(pair.client.out.length > at);
			pair.client.out.bytes[at] ^= 1;
			pair_move(&pair, &pair.client, &pair.server);
			assert_failed(&pair.server);
			assert_int_equal(
				tls_channel_state(pair.server.channel)->alert_sent, BAD_RECORD_MAC);
			assert_true(pair.server.out.length > 0);
			pair_move(&pair, &pair.server, &pair.client);
			assert_int_equal(tls_channel_state(pair.client.channel)->alert_received,
				BAD_RECORD_MAC);
			assert_silent(&pair, &pair.server);
			pair_end(&pair);
		}
	}
}

/* The same record twice, or two of them in the other order. */
static void records_out_of_order_end_the_connection(void **state)
{
	for (size_t v = 0; v < VERSIONS; v++) {
		struct pair pair;
		char second[256];
		pair_begin(&pair, versions[v], PAIR_ROOM);
		pair_shake_hands(&pair);
		pair_say(&pair.client, "first");
		pair.client.out.length = 0;
		pair_say(&pair.client, "second");
		size_t length = pair.client.out.length;
		assert_true(length < sizeof(second));
		memcpy(second, pair.client.out.bytes, length);
		pair_give(&pair, &pair.server, second, length);
		assert_failed(&pair.server);
		assert_int_equal(
			tls_channel_state(pair.server.channel)->alert_sent, BAD_RECORD_MAC);
		pair_end(&pair);
	}
}

static void an_oversized_record_is_refused_by_its_header(void **state)
{
	/* 2^14 + 256 is the most that TLS 1.3 allows (RFC 8446, 5.2), 2^14 + 2048 that of 1.2. */
	static const char header[] = {0x17, 0x03, 0x03, 0x48, 0x01};
	for (size_t v = 0; v < VERSIONS; v++) {
		struct pair pair;
		pair_begin(&pair, versions[v], 1);
		pair_shake_hands(&pair);
		pair_give(&pair, &pair.server, header, sizeof(header));
		assert_failed(&pair.server);
		assert_int_equal(
			tls_channel_state(pair.server.channel)->alert_sent, RECORD_OVERFLOW);
		pair_end(&pair);
	}
}

/* Data of an application before the handshake has begun, or in its midst. */
static void early_data_is_refused(void **state)
{
	static const char record[] = "\x17\x03\x03\x00\x04GET ";
	struct pair pair;
	pair_begin(&pair, TLS_VERSION_1_2, PAIR_ROOM);
	pair_give(&pair, &pair.server, record, sizeof(record) - 1);
	assert_failed(&pair.server);
	pair_disconnect(&pair);
	pair_connect(&pair, PAIR_ROOM);
	struct pair_end *client = &pair.client;
	client->status = tls_channel_open(client->channel, NULL, 0, &client->plain, &client->out);
	pair_move(&pair, client, &pair.server);
	assert_int_equal(pair.server.status, TLS_GOES_ON);
	pair_give(&pair, &pair.server, record, sizeof(record) - 1);
	assert_failed(&pair.server);
	assert_int_equal(tls_channel_state(pair.server.channel)->alert_sent, UNEXPECTED_MESSAGE);
	pair_end(&pair);
}

/* A server of TLS 1.3 alone, and a client of 1.2. */
static void an_old_version_is_refused(void **state)
{
	struct error error = {0};
	const struct tls_settings settings = {.version_min = TLS_VERSION_1_3};
	struct pair pair;
	pair_contexts_create(&pair, TLS_VERSION_1_2, 2);
	tls_context_destroy(pair.server_context);
	pair.server_context = tls_context_create_server(&settings, &error);
	assert_non_null(pair.server_context);
	pair_connect(&pair, PAIR_ROOM);
	pair_shake_hands(&pair);
	assert_failed(&pair.server);
	assert_int_equal(tls_channel_state(pair.server.channel)->alert_sent, PROTOCOL_VERSION);
	assert_false(tls_channel_state(pair.server.channel)->established);
	pair_end(&pair);
}

/* Each byte of a client's whole course is another, once: the server never passes a byte on that
 * differs from what was sent. */
static void a_changed_byte_anywhere_is_noticed(void **state)
{
	for (size_t v = 0; v < VERSIONS; v++) {
		for (size_t at = 0; at < 700; at++) {
			struct pair pair;
			pair_begin(&pair, versions[v], PAIR_ROOM);
			struct pair_end *client = &pair.client, *server = &pair.server;
			client->status = tls_channel_open(
				client->channel, NULL, 0, &client->plain, &client->out);
			for (int flight = 0; flight < 4 && client->out.length > 0; flight++) {
				if (tls_channel_state(client->channel)->established)
					pair_say(client, "hello");
				if (at >= client->sent_bytes &&
					at < client->sent_bytes + client->out.length)
					client->out.bytes[at - client->sent_bytes] ^= 0x20;
				pair_move(&pair, client, server);
				pair_move(&pair, server, client);
			}
			if (server->plain.length > 0)
				assert_string_equal(pair_heard(server), "hello");
			pair_end(&pair);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_http_is_told_from_other_bytes),
		cmocka_unit_test(a_changed_record_ends_the_connection),
		cmocka_unit_test(records_out_of_order_end_the_connection),
		cmocka_unit_test(an_oversized_record_is_refused_by_its_header),
		cmocka_unit_test(early_data_is_refused),
		cmocka_unit_test(an_old_version_is_refused),
		cmocka_unit_test(a_changed_byte_anywhere_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
