/* Each clause of the answer: a run that has it, with its words, and runs that look like it and have
 * it not. Then whole answers, and made-up runs at random: no answer says more than is so. */
#include "bench/report/answer/answer.h"
#include "made_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Words of an answer that has all that bounds its first sentence. */
#define WORDS_MOST 50

/* Whole answers: `text` is all of it. */
static const struct made_run whole[] = {
	{"what is said first, and what costs", 0,
		"graceful gives up nothing and has ports enough: 4100 requests/s, TIME_WAIT at the "
		"server, where it holds no port. Faster: reset (gives up tail + guard); client "
		"held "
		"half or more of its ports.",
		{GRACEFUL(SLOW), RESET(FAST), CLIENT({3000, 3100, 3200}, .held = 0.98)}},
	{"that its ports are the price is said once", 0,
		"graceful gives up nothing and has ports enough: 4100 requests/s, TIME_WAIT at the "
		"server, where it holds no port. Faster: client (held 98 % of its ports); other "
		"held half or more of its ports.",
		{GRACEFUL(SLOW), CLIENT(FAST, .held = 0.98), OTHER({100, 110, 120}, .held = 0.6)}},
	{"nor of what is faster only by that again that it ends soon", 0,
		"graceful gives up nothing and has ports enough: 4100 requests/s, TIME_WAIT at the "
		"server, where it holds no port. Faster: client (ports end after 5.6 s).",
		{GRACEFUL(SLOW), CLIENT(FAST, .held = 0.2, .held_after_s = 5.6)}},
	{"nor of the first", 0,
		"client is the fastest of 2: 5100 requests/s, TIME_WAIT at the client, where each "
		"holds a port; held 98 % of its ports. other held half or more of its ports.",
		{CLIENT(FAST, .held = 0.98), OTHER({100, 110, 120}, .held = 0.6)}},
	{"a name is no beginning of a sentence", 0,
		"graceful gives up nothing: 4100 requests/s, TIME_WAIT at the server, where it "
		"holds "
		"no port. reset lost responses in 2.0 % of connections.",
		{GRACEFUL(SLOW), RESET(FAST, .invalid = 3, .losers = 3, .lost = 0.02)}},
	{"what bounds the first is said before what is faster", 0,
		"graceful gives up nothing: 4100 requests/s, TIME_WAIT at the server, where it "
		"holds no port. reset lost responses of 1 MB in 2.0 % of connections; other and "
		"client are left out: too few valid trials.",
		{GRACEFUL(SLOW), RESET(FAST, .invalid = 3, .losers = 3, .lost = 0.02),
			OTHER(SLOW, .invalid = 1), CLIENT(SLOW, .invalid = 1),
			{"keep", "server", "both", {9000, 9100, 9200}, .exchanges = 100}},
		.response_bytes = 1000000},
	{"what bounds the first is said, however long it gets", 0,
		"one is the fastest of 2 with one request a connection: 5100 requests/s, TIME_WAIT "
		"at the client, where each holds a port; what it gives up is not declared. two "
		"lost responses of 128 B in 2.0 % of connections; three is left out: too few valid "
		"trials.",
		{{"one", "client", NULL, FAST}, {"slow", "client", NULL, SLOW},
			{"keep", "server", "tail", {9000, 9100, 9200}, .exchanges = 100},
			{"two", "none", "both", SLOW, .invalid = 3, .losers = 3, .lost = 0.02},
			{"three", "none", "both", SLOW, .invalid = 1}},
		.response_bytes = 128},
	{"one trial of one strategy", 0,
		"No strategy has 3 valid trials, so nothing is compared: --repeat 3 or more.",
		{GRACEFUL({5000})}},
	{"one trial, which lost responses and ran out of ports", 0,
		"No trial is valid, so nothing is compared: each row says why.",
		{CLIENT({5000}, .invalid = 1, .losers = 1, .lost = 0.5, .exhausted = 1)}},
	{"no valid trial, and why", 0,
		"No trial is valid, so nothing is compared: each row says why. client ran out of "
		"ports after 2.5 s.",
		{CLIENT(FAST, .invalid = 3, .exhausted = 3), RESET(SLOW, .invalid = 3)}},
	{"all that counts has lost something", 0,
		"reset lost responses in 1 of 4 trials; nobody ran out of ports: at most 0 of 1000 "
		"were held.",
		{RESET({4000, 4100, 4200, 4300}, .invalid = 1, .losers = 1, .lost = 0.02)}},
	{"a bound is not compared", 0,
		"graceful gives up nothing: 4100 requests/s, TIME_WAIT at the server, where it "
		"holds no port. other is left out: only an upper bound of requests/s is known; "
		"nobody ran out of ports: at most 0 of 1000 were held.",
		{GRACEFUL(SLOW), OTHER(FAST, .bounds = 3)}},
	{"no strategy", 0, "", {{NULL}}},
};

