/* The page of lessons says in which family they were played. */
#include "bench/report/html/lab_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct claim claim = {"is-so", "Something is so.", "common belief"};
static const struct lesson lesson = {.name = "four-way",
	.asks = "Is it?",
	.claims = &claim,
	.claim_count = 1,
	.scene = "It is tried.",
	.practice = "Do it."};

static void test_family(void **state)
{
	static const char *const said[] = {
		"1 lesson, played in real packets of IPv4 on a private network",
		"1 lesson, played in real packets of IPv6 on a private network"};
	for (int is_ipv6 = 0; is_ipv6 < 2; is_ipv6++) {
		struct lesson_outcome outcome;
		const struct lab_page page = {&outcome, 1};
		char *text = NULL;
		size_t size;
		outcome_init(&outcome, &lesson);
		outcome.is_ipv6 = is_ipv6;
		FILE *out = open_memstream(&text, &size);
		assert_non_null(out);
		assert_int_equal(lab_page_write(&page, out), 0);
		fclose(out);
		assert_non_null(strstr(text, said[is_ipv6]));
		assert_null(strstr(text, said[!is_ipv6]));
		free(text);
		outcome_finish(&outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_family)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
