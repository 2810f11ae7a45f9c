/* Numbers, times and addresses as findings have them. */
#include "bench/doctor/words.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct word word;

static void test_counts(void **state)
{
	assert_string_equal(word_count(&word, 0), "0");
	assert_string_equal(word_count(&word, 999), "999");
	assert_string_equal(word_count(&word, 1000), "1,000");
	assert_string_equal(word_count(&word, 28231.6), "28,232");
	assert_string_equal(word_count(&word, 1234567), "1,234,567");
	assert_string_equal(word_count(&word, -100), "-100");
	assert_string_equal(word_rate(&word, 0.25), "0.25");
	assert_string_equal(word_rate(&word, 9.96), "10");
	assert_string_equal(word_rate(&word, 14116), "14,116");
}

static void test_times(void **state)
{
	assert_string_equal(word_seconds(&word, 0.4), "0 s");
	assert_string_equal(word_seconds(&word, 119.4), "119 s");
	assert_string_equal(word_seconds(&word, 120), "2 min");
	assert_string_equal(word_seconds(&word, 700), "11 min 40 s");
	assert_string_equal(word_seconds(&word, 18720), "5 h 12 min");
	assert_string_equal(word_seconds(&word, 86400 * 3 + 7300), "3 d 2 h");
}

static void test_groups(void **state)
{
	struct doctor_group group = {.place.port = 9200};
	inet_pton(AF_INET, "10.9.3.8", group.place.address);
	assert_string_equal(word_group(&word, &group), "to 10.9.3.8:9200");
	group.is_accepted = true;
	assert_string_equal(word_group(&word, &group), "accepted at 10.9.3.8:9200");
	group.is_rest = true;
	assert_string_equal(word_group(&word, &group), "at many places");
	assert_string_equal(word_holder(&word, &group.holder), "a process that is not seen");
	group.holder = (struct doctor_process){.pid = 7, .name = "cart"};
	assert_string_equal(word_holder(&word, &group.holder), "cart (pid 7)");
}

static void test_addresses(void **state)
{
	struct doctor_pair pair = {.port = 5432};
	inet_pton(AF_INET, "10.1.4.7", pair.source.words);
	inet_pton(AF_INET, "10.9.0.20", pair.destination.words);
	assert_string_equal(word_pair(&word, &pair), "10.1.4.7 -> 10.9.0.20:5432");
	pair.is_ipv6 = true;
	inet_pton(AF_INET6, "2001:db8::1", pair.source.words);
	inet_pton(AF_INET6, "2001:db8::2", pair.destination.words);
	assert_string_equal(word_pair(&word, &pair), "2001:db8::1 -> [2001:db8::2]:5432");
}

static void test_processes(void **state)
{
	struct doctor_process process = {.pid = 0};
	assert_null(word_process(&word, &process));
	process = (struct doctor_process){.pid = 812, .name = "nginx"};
	assert_string_equal(word_process(&word, &process), "nginx (pid 812)");
	strcpy(process.unit, "nginx.service");
	assert_string_equal(word_process(&word, &process), "nginx (pid 812, nginx.service)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_processes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
