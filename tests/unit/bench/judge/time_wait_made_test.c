/* TIME_WAITs apart from orphans in FIN_WAIT_2: what counters and packets can tell, each case worked
 * out by hand. */
#include "bench/judge/time_wait_made.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define UNKNOWN NAN

static const struct row {
	const char *name;
	struct time_wait_evidence evidence;
	uint64_t least, most;
	double count;
	const char *known_by;
	double unfinished, expired, killed;
} rows[] = {
	{"nothing happened", {.opened = 100, .judged = 100, .judged_all = true}, 0, 0, 0,
		"counters", 0, 0, 0},
	{"no reset and nothing open: the counters are exact, whatever the packets show",
		{.counted = 90, .opened = 100, .judged = 7, .seen = {.time_wait = 3}}, 90, 90, 90,
		"counters", 0, 0, 0},
	{"orphans that wait are counted, and are none yet", {.counted = 90, .waiting = 20}, 70, 70,
		70, "counters", 0, 0, 0},
	{"all of 20 orphans expired: their peers' FINs were answered with resets",
		{.counted = 20,
			.resets = 20,
			.opened = 20,
			.judged = 20,
			.judged_all = true,
			.seen = {.expired = 20}},
		0, 20, 0, "packets", 20, 20, 0},
	{"all of 20 expired, and their peers still hold them",
		{.counted = 20, .other_open = 20, .opened = 20, .judged = 20, .judged_all = true},
		0, 20, 0, "packets", 20, 20, 0},
	{"a TLS server: data killed 854 of 874",
		{.counted = 874,
			.resets = 1708,
			.opened = 900,
			.judged = 900,
			.judged_all = true,
			.seen = {.time_wait = 20, .killed_by_data = 854}},
		0, 874, 20, "packets", 854, 0, 854},
	{"resets of others: every connection left a TIME_WAIT",
		{.counted = 60,
			.resets = 40,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 60, .killed_by_reset = 40}},
		20, 60, 60, "packets", 0, 0, 0},
	{"data also killed some before the kernel counted them; none expired",
		{.counted = 50,
			.resets = 80,
			.abort_on_data = 10,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20, .killed_by_data = 40}},
		0, 50, 20, "packets", 30, 0, 30},
	{"the same, and some FINs came too late: how many expired, nobody knows",
		{.counted = 50,
			.resets = 80,
			.abort_on_data = 10,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20, .killed_by_data = 25, .expired = 5}},
		0, 50, 20, "packets", 30, UNKNOWN, UNKNOWN},
	{"fewer traces than orphans: nobody knows",
		{.counted = 50,
			.resets = 80,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20, .killed_by_data = 20, .expired = 5}},
		0, 50, 20, "packets", 30, UNKNOWN, UNKNOWN},
	{"no trace of them at all",
		{.counted = 50,
			.resets = 80,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20}},
		0, 50, 20, "packets", 30, UNKNOWN, UNKNOWN},
	{"data that killed none of these: all expired",
		{.counted = 50,
			.resets = 30,
			.abort_on_data = 10,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20, .expired = 30}},
		20, 50, 20, "packets", 30, 30, 0},
	{"half expired, half killed by the peer's RST",
		{.counted = 40,
			.resets = 40,
			.opened = 40,
			.judged = 40,
			.judged_all = true,
			.seen = {.expired = 20, .killed_by_reset = 20}},
		0, 40, 0, "packets", 40, 20, 20},
	{"20 expired while their peers hold them, or resets killed as many orphans: nobody knows",
		{.counted = 20,
			.resets = 20,
			.other_open = 20,
			.opened = 40,
			.judged = 40,
			.judged_all = true,
			.seen = {.killed_by_reset = 20}},
		0, 20, 0, "packets", 20, UNKNOWN, UNKNOWN},
	{"a share of the connections: an estimate",
		{.counted = 1000,
			.resets = 600,
			.opened = 1600,
			.judged = 100,
			.seen = {.time_wait = 40, .killed_by_data = 60}},
		400, 1000, 640, "estimate", UNKNOWN, UNKNOWN, UNKNOWN},
	{"the same of few: there were more at one instant",
		{.counted = 133,
			.peak = 130,
			.resets = 2281,
			.opened = 2345,
			.judged = 1200,
			.seen = {.time_wait = 33, .killed_by_data = 1167}},
		0, 133, 130, "estimate", UNKNOWN, UNKNOWN, UNKNOWN},
	{"packets of all show fewer than there were at one instant",
		{.counted = 50,
			.peak = 21,
			.resets = 80,
			.opened = 100,
			.judged = 100,
			.judged_all = true,
			.seen = {.time_wait = 20, .killed_by_data = 30}},
		0, 50, 21, "packets", 29, 0, 29},
	{"a peak of more than the counters allow is not of the load's",
		{.counted = 50,
			.peak = 60,
			.resets = 80,
			.opened = 100,
			.judged = 10,
			.seen = {.time_wait = 2}},
		0, 50, 50, "estimate", UNKNOWN, UNKNOWN, UNKNOWN},
	{"a share of the connections, and FINs that came too late",
		{.counted = 1000,
			.resets = 600,
			.opened = 1600,
			.judged = 100,
			.seen = {.time_wait = 40, .expired = 60}},
		400, 1000, 640, "estimate", UNKNOWN, UNKNOWN, UNKNOWN},
	{"an estimate is never below the least",
		{.counted = 1000,
			.resets = 5,
			.opened = 1600,
			.judged = 100,
			.seen = {.time_wait = 60}},
		995, 1000, 995, "estimate", UNKNOWN, UNKNOWN, UNKNOWN},
	{"nor above the most: the kernel skips some at its cap",
		{.counted = 100,
			.resets = 900,
			.opened = 1000,
			.judged = 1000,
			.judged_all = true,
			.seen = {.time_wait = 1000}},
		0, 100, 100, "packets", 0, 0, 0},
	{"no packet was seen, and there were resets", {.counted = 100, .resets = 1, .opened = 1000},
		99, 100, UNKNOWN, "nothing", UNKNOWN, UNKNOWN, UNKNOWN},
	{"more wait than were counted", {.counted = 3, .waiting = 5}, 0, 0, 0, "counters", 0, 0, 0},
};

static void figure_is(const char *name, const char *what, double figure, double wanted)
{
	if (isnan(figure) != isnan(wanted) || (!isnan(wanted) && figure != wanted))
		fail_msg("%s: %s is %g, not %g", name, what, figure, wanted);
}

static void each_case_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct time_wait_made made = time_wait_made_of(&row->evidence);
		figure_is(row->name, "least", (double)made.least, (double)row->least);
		figure_is(row->name, "most", (double)made.most, (double)row->most);
		figure_is(row->name, "count", made.count, row->count);
		figure_is(row->name, "unfinished", made.unfinished, row->unfinished);
		figure_is(row->name, "expired", made.expired, row->expired);
		figure_is(row->name, "killed", made.killed, row->killed);
		if (strcmp(time_wait_known_by_words[made.known_by], row->known_by) != 0)
			fail_msg("%s: known by %s", row->name,
				time_wait_known_by_words[made.known_by]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_case_is_told)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
