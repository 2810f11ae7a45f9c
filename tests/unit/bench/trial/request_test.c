/* The requests of the builtin loader, byte by byte. */
#include "bench/trial/request.h"

#include "common/body_pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct request make(const struct request_spec *spec)
{
	struct network network = NETWORK_NONE;
	struct request request;
	struct error error = {.text = ""};
	assert_int_equal(address_parse("10.1.2.3:0", &network.server_address), 0);
	assert_int_equal(request_create(&request, spec, &network, 8080, &error), 0);
	return request;
}

static void is(const struct loader_request *request, const char *wanted)
{
	assert_int_equal(request->size, strlen(wanted));
	assert_memory_equal(request->text, wanted, request->size);
}

static void a_get_has_no_body(void **state)
{
	struct request request = make(&(struct request_spec){.path = "/a?b"});
	is(&request.plain, "GET /a?b HTTP/1.1\r\nHost: 10.1.2.3:8080\r\n\r\n");
	is(&request.last, "GET /a?b HTTP/1.1\r\nHost: 10.1.2.3:8080\r\nConnection: close\r\n\r\n");
	request_destroy(&request);
	assert_null(request.plain.text);
	assert_null(request.last.text);
}

static void headers_stand_in_their_order(void **state)
{
	struct request request =
		make(&(struct request_spec){.path = "/", .headers = {2, {"X: 1", "Accept: */*"}}});
	is(&request.plain, "GET / HTTP/1.1\r\nHost: 10.1.2.3:8080\r\nX: 1\r\nAccept: */*\r\n\r\n");
	is(&request.last, "GET / HTTP/1.1\r\nHost: 10.1.2.3:8080\r\nX: 1\r\nAccept: */*\r\n"
			  "Connection: close\r\n\r\n");
	request_destroy(&request);
}

static void a_post_has_the_pattern(void **state)
{
	static const char head[] = "POST / HTTP/1.1\r\nHost: 10.1.2.3:8080\r\n"
				   "Content-Length: 1000\r\n\r\n";
	struct request request = make(&(struct request_spec){.path = "/", .body_bytes = 1000});
	assert_int_equal(request.plain.size, sizeof(head) - 1 + 1000);
	assert_memory_equal(request.plain.text, head, sizeof(head) - 1);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(
			request.plain.text[sizeof(head) - 1 + i], (char)body_pattern_byte(i));
	request_destroy(&request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_get_has_no_body),
		cmocka_unit_test(headers_stand_in_their_order),
		cmocka_unit_test(a_post_has_the_pattern),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
