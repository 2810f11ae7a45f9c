/* Messages of a handshake behind the handshake: a server's channel answers a few of them, and ends
 * a flood. The client is OpenSSL alone, which sends what no channel does. */
#include "tls/channel.h"

#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM ((size_t)1 << 18)
#define BAD_RECORD_MAC 20

static struct {
	struct tls_context *context;
	struct tls_channel *server;
	struct tls_buffer plain, out;
	enum tls_status status;
	SSL_CTX *client_context;
	SSL *client;
	BIO *arrived, *leaving; /* owned by `client` */
} scene;

/* Gives the server what the client has to send, and these bytes, in one piece. */
static void to_server(const char *bytes, size_t length)
{
	char *all = malloc(ROOM);
	assert_non_null(all);
	int sent = BIO_read(scene.leaving, all, ROOM / 2);
	size_t n = sent > 0 ? (size_t)sent : 0;
	if (length > 0)
		memcpy(all + n, bytes, length);
	scene.status = tls_channel_open(scene.server, all, n + length, &scene.plain, &scene.out);
	free(all);
}

static void to_client(void)
{
	BIO_write(scene.arrived, scene.out.bytes, (int)scene.out.length);
	scene.out.length = 0;
}

static void begin(int version)
{
	struct error error = {0};
	const struct tls_settings settings = {.tickets = 2};
	scene.context = tls_context_create_server(&settings, &error);
	assert_non_null(scene.context);
	scene.server = tls_channel_create(scene.context);
	assert_non_null(scene.server);
	scene.plain = (struct tls_buffer){.bytes = malloc(ROOM), .size = ROOM};
	scene.out = (struct tls_buffer){.bytes = malloc(ROOM), .size = ROOM};
	scene.client_context = SSL_CTX_new(TLS_client_method());
	scene.client = SSL_new(scene.client_context);
	scene.arrived = BIO_new(BIO_s_mem());
	scene.leaving = BIO_new(BIO_s_mem());
	SSL_set_bio(scene.client, scene.arrived, scene.leaving);
	SSL_set_connect_state(scene.client);
	assert_int_equal(SSL_set_max_proto_version(scene.client, version), 1);
}

/* Up to the client's last flight, which is in `leaving` then. */
static void shake_hands(void)
{
	while (SSL_do_handshake(scene.client) != 1) {
		assert_int_equal(SSL_get_error(scene.client, -1), SSL_ERROR_WANT_READ);
		to_server(NULL, 0);
		to_client();
	}
}

static void finish(void)
{
	SSL_free(scene.client);
	SSL_CTX_free(scene.client_context);
	tls_channel_destroy(scene.server);
	tls_context_destroy(scene.context);
	free(scene.plain.bytes);
	free(scene.out.bytes);
}

static void write_text(const char *text)
{
	size_t n;
	assert_int_equal(SSL_write_ex(scene.client, text, strlen(text), &n), 1);
}

static void keys_update(void)
{
	assert_int_equal(SSL_key_update(scene.client, SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(SSL_do_handshake(scene.client), 1);
}

/* The client goes on to send data, and to understand what it is sent. */
static void assert_is_served(const char *heard)
{
	char text[64];
	size_t n;
	const struct iovec piece = {(void *)"answer", 6};
	assert_int_equal(scene.status, TLS_GOES_ON);
	assert_int_equal(scene.plain.length, strlen(heard));
	assert_memory_equal(scene.plain.bytes, heard, scene.plain.length);
	assert_int_equal(tls_channel_seal(scene.server, &piece, 1, &scene.out), 0);
	to_client();
	assert_int_equal(SSL_read_ex(scene.client, text, sizeof(text), &n), 1);
	assert_int_equal(n, 6);
}

static void assert_refused(size_t most_answer)
{
	const struct tls_channel_state *state = tls_channel_state(scene.server);
	assert_int_equal(scene.status, TLS_FAILED);
	assert_string_equal(state->reason, "too many messages without data");
	assert_true(state->established);
	assert_int_equal(scene.plain.length, 0);
	assert_in_range(scene.out.length, 1, most_answer);
}

static void a_few_updates_of_keys_are_answered(void **state)
{
	begin(TLS1_3_VERSION);
	shake_hands();
	for (int i = 0; i < 20; i++)
		keys_update();
	write_text("a");
	for (int i = 0; i < 20; i++)
		keys_update();
	write_text("b");
	to_server(NULL, 0);
	assert_is_served("ab");
	finish();
}

static void a_flood_of_updates_ends_the_connection(void **state)
{
	begin(TLS1_3_VERSION);
	shake_hands();
	to_server(NULL, 0);
	scene.out.length = 0;
	for (int i = 0; i < 1000; i++)
		keys_update();
	write_text("late");
	to_server(NULL, 0);
	assert_refused((size_t)40 * 32);
	finish();
}

/* TLS 1.2 has a warning for that. */
static void a_renegotiation_is_refused(void **state)
{
	begin(TLS1_2_VERSION);
	shake_hands();
	to_server(NULL, 0);
	to_client();
	assert_int_equal(SSL_do_handshake(scene.client), 1);
	assert_int_equal(SSL_renegotiate(scene.client), 1);
	assert_int_equal(SSL_do_handshake(scene.client), -1);
	to_server(NULL, 0);
	assert_int_equal(scene.status, TLS_GOES_ON);
	assert_int_equal(tls_channel_state(scene.server)->alert_sent, SSL_AD_NO_RENEGOTIATION);
	finish();
}

/* What comes with the client's last flight is no record. */
static void a_handshake_is_done_that_garbage_follows(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	static const char record[] = "\x17\x03\x03\x00\x28"
				     "forty bytes which no key has ever made.!";
	for (int i = 0; i < 2; i++) {
		begin(versions[i]);
		for (int flight = 0; flight < 2; flight++) {
			SSL_do_handshake(scene.client);
			assert_false(tls_channel_state(scene.server)->established);
			to_server(record, flight == 0 ? 0 : sizeof(record) - 1);
			to_client();
		}
		assert_int_equal(scene.status, TLS_FAILED);
		assert_true(tls_channel_state(scene.server)->established);
		assert_int_equal(tls_channel_state(scene.server)->alert_sent, BAD_RECORD_MAC);
		finish();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_few_updates_of_keys_are_answered),
		cmocka_unit_test(a_flood_of_updates_ends_the_connection),
		cmocka_unit_test(a_renegotiation_is_refused),
		cmocka_unit_test(a_handshake_is_done_that_garbage_follows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
