/* The page of /metrics fits its room: the largest numbers of every counter and gauge, and failures
 * of accept4(2) with far more errnos than that call has. */
#include "server/metrics.h"

#include "server/http/http1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ERRNOS 80

static void the_largest_page_is_whole(void **state)
{
	struct metrics sum;
	struct metrics_gauges gauges;
	static char page[HTTP1_BODY_COPY_MAX];
	memset(&sum, 0xff, sizeof(sum));
	memset(&gauges, 0xff, sizeof(gauges));
	gauges.has_time_wait = gauges.has_memory = true;
	for (int i = ERRNOS; i < METRICS_ERRNOS; i++)
		sum.accept_errors[i] = 0;
	/* A strategy's name has 31 characters at most. */
	size_t length = metrics_render(
		&sum, &gauges, "a-strategy-of-thirty-one-letter", page, sizeof(page));
	assert_true(length < sizeof(page) - 1);
	assert_int_equal(length, strlen(page));
	static const char last[] =
		"\nteardown_server_allocator_resident_bytes 18446744073709551615\n";
	assert_string_equal(page + length - strlen(last), last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_page_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
