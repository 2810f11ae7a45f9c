#include "bench/wire/backlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_counted(struct backlog *backlog, uint64_t lived_ns, uint64_t waited_ns)
{
	assert_int_equal(backlog->lived_ns, lived_ns);
	assert_int_equal(backlog->waited_ns, waited_ns);
}

static int backlog_make(void **state)
{
	static struct backlog backlog;
	*state = &backlog;
	return backlog_init(&backlog) ? 0 : -1;
}

static int backlog_clear(void **state)
{
	backlog_finish(*state);
	return 0;
}

static void a_connection_lives_from_its_syn_to_its_last_frame(void **state)
{
	backlog_begin(*state, 40000, 100);
	assert_counted(*state, 0, 0);
	backlog_add(*state, 40000, 100, 130);
	assert_counted(*state, 30, 30);
	backlog_add(*state, 40000, 200, 205);
	assert_counted(*state, 105, 35);
	/* The next one of this port. */
	backlog_begin(*state, 40000, 900);
	backlog_add(*state, 40000, 900, 910);
	assert_counted(*state, 115, 45);
}

/* The frames of a connection wait beside each other; those of two do so for each. */
static void what_is_counted_is_not_counted_again(void **state)
{
	backlog_begin(*state, 40000, 100);
	backlog_add(*state, 40000, 100, 130);
	backlog_add(*state, 40000, 110, 150);
	assert_counted(*state, 50, 50);
	backlog_add(*state, 40000, 90, 140);
	assert_counted(*state, 50, 50);
	backlog_begin(*state, 40001, 100);
	backlog_add(*state, 40001, 110, 150);
	assert_counted(*state, 100, 90);
}

static void a_frame_that_is_sent_in_time_has_not_waited(void **state)
{
	backlog_begin(*state, 40000, 100);
	backlog_add(*state, 40000, 150, 120);
	assert_counted(*state, 20, 0);
	backlog_add(*state, 40000, 150, 160);
	assert_counted(*state, 60, 10);
}

static void a_connection_whose_syn_was_not_seen_lives_from_its_first_frame(void **state)
{
	backlog_add(*state, 40000, 1000, 1010);
	assert_counted(*state, 10, 10);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, backlog_make, backlog_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_connection_lives_from_its_syn_to_its_last_frame),
		CASE(what_is_counted_is_not_counted_again),
		CASE(a_frame_that_is_sent_in_time_has_not_waited),
		CASE(a_connection_whose_syn_was_not_seen_lives_from_its_first_frame),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
