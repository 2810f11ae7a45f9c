/* How long a run takes, as it is said before and while it goes on. */
#include "bench/options/factor.h"
#include "bench/report/progress.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a trial takes beside its load, as progress.c has it. */
#define AROUND_NS (200 * NS_PER_MS)
#define START_NS (1000 * NS_PER_S)

static void test_times_as_text(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{0, "1 s"},
		{400 * NS_PER_MS, "1 s"},
		{8 * NS_PER_S + 499 * NS_PER_MS, "8 s"},
		{8 * NS_PER_S + 500 * NS_PER_MS, "9 s"},
		{59 * NS_PER_S, "59 s"},
		{60 * NS_PER_S, "1 min"},
		{80 * NS_PER_S, "1 min 20 s"},
		{3599 * NS_PER_S, "59 min 59 s"},
		{3600 * NS_PER_S, "1 h 0 min"},
		{7500 * NS_PER_S, "2 h 5 min"},
		{7199 * NS_PER_S, "2 h 0 min"},
	};
	char text[64];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			progress_time_text(rows[i].ns, text, sizeof(text)), rows[i].text);
}

static void test_a_trial_by_the_options(void **state)
{
	bool is_most;
	struct run_options o = {.duration_ns = 3 * NS_PER_S, .warmup_ns = NS_PER_S};
	assert_int_equal(progress_trial_ns(&o, &is_most), 4 * NS_PER_S + AROUND_NS);
	assert_false(is_most);
	o.total = 100;
	assert_int_equal(progress_trial_ns(&o, &is_most), 4 * NS_PER_S + AROUND_NS);
	assert_true(is_most);
	/* 100 connections at 50/s are due within 2 s, 100 at 20/s are not within 4 s. */
	o.rate = 50;
	assert_int_equal(progress_trial_ns(&o, &is_most), 2 * NS_PER_S + AROUND_NS);
	assert_false(is_most);
	o.rate = 20;
	assert_int_equal(progress_trial_ns(&o, NULL), 4 * NS_PER_S + AROUND_NS);
}

static void test_what_is_left(void **state)
{
	struct progress p;
	struct run_options o = {.duration_ns = 3 * NS_PER_S, .quiet = true};
	progress_begin(&p, &o, 10, NULL, false, START_NS);
	assert_int_equal(progress_left_ns(&p, START_NS), 10 * (3 * NS_PER_S + AROUND_NS));
	assert_int_equal(progress_left_ns(&p, START_NS + NS_PER_S),
		10 * (3 * NS_PER_S + AROUND_NS) - NS_PER_S);
	/* Four trials took 20 s: the other six take 30 s, whatever the options say. */
	p.ended = 4;
	progress_trial_begin(&p, 5, "reset", START_NS + 20 * NS_PER_S);
	assert_int_equal(progress_left_ns(&p, START_NS + 20 * NS_PER_S), 30 * NS_PER_S);
	assert_int_equal(progress_left_ns(&p, START_NS + 22 * NS_PER_S), 28 * NS_PER_S);
	/* A trial that takes longer than all that were to come. */
	assert_int_equal(progress_left_ns(&p, START_NS + 99 * NS_PER_S), 0);
	p.ended = 10;
	assert_int_equal(progress_left_ns(&p, START_NS + 50 * NS_PER_S), 0);
}

/* What is said of a run of two trials; to be freed. */
static char *said(const struct run_options *options, bool is_terminal)
{
	char *text;
	size_t size;
	struct progress p;
	struct trial trial = {.window_ns = NS_PER_S};
	FILE *out = open_memstream(&text, &size);
	progress_begin(&p, options, 2, out, is_terminal, START_NS);
	progress_trial_begin(&p, 1, "graceful", START_NS);
	progress_trial_failed(&p, "no reason");
	progress_trial_begin(&p, 2, "reset", START_NS + 7 * NS_PER_S);
	trial.strategy = &(const struct td_strategy){.name = "reset", .claim_is_race = true};
	trial.totals.attempted = trial.totals.outcomes[OUTCOME_COMPLETED] = 50;
	trial.totals.window_completed = 50;
	trial.after.server.counters.passive_opens = 50;
	trial.after.server.counters.tw = 50;
	if (options->factor) {
		trial.totals.outcomes[OUTCOME_COMPLETED] = 20;
		trial.totals.outcomes[OUTCOME_RESET] = 30;
		trial.totals.part_answered = 12;
	}
	progress_trial_end(&p, &trial);
	progress_end(&p);
	fclose(out);
	return text;
}

