/* What looks at accept queues come to. */
#include "bench/measure/accept_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SERVER "198.18.0.1:8080"
#define ELSEWHERE "198.18.0.2:8080"

static struct accept_queue queue(const char *address, uint32_t inode, uint32_t waiting)
{
	struct accept_queue one = {.inode = inode, .waiting = waiting, .backlog = 128};
	assert_int_equal(address_parse(address, &one.address), 0);
	return one;
}

/* One look at some sockets of the server's address; `inodes` ends with 0. */
static void look(struct accept_sights *sights, uint64_t at_ns, const uint32_t *inodes,
	const uint32_t *waiting)
{
	struct accept_queues queues = {.count = 0};
	for (; inodes[queues.count] != 0; queues.count++)
		queues.list[queues.count] =
			queue(SERVER, inodes[queues.count], waiting[queues.count]);
	accept_sights_see(sights, &queues, at_ns);
}

static void look_at_one(struct accept_sights *sights, uint64_t at_ns, uint32_t waiting)
{
	look(sights, at_ns, (uint32_t[]){7, 0}, &waiting);
}

static void a_queue_that_nothing_is_taken_from(void **state)
{
	static const struct {
		uint32_t waiting;
		uint64_t since; /* in looks, from 1; 0: it is empty */
	} steps[] = {
		{0, 0},
		{3, 2}, /* they have come since the look before */
		{3, 2},
		{5, 2},
		{4, 5}, /* some have been taken */
		{4, 5},
		{0, 0},
		{1, 8},
	};
	struct accept_sights sights = {.count = 0};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		look_at_one(&sights, i + 1, steps[i].waiting);
		assert_int_equal(sights.report.untouched_since_ns, steps[i].since);
		assert_int_equal(sights.report.waiting, steps[i].waiting);
		assert_int_equal(sights.report.looks, i + 1);
	}
	assert_int_equal(sights.report.waiting_peak, 5);
	assert_int_equal(sights.report.at_once, 1);
	assert_int_equal(sights.report.ever, 1);
	assert_int_equal(sights.report.gone, 0);
	assert_int_equal(sights.report.longest.backlog, 128);
}

/* While connections come, one may be taken and another come between two looks. */
static void the_end_of_the_load_begins_anew(void **state)
{
	struct accept_sights sights = {.count = 0};
	look_at_one(&sights, 1, 5);
	look_at_one(&sights, 2, 5);
	assert_int_equal(sights.report.untouched_since_ns, 1);
	accept_sights_load_is_over(&sights, 3);
	look_at_one(&sights, 4, 5);
	assert_int_equal(sights.report.untouched_since_ns, 3);
	look_at_one(&sights, 5, 4);
	assert_int_equal(sights.report.untouched_since_ns, 5);
}

/* Of two sockets: how many wait at each, the first look is before the load; from which look to
 * which both waited for the longest time. */
static void all_queues_wait(void **state)
{
	static const struct {
		uint32_t first, second;
		uint64_t since, until;
	} steps[] = {
		{1, 1, 0, 0}, /* before the load */
		{3, 1, 2, 2},
		{2, 4, 2, 3},
		{2, 0, 2, 3},
		{2, 1, 2, 3},
		{2, 1, 5, 6},
		{2, 1, 5, 7},
		{0, 1, 5, 7},
	};
	struct accept_sights sights = {.count = 0};
	uint64_t count = sizeof(steps) / sizeof(steps[0]);
	for (size_t i = 0; i < count; i++) {
		look(&sights, i + 1, (uint32_t[]){7, 8, 0},
			(uint32_t[]){steps[i].first, steps[i].second});
		assert_int_equal(sights.report.all_wait_since_ns, steps[i].since);
		assert_int_equal(sights.report.all_wait_until_ns, steps[i].until);
	}
	/* One of them is gone: of the other it says nothing. */
	for (uint64_t i = 1; i < 9; i++)
		look(&sights, count + i, (uint32_t[]){7, 0}, (uint32_t[]){5});
	assert_int_equal(sights.report.all_wait_until_ns, 7);
	accept_sights_load_is_over(&sights, 30);
	for (uint64_t i = 31; i < 39; i++)
		look(&sights, i, (uint32_t[]){7, 8, 0}, (uint32_t[]){5, 5});
	assert_int_equal(sights.report.all_wait_until_ns, 7);
}

