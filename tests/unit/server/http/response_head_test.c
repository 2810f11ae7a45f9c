/* Heads of responses: what is taken from the one before, and what is not. */
#include "server/http/response_head.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static char bytes[4 * RESPONSE_HEAD_MAX];
static struct response_head_cache heads;

static const char *head_of(struct response_head response)
{
	struct output_buffer out = {.bytes = bytes, .size = sizeof(bytes) - 1};
	response_head_append(&out, &response, &heads);
	bytes[out.length] = '\0';
	return bytes;
}

static int set_up(void **state)
{
	heads = (struct response_head_cache){.date = "Date: then\r\n"};
	return 0;
}

#define PLAIN .status = 200, .type = "text/plain", .length = 7
#define EXPECTED                                                                                   \
	"HTTP/1.1 200 OK\r\nDate: then\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n"

static void the_same_again_is_the_same(void **state)
{
	const struct response_head response = {PLAIN};
	for (int i = 0; i < 3; i++)
		assert_string_equal(head_of(response), EXPECTED "\r\n");
}

static void each_difference_is_seen(void **state)
{
	const struct response_head plain = {PLAIN};
	const struct response_head others[] = {
		{.status = 404, .type = plain.type, .length = 7},
		{.status = 200, .type = "text/html", .length = 7},
		{.status = 200, .type = plain.type, .length = 8},
		{.status = 200, .type = plain.type, .length = 7, .chunked = true},
		{.status = 200, .type = plain.type, .length = 7, .connection = RESPONSE_CLOSE},
	};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_string_equal(head_of(plain), EXPECTED "\r\n");
		assert_string_not_equal(head_of(others[i]), EXPECTED "\r\n");
	}
	assert_string_equal(head_of(others[4]), EXPECTED "Connection: close\r\n\r\n");
}

static void a_new_date_is_in_the_next(void **state)
{
	const struct response_head response = {PLAIN};
	assert_non_null(strstr(head_of(response), "Date: then\r\n"));
	response_head_refresh(&heads, clock_now_ns());
	assert_null(strstr(head_of(response), "Date: then\r\n"));
	assert_non_null(strstr(bytes, heads.date));
	/* Not within the second. */
	strcpy(heads.date, "Date: now\r\n");
	response_head_refresh(&heads, clock_now_ns());
	assert_string_equal(heads.date, "Date: now\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_same_again_is_the_same, set_up),
		cmocka_unit_test_setup(each_difference_is_seen, set_up),
		cmocka_unit_test_setup(a_new_date_is_in_the_next, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
