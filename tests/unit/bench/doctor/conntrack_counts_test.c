/* What /proc/net/stat/nf_conntrack tells. */
#include "bench/doctor/conntrack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct conntrack_counts parse(const char *text)
{
	char room[2048];
	snprintf(room, sizeof(room), "%s", text);
	return conntrack_counts_parse(room);
}

/* As Linux 6.18 writes it, of two processors: hexadecimal. */
static void test_sum(void **state)
{
	struct conntrack_counts counts = parse(
		"entries  clashres found new invalid ignore delete chainlength insert "
		"insert_failed drop "
		"early_drop icmp_error  expect_new expect_create expect_delete search_restart\n"
		"00000005  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
		"0000000a "
		"00000100 00000001 00000000  00000000 00000000 00000000 00000000\n"
		"00000005  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
		"00000001 "
		"00000002 0000000f 00000000  00000000 00000000 00000000 00000000\n");
	assert_int_equal(counts.insert_failed, 11);
	assert_int_equal(counts.drop, 258);
	assert_int_equal(counts.early_drop, 16);
}

static void test_other_kernels(void **state)
{
	struct conntrack_counts counts = parse("drop x\n00000003 00000004\n");
	assert_int_equal(counts.drop, 3);
	assert_int_equal(counts.early_drop, 0);
	assert_int_equal(parse("").drop, 0);
	assert_int_equal(parse("drop").drop, 0);
	assert_int_equal(parse("drop\n\n\n").drop, 0);
	assert_int_equal(
		parse("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f drop\n1\n")
			.drop,
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_other_kernels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