static void check(const struct run_options *options, bool is_terminal, const char *wanted)
{
	char *text = said(options, is_terminal);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_what_is_said(void **state)
{
	struct run_options o = {.duration_ns = 5 * NS_PER_S / 2};
	check(&o, false,
		"2 trials of 2.5 s: about 5 s\n"
		"trial 1 of 2, 5 s left: graceful       cannot be run: no reason\n"
		"trial 2 of 2, 7 s left: reset               50 connections/s\n");
	/* A good trial's line is written over; at the end it is empty. */
	check(&o, true,
		"2 trials of 2.5 s: about 5 s\n"
		"\r\033[Ktrial 1 of 2, 5 s left: graceful       cannot be run: no reason\n"
		"\r\033[Ktrial 2 of 2, 7 s left: reset               50 connections/s"
		"\r\033[K");
	o.duration_ns = 90 * NS_PER_S;
	check(&o, false,
		"2 trials of 1 min 30 s: about 3 min\n"
		"trial 1 of 2, 3 min left: graceful       cannot be run: no reason\n"
		"trial 2 of 2, 7 s left: reset               50 connections/s\n");
	o.duration_ns = 5 * NS_PER_S / 2;
	o.total = 9;
	check(&o, false,
		"2 trials, each ends after 9 connections or 2.5 s: at most 5 s\n"
		"trial 1 of 2, at most 5 s left: graceful       cannot be run: no reason\n"
		"trial 2 of 2, 7 s left: reset               50 connections/s\n");
	o.verbose = true;
	check(&o, true,
		"2 trials, each ends after 9 connections or 2.5 s: at most 5 s\n"
		"trial 1 of 2, at most 5 s left: graceful       cannot be run: no reason\n"
		"trial 2 of 2, 7 s left: reset               50 connections/s\n"
		"  opened 50: delivered 50, short 0, reset 0, timed out 0; TIME_WAIT made at the "
		"server 50, at the client 0; 0 of 0 ports held\n");
	o.verbose = false;
	o.quiet = true;
	check(&o, false, "");
}

/* A cell has few connections: a rate would be 0, and says nothing of them. */
static void test_a_cell(void **state)
{
	const struct factor factor = {.option = "clients"};
	struct run_options o = {.duration_ns = NS_PER_S, .factor = &factor, .matrix = true};
	char *text = said(&o, false);
	assert_non_null(strstr(text, "reset               20 ok, 12 cut, 18 lost, invalid: 30 "));
	assert_null(strstr(text, "/s"));
	free(text);
}

/* A row in one family is a strategy's, as without a factor. */
static void test_a_family(void **state)
{
	const struct factor factor = {.option = "family"};
	struct run_options o = {.duration_ns = NS_PER_S, .factor = &factor, .family = "both"};
	char *text = said(&o, false);
	assert_non_null(strstr(text, " connections/s"));
	assert_null(strstr(text, " ok, "));
	free(text);
}

/* A name that leaves no room for what comes behind it is cut where the line is written anew. */
static void test_a_long_name(void **state)
{
	static const struct {
		bool is_terminal;
		unsigned width;
		const char *wanted;
	} cases[] = {
		{false, 60, "trial 1 of 1, 3 s left: plug-in-of-somebody-else17"},
		{true, 80, "\r\033[Ktrial 1 of 1, 3 s left: plug-in-of-somebody-else17"},
		{true, 60, "\r\033[Ktrial 1 of 1, 3 s left: plug-...lse17"},
		{true, 20, "\r\033[Ktrial 1 of 1, 3 s left: plu...17"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text;
		size_t size;
		struct progress p;
		const struct run_options o = {.duration_ns = 5 * NS_PER_S / 2};
		FILE *out = open_memstream(&text, &size);
		progress_begin(&p, &o, 1, out, cases[i].is_terminal, START_NS);
		p.width = cases[i].width;
		progress_trial_begin(&p, 1, "plug-in-of-somebody-else17", START_NS);
		fclose(out);
		assert_string_equal(strchr(text, '\n') + 1, cases[i].wanted);
		free(text);
	}
}

/* Two trials are one pair, of which the second stands on a line of its own. */
static void test_what_is_said_of_twins(void **state)
{
	char *text;
	size_t size;
	struct progress p;
	const struct run_options o = {.duration_ns = 5 * NS_PER_S / 2, .twins = true};
	const struct td_strategy reset = {.name = "reset", .claim_is_race = true};
	struct trial trial = {.window_ns = NS_PER_S, .strategy = &reset};
	trial.totals.attempted = trial.totals.outcomes[OUTCOME_COMPLETED] = 50;
	trial.totals.window_completed = 50;
	trial.after.server.counters.passive_opens = 50;
	trial.after.server.counters.tw = 50;
	FILE *out = open_memstream(&text, &size);
	progress_begin(&p, &o, 2, out, false, START_NS);
	progress_trial_begin(&p, 1, "reset", START_NS);
	progress_trial_end(&p, &trial);
	trial.totals.window_completed = 40;
	trial.totals.exchanges = 500;
	trial.totals.window_exchanges = 400;
	progress_twin_end(&p, "graceful", &trial);
	progress_trial_begin(&p, 2, "reset", START_NS + 7 * NS_PER_S);
	fclose(out);
	assert_string_equal(text, "2 pairs of 2.5 s: about 5 s\n"
				  "pair 1 of 2, 5 s left: reset               50 connections/s\n"
				  "  beside it: graceful           400 requests/s\n"
				  "pair 2 of 2, 7 s left: reset         ");
	free(text);
}

/* What is written of a trial while it goes on, behind the forecast; to be freed. */
struct going {
	char *text;
	size_t size;
	struct progress p;
	FILE *out;
};

static void going_begin(struct going *g, bool is_terminal)
{
	const struct run_options o = {.duration_ns = 60 * NS_PER_S - AROUND_NS};
	g->out = open_memstream(&g->text, &g->size);
	progress_begin(&g->p, &o, 1, g->out, is_terminal, START_NS);
	progress_trial_begin(&g->p, 1, "reset", START_NS);
}

static void going_end(struct going *g, const char *wanted)
{
	fclose(g->out);
	assert_string_equal(strchr(g->text, '\n') + 1, wanted);
	free(g->text);
}

/* On a terminal the line is written anew four times a second, elsewhere never. */
static void test_while_a_trial_goes_on(void **state)
{
	for (int is_terminal = 0; is_terminal < 2; is_terminal++) {
		struct going g;
		going_begin(&g, is_terminal);
		for (uint64_t ms = 0; ms <= 740; ms += 20)
			progress_tick(&g.p, NULL, 0, START_NS + ms * NS_PER_MS);
		progress_tick(&g.p, NULL, 0, START_NS + 30 * NS_PER_S);
		going_end(&g,
			is_terminal ? "\r\033[Ktrial 1 of 1, 1 min left: reset         "
				      "\r\033[Ktrial 1 of 1, 1 min left: reset          .........."
				      "\r\033[Ktrial 1 of 1, 59 s left: reset          .........."
				      "\r\033[Ktrial 1 of 1, 30 s left: reset          #####....."
				    : "trial 1 of 1, 1 min left: reset         ");
	}
}

#define LINE_1 "\r\033[Ktrial 1 of 1, 1 min left: reset         "
#define LINE_59 "\r\033[Ktrial 1 of 1, 59 s left: reset         "
#define UP "\r\033[K\033[A"

/* Rates are measured between samples; before the first census nothing is known of TIME_WAIT. */
static void test_how_a_trial_stands(void **state)
{
	struct going g;
	struct trial_live live = {.at_ns = START_NS, .completed = 100, .ports = 1000};
	going_begin(&g, true);
	progress_tick(&g.p, &live, 1, START_NS + 260 * NS_PER_MS);
	live = (struct trial_live){START_NS + 500 * NS_PER_MS, 6200, 1, 1, 14097, 3, 530, 1000};
	progress_tick(&g.p, &live, 1, START_NS + 520 * NS_PER_MS);
	progress_trial_failed(&g.p, "no reason");
	going_end(&g, LINE_1 LINE_1
		" ..........\r\n\033[K"
		"  - conn/s, 0 errors, ports ..... -, TIME_WAIT server -, client -" UP LINE_59
		" ..........\r\n\033[K"
		"  12.2k conn/s, 1 error, ports ###.. 53 %, TIME_WAIT server 14.1k, client 3" UP
			LINE_59 " cannot be run: no reason\n");
}

/* Each twin has a line with its name; one that has no sample yet has none. The gauge goes where it
 * leaves no room for the errors. */
static void test_how_twins_stand(void **state)
{
	struct going g;
	struct trial_live lives[] = {
		{.at_ns = START_NS, .completed = 100, .ports = 1000},
		{.at_ns = 0},
	};
	going_begin(&g, true);
	progress_twin_begin(&g.p, "graceful");
	progress_tick(&g.p, lives, 2, START_NS + 260 * NS_PER_MS);
	lives[0] = (struct trial_live){START_NS + 500 * NS_PER_MS, 6200, 1, 1, 14097, 3, 530, 1000};
	lives[1] = (struct trial_live){START_NS + 510 * NS_PER_MS, 900, 0, 1, 5, 7, 20, 1000};
	progress_tick(&g.p, lives, 2, START_NS + 520 * NS_PER_MS);
	lives[1].at_ns += NS_PER_S;
	lives[1].completed += 4321;
	progress_tick(&g.p, lives, 2, START_NS + 780 * NS_PER_MS);
	progress_trial_failed(&g.p, "no reason");
#define FIRST "  reset: 12.2k conn/s, 1 error, ports 53 %, TIME_WAIT server 14.1k, client 3"
	going_end(&g, LINE_1 LINE_1
		" ..........\r\n\033[K"
		"  reset: - conn/s, 0 errors, ports ..... -, TIME_WAIT server -, client -" UP
			LINE_59 " ..........\r\n\033[K" FIRST "\r\n\033[K"
		"  graceful: - conn/s, 0 errors, ports ..... 2 %, TIME_WAIT server 5, client 7" UP
			UP LINE_59 " ..........\r\n\033[K" FIRST "\r\n\033[K"
		"  graceful: 4321 conn/s, 0 errors, ports 2 %, TIME_WAIT server 5, client 7" UP UP
			LINE_59 " cannot be run: no reason\n");
}

/* What came of a trial does not stand behind the bar. */
static void test_a_trial_that_ends_before_a_sample(void **state)
{
	struct going g;
	going_begin(&g, true);
	progress_tick(&g.p, NULL, 0, START_NS + 260 * NS_PER_MS);
	progress_trial_failed(&g.p, "no reason");
	going_end(&g, LINE_1 LINE_1 " .........." LINE_1 " cannot be run: no reason\n");
}

/* Two samples that are close together make no rate. */
static void test_samples_close_together(void **state)
{
	struct going g;
	struct trial_live live = {.at_ns = START_NS, .completed = 100};
	going_begin(&g, true);
	progress_tick(&g.p, &live, 1, START_NS + 260 * NS_PER_MS);
	live = (struct trial_live){.at_ns = START_NS + 10 * NS_PER_MS, .completed = 200};
	progress_tick(&g.p, &live, 1, START_NS + 520 * NS_PER_MS);
	fclose(g.out);
	assert_null(strstr(g.text, "10.0k conn/s"));
	assert_non_null(strstr(g.text, "  - conn/s"));
	free(g.text);
}

/* What would be wrapped is left out, or cut: the gauge first. */
static void test_a_narrow_terminal(void **state)
{
	const struct trial_live live = {.at_ns = START_NS, .completed = 100};
	struct going g;
	going_begin(&g, true);
	g.p.width = 59;
	progress_tick(&g.p, &live, 1, START_NS + 260 * NS_PER_MS);
	going_end(&g, LINE_1 "\r\033[Ktrial 1 of 1, 1 min left: reset     ");
	going_begin(&g, true);
	g.p.width = 61;
	progress_tick(&g.p, &live, 1, START_NS + 260 * NS_PER_MS);
	going_end(&g, LINE_1 "\r\033[Ktrial 1 of 1, 1 min left: reset        ..........\r\n\033[K"
			     "  - conn/s, 0 errors, ports -, TIME_WAIT server -, client -");
	const struct trial_live bad = {.at_ns = START_NS, .failed = 1234567};
	going_begin(&g, true);
	g.p.width = 61;
	progress_tick(&g.p, &bad, 1, START_NS + 260 * NS_PER_MS);
	going_end(&g, LINE_1 "\r\033[Ktrial 1 of 1, 1 min left: reset        ..........\r\n\033[K"
			     "  - conn/s, 1234567 errors, ports -, TIME_WAIT server -, ...");
}

/* Somebody else's line stays, and the trial's is said again at its end. */
static void test_a_disturbed_terminal(void **state)
{
	const struct trial_live live = {.at_ns = START_NS, .completed = 100};
	struct going g;
	going_begin(&g, true);
	progress_disturbed(&g.p);
	progress_tick(&g.p, &live, 1, START_NS + 260 * NS_PER_MS);
	progress_trial_failed(&g.p, "no reason");
	going_end(&g, LINE_1 "trial 1 of 1, 1 min left: reset          cannot be run: no reason\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times_as_text),
		cmocka_unit_test(test_a_trial_by_the_options),
		cmocka_unit_test(test_what_is_left),
		cmocka_unit_test(test_what_is_said),
		cmocka_unit_test(test_a_cell),
		cmocka_unit_test(test_a_family),
		cmocka_unit_test(test_a_long_name),
		cmocka_unit_test(test_what_is_said_of_twins),
		cmocka_unit_test(test_while_a_trial_goes_on),
		cmocka_unit_test(test_how_a_trial_stands),
		cmocka_unit_test(test_how_twins_stand),
		cmocka_unit_test(test_a_trial_that_ends_before_a_sample),
		cmocka_unit_test(test_samples_close_together),
		cmocka_unit_test(test_a_narrow_terminal),
		cmocka_unit_test(test_a_disturbed_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
