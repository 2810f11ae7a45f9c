/* What came between two looks at one namespace. */
#include "bench/doctor/host_look.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct made_up_host earlier, later;

static int begin(void **state)
{
	(void)state;
	made_up_host_init(&earlier);
	made_up_host_init(&later);
	return 0;
}

static void compare(void)
{
	namespace_compare(&later.space, &earlier.space, 10);
}

static void test_counters(void **state)
{
	earlier.space.counters.tw = 100;
	later.space.counters.tw = 130;
	compare();
	assert_int_equal(later.space.added.tw, 30);
	assert_true(later.space.seconds == 10);
}

/* Two sockets of one address; then a third one, which was opened meanwhile. */
static void test_drops_are_of_their_socket(void **state)
{
	made_up_host_listens(&earlier, 0, 8, 5)->inode = 1;
	made_up_host_listens(&earlier, 0, 8, 50)->inode = 2;
	made_up_host_listens(&later, 0, 8, 54)->inode = 2;
	made_up_host_listens(&later, 0, 8, 9)->inode = 1;
	made_up_host_listens(&later, 0, 8, 7)->inode = 3;
	compare();
	assert_int_equal(later.listeners[0].new_drops, 4);
	assert_int_equal(later.listeners[1].new_drops, 4);
	assert_int_equal(later.listeners[2].new_drops, 0);
}

/* The same number, but the socket is another one: what it counts begins anew. */
static void test_drops_of_a_new_socket(void **state)
{
	made_up_host_listens(&earlier, 0, 8, 90)->inode = 1;
	made_up_host_listens(&later, 0, 8, 3)->inode = 1;
	compare();
	assert_int_equal(later.listeners[0].new_drops, 0);
}

static void test_groups(void **state)
{
	earlier.space.has_groups = true;
	made_up_host_groups(&earlier, TCP_CLOSE_WAIT, 5, 1);
	made_up_host_groups(&earlier, TCP_CLOSE_WAIT, 70, 1)->is_rest = true;
	made_up_host_groups(&later, TCP_CLOSE_WAIT, 90, 1)->is_rest = true;
	made_up_host_groups(&later, TCP_CLOSE_WAIT, 6, 1);
	made_up_host_groups(&earlier, TCP_FIN_WAIT2, 6, 1)->orphans = 2;
	made_up_host_groups(&later, TCP_FIN_WAIT2, 7, 1);
	made_up_host_groups(&later, TCP_CLOSE_WAIT, 8, 1)->is_accepted = true;
	compare();
	assert_int_equal(later.groups[0].count_before, 70);
	assert_int_equal(later.groups[1].count_before, 5);
	assert_int_equal(later.groups[2].count_before, 6);
	assert_int_equal(later.groups[2].orphans_before, 2);
	assert_int_equal(later.groups[3].count_before, 0);
}

/* 7 CLOSE_WAITs are too few to be listed at the first look: that 5 came since is not known. */
static void test_groups_that_were_not_listed(void **state)
{
	made_up_host_groups(&later, TCP_CLOSE_WAIT, 12, 1)->orphans = 3;
	compare();
	assert_int_equal(later.groups[0].count_before, 12);
	assert_int_equal(later.groups[0].orphans_before, 3);
	/* They were listed, and there was none. */
	earlier.space.has_groups = true;
	compare();
	assert_int_equal(later.groups[0].count_before, 0);
	assert_int_equal(later.groups[0].orphans_before, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_counters, begin),
		cmocka_unit_test_setup(test_drops_are_of_their_socket, begin),
		cmocka_unit_test_setup(test_drops_of_a_new_socket, begin),
		cmocka_unit_test_setup(test_groups, begin),
		cmocka_unit_test_setup(test_groups_that_were_not_listed, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
