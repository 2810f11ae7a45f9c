/* What a client's connection over TLS sends where the socket takes no more, to a server of OpenSSL
 * on the other end of a socket pair. */
#include "bench/load/connection.h"
#include "bench/load/sealed_context.h"
#include "tls/context.h"
#include "tls/context_parts.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define UPLOAD_BYTES ((size_t)1 << 20)

static struct {
	int client_fd, server_fd;
	struct builtin_loader_spec spec;
	struct connection_context *context;
	struct connection c;
	struct tls_context *server_context;
	SSL *server;
	char *text;
	size_t received_bytes; /* by the server */
	int end;               /* what the server's last read met */
} t;

static int set_up(void **state)
{
	struct error error = {0};
	int fds[2];
	memset(&t, 0, sizeof(t));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	t.client_fd = fds[0];
	t.server_fd = fds[1];
	t.spec.tls = true;
	t.text = calloc(1, UPLOAD_BYTES);
	t.context = calloc(1, sizeof(*t.context));
	assert_true(t.text && t.context);
	assert_int_equal(sealed_context_create(&t.context->sealed, &t.spec, &error), 0);
	t.c.teardown.fd = t.client_fd;
	assert_int_equal(sealed_begin(t.context, &t.c), 0);
	t.server_context = tls_context_create_server(&(struct tls_settings){0}, &error);
	assert_non_null(t.server_context);
	/* They look for a channel of ours. */
	SSL_CTX_set_info_callback(t.server_context->ctx, NULL);
	SSL_CTX_set_msg_callback(t.server_context->ctx, NULL);
	t.server = SSL_new(t.server_context->ctx);
	assert_int_equal(SSL_set_fd(t.server, t.server_fd), 1);
	SSL_set_accept_state(t.server);
	return 0;
}

static int tear_down(void **state)
{
	sealed_end(t.context, &t.c);
	sealed_context_destroy(t.context->sealed);
	SSL_free(t.server);
	tls_context_destroy(t.server_context);
	close(t.client_fd);
	close(t.server_fd);
	free(t.context);
	free(t.text);
	return 0;
}

/* The server reads all there is. */
static void server_reads(void)
{
	static char bytes[TLS_RECORD_BYTES];
	size_t n;
	int result;
	while ((result = SSL_read_ex(t.server, bytes, sizeof(bytes), &n)) == 1)
		t.received_bytes += n;
	t.end = SSL_get_error(t.server, result);
}

static void client_sends(void)
{
	assert_true(sealed_send(t.context, &t.c) >= 0);
}

/* What the server says by itself has no plaintext. */
static void client_reads(void)
{
	struct tls_buffer plain;
	ssize_t n = sealed_read(&t.c, SEALED_INPUT_SIZE, &plain);
	assert_true(n > 0 || errno == EAGAIN);
	assert_int_equal(plain.length, 0);
}

/* The handshake, and as much of the request of that size as the sockets hold. */
static void begin(size_t request_bytes)
{
	static struct loader_request request;
	request = (struct loader_request){t.text, request_bytes};
	t.c.exchange.request = &request;
	t.c.exchange.under_way = true;
	while (!SSL_is_init_finished(t.server) || t.c.exchange.sent == 0) {
		client_sends();
		server_reads();
		client_reads();
		if (sealed_wants_output(t.c.sealed))
			break;
	}
	assert_int_equal(t.end, SSL_ERROR_WANT_READ);
}

static void fill_the_socket(void)
{
	while (!sealed_wants_output(t.c.sealed))
		sealed_write(&t.c, t.text, SEALED_CHUNK_BYTES);
}

static enum executor_seal_status notify(void)
{
	return sealed_by_loader.notify(&t.c.teardown, 0);
}

static void close_notify_goes_behind_what_waits_for_room(void **state)
{
	enum executor_seal_status status;
	begin(1);
	fill_the_socket();
	assert_int_equal(notify(), EXECUTOR_SEAL_WAITS);
	do {
		server_reads();
		assert_true(t.end == SSL_ERROR_WANT_READ || t.end == SSL_ERROR_ZERO_RETURN);
		status = notify();
	} while (status == EXECUTOR_SEAL_WAITS);
	assert_int_equal(status, EXECUTOR_SEALED);
	server_reads();
	assert_int_equal(t.end, SSL_ERROR_ZERO_RETURN);
	assert_true(t.received_bytes > SEALED_CHUNK_BYTES);
}

static void close_notify_goes_where_nothing_waits(void **state)
{
	begin(1);
	assert_int_equal(notify(), EXECUTOR_SEALED);
	server_reads();
	assert_int_equal(t.end, SSL_ERROR_ZERO_RETURN);
	assert_int_equal(t.received_bytes, 1);
}

/* Half of a request must not look whole. */
static void no_close_notify_where_the_request_waits(void **state)
{
	begin(UPLOAD_BYTES);
	assert_true(sealed_wants_output(t.c.sealed));
	assert_int_equal(notify(), EXECUTOR_SEALED);
	server_reads();
	assert_int_equal(t.end, SSL_ERROR_WANT_READ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			close_notify_goes_behind_what_waits_for_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			close_notify_goes_where_nothing_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			no_close_notify_where_the_request_waits, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
