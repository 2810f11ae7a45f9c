/* Listeners whose queues overflow, and listeners that look like it. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static const struct diagnosed *find(void)
{
	return found_find(&made.host, "listen-overflow");
}

/* Two looks, 10 s apart. */
static struct doctor_listener *begin(
	uint32_t waiting, uint32_t backlog, uint64_t drops, uint64_t new_drops)
{
	made_up_host_init(&made);
	made.space.seconds = 10;
	made.space.counters.listen_overflows = made.space.counters.listen_drops = drops;
	made.space.added.listen_drops = new_drops;
	struct doctor_listener *listener = made_up_host_listens(&made, waiting, backlog, drops);
	listener->new_drops = new_drops;
	return listener;
}

static void test_overflows_now(void **state)
{
	struct doctor_listener *listener = begin(512, 511, 1904, 380);
	listener->process =
		(struct doctor_process){.pid = 812, .name = "nginx", .unit = "nginx.service"};
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "listen queue overflows: 38/s dropped");
	found_has(found, "0.0.0.0:8080, nginx (pid 812, nginx.service): 512 wait for accept(), "
			 "backlog 511; 1,904 dropped since it listens");
	found_has(found, "send their SYN again");
	found_has(found, "somaxconn allows 4,096, the program asked for 511");
	assert_true(found_number(found, "port") == 8080);
	assert_true(found_number(found, "dropped_per_s") == 38);
	assert_true(found_number(found, "sockets_full") == 1);
}

/* It was empty again at the look. */
static void test_dropped_between_the_looks(void **state)
{
	begin(0, 4096, 5, 5);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "listen queue overflows: 0.5/s dropped");
	found_has(found, "raise net.core.somaxconn (4,096), then start the program anew");
}

static void test_full_at_one_look(void **state)
{
	begin(129, 128, 7, 0);
	made.space.seconds = 0;
	made.space.settings.abort_on_overflow = 1;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "listen queue is full");
	found_has(found, "reset");
	assert_true(isnan(found_number(found, "dropped_per_s")));
}

static void test_full_and_nothing_dropped(void **state)
{
	begin(129, 128, 0, 0);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
}

static void test_of_old_is_a_notice(void **state)
{
	begin(3, 128, 1200, 0);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_string_equal(found->headline, "a listener has dropped 1,200 connections, none now");
	found_lacks(found, "clients");
}

/* Four sockets of one address are one finding, and another address is not of them. */
static void test_several_sockets(void **state)
{
	begin(0, 128, 0, 0);
	made.space.counters.listen_drops = 149;
	made.space.added.listen_drops = 20;
	made_up_host_listens(&made, 129, 128, 40)->new_drops = 20;
	made_up_host_listens(&made, 129, 128, 10);
	address_parse("0.0.0.0:8081", &made_up_host_listens(&made, 129, 128, 99)->address);
	const struct diagnosed *found = find();
	assert_int_equal(found_count("listen-overflow"), 2);
	assert_non_null(found);
	found_has(found, "2 of 3 sockets of this address are full");
	assert_true(found_number(found, "dropped") == 50);
	assert_true(found_number(found, "dropped_per_s") == 2);
}

/* The kernel drops at a listener for other reasons, too. */
static void test_not_the_queue(void **state)
{
	begin(0, 128, 30, 30);
	made.space.counters.listen_overflows = 0;
	made.space.counters.syn_queue_drop = 30;
	const struct diagnosed *found = find();
	assert_non_null(found);
	found_has(
		found, "not the queue of accept(): ListenOverflows is 0 here, TCPReqQFullDrop 30");
}

/* As many wait as the backlog says: the next one still has room. */
static void test_at_the_brim_is_fine(void **state)
{
	begin(128, 128, 0, 0);
	assert_null(find());
}

/* Other listeners of the namespace, or ones that are gone, had the overflows. */
static void test_overflows_elsewhere_are_fine(void **state)
{
	begin(100, 4096, 0, 0);
	made.space.counters.listen_overflows = made.space.added.listen_overflows = 500;
	made.space.counters.listen_drops = made.space.added.listen_drops = 500;
	assert_null(find());
}

/* Each connection of an Apache, and of nginx with `deferred`, is counted at its listener. */
static void test_deferred_accept_is_fine(void **state)
{
	begin(0, 128, 5000, 300);
	made.space.counters.listen_overflows = made.space.counters.listen_drops = 0;
	made.space.added.listen_drops = 0;
	made.space.counters.deferred_drop = 5000;
	made.space.added.deferred_drop = 300;
	assert_null(find());
	/* Another listener's overflows do not make them this one's. */
	made.space.counters.listen_drops = 5000;
	made.space.added.listen_drops = 300;
	assert_null(find());
}

/* A full one has lost some for sure, but no more than were lost here. */
static void test_full_and_deferred(void **state)
{
	begin(129, 128, 5000, 0);
	made.space.counters.listen_drops = 7;
	made.space.counters.deferred_drop = 4995;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_true(found_number(found, "dropped") == 7);
}

static void test_more_than_was_deferred(void **state)
{
	begin(0, 128, 5000, 300);
	made.space.counters.deferred_drop = 4900;
	made.space.added.deferred_drop = 280;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_true(found_number(found, "dropped") == 100);
	assert_true(found_number(found, "dropped_per_s") == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overflows_now),
		cmocka_unit_test(test_dropped_between_the_looks),
		cmocka_unit_test(test_full_at_one_look),
		cmocka_unit_test(test_full_and_nothing_dropped),
		cmocka_unit_test(test_of_old_is_a_notice),
		cmocka_unit_test(test_several_sockets),
		cmocka_unit_test(test_not_the_queue),
		cmocka_unit_test(test_at_the_brim_is_fine),
		cmocka_unit_test(test_overflows_elsewhere_are_fine),
		cmocka_unit_test(test_deferred_accept_is_fine),
		cmocka_unit_test(test_full_and_deferred),
		cmocka_unit_test(test_more_than_was_deferred),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