static void check(const struct made_run *run, const char *found)
{
	if (!found != !run->text || (found && strcmp(found, run->text) != 0)) {
		print_error("%s:\n  said   %s\n  wanted %s\n", run->what, found ? found : "nothing",
			run->text ? run->text : "nothing");
		fail();
	}
}

static const struct made_run *const tables[] = {trial_cases, ports_cases, rate_cases, faster_cases};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static void test_clauses(void **state)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct made_run *run = tables[t]; run->what; run++) {
			json_t *result = made_run_result(run);
			struct answer_basis basis = answer_basis_of(result);
			char *clause = answer_clause(&basis, run->kind);
			check(run, clause);
			free(clause);
			answer_basis_finish(&basis);
			json_decref(result);
		}
}

/* Each kind has a run with it, and two that look like it. */
static void test_each_kind_is_tried_both_ways(void **state)
{
	size_t with[ANSWER_KINDS] = {0}, without[ANSWER_KINDS] = {0};
	for (size_t t = 0; t < TABLES; t++)
		for (const struct made_run *run = tables[t]; run->what; run++)
			(run->text ? with : without)[run->kind]++;
	for (int kind = 0; kind < ANSWER_KINDS; kind++) {
		assert_true(with[kind] >= 1);
		assert_true(without[kind] >= 2);
	}
}

/* The sentences, with a blank between. */
static void answer_write(const json_t *result, char *text, size_t size)
{
	struct answer_basis basis = answer_basis_of(result);
	struct answer answer = answer_of(&basis);
	size_t used = 0;
	text[0] = '\0';
	assert_true(answer.count <= ANSWER_SENTENCES_MAX);
	for (size_t i = 0; i < answer.count; i++)
		used += (size_t)snprintf(
			text + used, size - used, "%s%s", i ? " " : "", answer.list[i].text);
	assert_true(used < size);
	answer_finish(&answer);
	answer_basis_finish(&basis);
}

static void test_whole_answers(void **state)
{
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		char text[1024];
		json_t *result = made_run_result(&whole[i]);
		answer_write(result, text, sizeof(text));
		check(&whole[i], text);
		json_decref(result);
	}
}

static size_t words_of(const char *text)
{
	size_t words = text[0] != '\0';
	for (; *text; text++)
		words += *text == ' ';
	return words;
}

/* A number of a sequence that is the same each time; below `end`. */
static unsigned draw(unsigned end)
{
	static uint64_t state = 14;
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % end;
}

static struct made_strategy made_at_random(const char *name)
{
	static const char *const holders[] = {"server", "client", "none", "both", "mixed"};
	static const char *const prices[] = {"", "", "tail", "guard", "both", NULL};
	struct made_strategy made = {name, holders[draw(5)], prices[draw(6)]};
	unsigned trials = draw(6);
	double base = 1000 + 500 * draw(8);
	for (unsigned n = 0; n < trials; n++)
		made.rates[n] = base + 100 * draw(6);
	made.invalid = draw(3) ? 0 : (int)draw(4);
	made.losers = draw(4) ? 0 : (int)draw(4);
	made.lost = made.losers ? 0.01 * (1 + draw(99)) : 0;
	made.exhausted = draw(4) ? 0 : (int)draw(4);
	made.held = 0.01 * draw(101);
	made.held_after_s = draw(3) ? 0 : 1 + draw(50);
	made.exchanges = draw(4) ? 0 : 100;
	return made;
}

static bool says(const char *text, const char *name, const char *claim)
{
	char whole_claim[64];
	snprintf(whole_claim, sizeof(whole_claim), "%s %s", name, claim);
	return strstr(text, whole_claim);
}

static int trials_of(const struct made_strategy *made)
{
	int trials = 0;
	while (trials < MADE_TRIALS_MAX && made->rates[trials] > 0)
		trials++;
	return trials;
}

static int valid_of(const struct made_strategy *made)
{
	int trials = trials_of(made);
	return made->invalid < trials ? trials - made->invalid : 0;
}

static bool gives_nothing(const struct made_strategy *made)
{
	return made->gives_up && !made->gives_up[0];
}

/* The greatest and the least of the valid trials. */
static double rate_of(const struct made_strategy *made, bool is_most)
{
	double found = made->rates[made->invalid];
	for (int n = made->invalid; n < trials_of(made); n++)
		if (is_most ? made->rates[n] > found : made->rates[n] < found)
			found = made->rates[n];
	return found;
}

/* Of what is said to be the best of those that give up nothing: no other of these is above all of
 * its trials. (In an open loop what is compared is p99, and less is better.) */