/* The first look is before the load, the last two are behind it. */
static void looks_of_the_load(void **state)
{
	struct accept_sights sights = {.count = 0};
	for (uint64_t i = 1; i <= 4; i++)
		look_at_one(&sights, i, (uint32_t)(10 * i));
	accept_sights_load_is_over(&sights, 5);
	look_at_one(&sights, 6, 60);
	look_at_one(&sights, 7, 70);
	assert_int_equal(sights.report.load_looks, 3);
	assert_int_equal(sights.report.load_waiting, 20 + 30 + 40);
	assert_int_equal(sights.report.load_over_ns, 5);
}

static void one_of_three(void **state)
{
	struct accept_sights sights = {.count = 0};
	look(&sights, 1, (uint32_t[]){1, 2, 3, 0}, (uint32_t[]){0, 2, 0});
	look(&sights, 2, (uint32_t[]){1, 2, 3, 0}, (uint32_t[]){1, 9, 0});
	const struct accept_watch_report *report = &sights.report;
	assert_int_equal(report->waiting, 10);
	assert_int_equal(report->longest.inode, 2);
	assert_int_equal(report->longest.waiting, 9);
	assert_int_equal(report->untouched_since_ns, 1);
	assert_int_equal(report->beside, 3);
	assert_int_equal(report->beside_waiting, 2);
	/* The second is gone, and what waited there. */
	look(&sights, 3, (uint32_t[]){1, 3, 0}, (uint32_t[]){0, 0});
	assert_int_equal(report->waiting, 0);
	assert_int_equal(report->waiting_peak, 10);
	assert_int_equal(report->untouched_since_ns, 0);
	assert_int_equal(report->beside_waiting, 0);
	assert_int_equal(report->at_once, 3);
}

/* A restart closes the listener, and another one comes. */
static void one_behind_the_other(void **state)
{
	struct accept_sights sights = {.count = 0};
	look(&sights, 1, (uint32_t[]){1, 0}, (uint32_t[]){4});
	assert_int_equal(sights.report.gone, 0);
	look(&sights, 2, (uint32_t[]){0}, NULL);
	assert_int_equal(sights.report.gone, 1);
	assert_int_equal(sights.report.longest.inode, 0);
	assert_int_equal(sights.report.untouched_since_ns, 0);
	look(&sights, 3, (uint32_t[]){2, 0}, (uint32_t[]){1});
	assert_int_equal(sights.report.at_once, 1);
	assert_int_equal(sights.report.ever, 2);
	assert_int_equal(sights.report.gone, 1);
	assert_int_equal(sights.report.untouched_since_ns, 3);
}

static void two_addresses_are_not_one(void **state)
{
	struct accept_sights sights = {.count = 0};
	struct accept_queues queues = {.count = 2, .list = {queue(SERVER, 1, 0)}};
	queues.list[1] = queue(ELSEWHERE, 2, 3);
	accept_sights_see(&sights, &queues, 1);
	assert_int_equal(sights.report.at_once, 1);
	assert_int_equal(sights.report.ever, 1);
	assert_int_equal(sights.report.waiting, 3);
	assert_int_equal(sights.report.beside, 1);
	assert_int_equal(sights.report.beside_waiting, 1);
}

/* Of more sockets than are kept, the others are still counted at each look. */
static void no_more_are_kept_than_there_is_room_for(void **state)
{
	struct accept_sights sights = {.count = 0};
	for (uint32_t inode = 1; inode <= ACCEPT_QUEUES_MAX + 1; inode++)
		look(&sights, inode, (uint32_t[]){inode, 0}, (uint32_t[]){2});
	assert_int_equal(sights.count, ACCEPT_QUEUES_MAX);
	assert_int_equal(sights.report.ever, ACCEPT_QUEUES_MAX);
	assert_int_equal(sights.report.waiting, 2);
	assert_int_equal(sights.report.untouched_since_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_that_nothing_is_taken_from),
		cmocka_unit_test(the_end_of_the_load_begins_anew),
		cmocka_unit_test(all_queues_wait),
		cmocka_unit_test(looks_of_the_load),
		cmocka_unit_test(one_of_three),
		cmocka_unit_test(one_behind_the_other),
		cmocka_unit_test(two_addresses_are_not_one),
		cmocka_unit_test(no_more_are_kept_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
