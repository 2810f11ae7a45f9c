/* The gauges of sockstat's line of TCP, and that of snmp. */
#include "bench/measure/counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int file_of(const char *text)
{
	int fd = memfd_create("text", MFD_CLOEXEC);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return fd;
}

static struct counters read_of_both(const char *snmp, const char *sockstat)
{
	struct counters_source source = {file_of(snmp), file_of(""), file_of(sockstat)};
	struct counters counters;
	struct error error = {.text = ""};
	assert_int_equal(counters_read(&source, &counters, &error), 0);
	counters_close(&source);
	return counters;
}

static struct counters read_of(const char *sockstat)
{
	return read_of_both("", sockstat);
}

/* Each number is another one, and those of UDP are others again. */
static void test_gauges(void **state)
{
	struct counters counters = read_of("sockets: used 901\n"
					   "TCP: inuse 11 orphan 22 tw 33 alloc 44 mem 55\n"
					   "UDP: inuse 66 mem 77\n"
					   "FRAG: inuse 88 memory 99\n");
	assert_int_equal(counters.gauge_inuse, 11);
	assert_int_equal(counters.gauge_orphans, 22);
	assert_int_equal(counters.gauge_tw, 33);
	assert_int_equal(counters.gauge_memory_pages, 55);
}

/* What the line of TCP lacks is not taken from the next one. */
static void test_lacking(void **state)
{
	struct counters counters = read_of("TCP: inuse 11\nUDP: inuse 66 mem 77\n");
	assert_int_equal(counters.gauge_inuse, 11);
	assert_int_equal(counters.gauge_memory_pages, 0);
	assert_int_equal(read_of("").gauge_inuse, 0);
}

/* A gauge among the counters of snmp: it is not taken from what was before. */
static void test_established(void **state)
{
	struct counters before = read_of_both("Tcp: ActiveOpens CurrEstab\nTcp: 11 22\n", "");
	struct counters after = read_of_both("Tcp: ActiveOpens CurrEstab\nTcp: 14 7\n", "");
	struct counters difference = counters_difference(&after, &before);
	assert_int_equal(before.gauge_established, 22);
	assert_int_equal(difference.gauge_established, 7);
	assert_int_equal(difference.active_opens, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gauges),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_established),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