static void best_check(const struct made_run *run, const struct made_strategy *best)
{
	for (int i = 0; i < MADE_STRATEGIES_MAX && run->made[i].name; i++) {
		const struct made_strategy *other = &run->made[i];
		bool is_like = other != best && valid_of(other) >= 3 && other->losers == 0 &&
			       gives_nothing(other) && other->held < 0.5 && other->exhausted == 0 &&
			       !(other->held_after_s > 0) && other->exchanges == best->exchanges;
		if (is_like && run->rate)
			assert_true(rate_of(best, false) < rate_of(other, true));
		else if (is_like)
			assert_true(rate_of(best, true) > rate_of(other, false));
		if (is_like && trials_of(best) == 3 && trials_of(other) == 3 &&
			best->invalid + other->invalid == 0)
			assert_true(run->rate ? rate_of(best, true) < rate_of(other, false)
					      : rate_of(best, false) > rate_of(other, true));
	}
}

/* What must not be said of it. */
static void claims_check(
	const char *text, const struct made_run *run, const struct made_strategy *made)
{
	int trials = trials_of(made);
	bool is_best = says(text, made->name, "is the fastest") ||
		       says(text, made->name, "has the lowest");
	bool is_chosen = is_best || says(text, made->name, "gives up nothing");
	if (valid_of(made) < 3 || (made->losers > 0 && trials > 0))
		assert_false(is_chosen);
	if (trials < 3)
		assert_false(says(text, made->name, "lost") || says(text, made->name, "ran out"));
	if (!gives_nothing(made) || made->held >= 0.5 || made->exhausted > 0)
		assert_false(says(text, made->name, "gives up nothing"));
	if (says(text, made->name, "lost"))
		assert_true(made->losers > 0);
	if (says(text, made->name, "ran out"))
		assert_true(made->exhausted > 0);
	if (is_best && strstr(text, "that give up nothing"))
		best_check(run, made);
}

/* Two sentences, few words, and nothing that is not so, whatever the run. */
static void test_runs_at_random(void **state)
{
	static const char *const names[] = {"one", "two", "three", "four", "five"};
	int best = 0, rounds = getenv("LONG_TESTS") ? 5000 : 500;
	for (int round = 0; round < rounds; round++) {
		char text[1024];
		struct made_run run = {
			.rate = draw(3) ? 0 : 100, .response_bytes = (int)draw(2) * 128};
		for (unsigned i = 0, count = 1 + draw(MADE_STRATEGIES_MAX); i < count; i++)
			run.made[i] = made_at_random(names[i]);
		json_t *result = made_run_result(&run);
		answer_write(result, text, sizeof(text));
		assert_true(words_of(text) <= WORDS_MOST);
		best += strstr(text, "is the fastest") != NULL;
		for (unsigned i = 0; i < MADE_STRATEGIES_MAX && run.made[i].name; i++)
			claims_check(text, &run, &run.made[i]);
		json_decref(result);
	}
	/* Or nothing was tried. */
	assert_true(best > rounds / 50);
}

/* More than three names are counted. */
static void test_names(void **state)
{
	struct made_run run = {.made = {{"a", "server", NULL, FAST}, {"b", "server", NULL, FAST},
				       {"c", "server", NULL, FAST}, {"d", "server", NULL, FAST},
				       {"e", "server", NULL, FAST}}};
	json_t *result = made_run_result(&run);
	struct answer_basis basis = answer_basis_of(result);
	struct answer answer = answer_of(&basis);
	assert_string_equal(answer.list[0].text,
		"No clear difference in rate between a, b and 3 more: 5100 to 5100 requests/s, "
		"TIME_WAIT at the server, where it holds no port.");
	answer_finish(&answer);
	answer_basis_finish(&basis);
	json_decref(result);
}

/* Server, client, nobody; nothing given up, the tail, the guard; the faster one; no valid trial. */
static void test_order_of_outcomes(void **state)
{
	static const char *const order[] = {"slow", "invalid", "tails", "client", "none"};
	struct made_run run = {
		.made = {{"none", "none", "both", FAST}, {"tails", "server", "tail", FAST},
			{"client", "client", "", FAST},
			{"invalid", "server", "", FAST, .invalid = 3},
			{"slow", "server", "", SLOW}}};
	json_t *result = made_run_result(&run);
	struct outcomes outcomes = outcomes_of(result);
	assert_int_equal(outcomes.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(outcomes.list[i].strategy, order[i]);
	assert_int_equal(outcomes.list[4].holder, OUTCOME_AT_NOBODY);
	assert_int_equal(outcomes.list[4].price, OUTCOME_GIVES_TAIL | OUTCOME_GIVES_GUARD);
	outcomes_finish(&outcomes);
	json_decref(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clauses),
		cmocka_unit_test(test_each_kind_is_tried_both_ways),
		cmocka_unit_test(test_whole_answers),
		cmocka_unit_test(test_runs_at_random),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_order_of_outcomes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
