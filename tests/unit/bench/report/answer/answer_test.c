/* Each sentence of the answer: a run that has it, with its words, and runs that look like it and
 * have it not. */
#include "bench/report/answer/answer.h"
#include "bench/report/answer/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define STRATEGIES_MAX 5
#define TRIALS_MAX 5

/* One strategy of a made-up run. */
struct made {
	const char *name, *holder;
	const char *gives_up;     /* "", "tail", "guard", "both"; NULL: not declared */
	double rates[TRIALS_MAX]; /* 0 behind the last */
	int invalid;              /* of the trials, from the first on */
	int losers;               /* of the trials, from the first on */
	double lost, held;        /* shares */
	int exhausted;            /* trials, from the first on */
	double held_after_s;      /* 0: never */
	double exchanges;         /* 0: 1 */
	bool has_cliff;
	const char *source_port; /* NULL: connect(2) chooses it */
};

/* In the order in which a run is read. */
/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): there is one table of them. */
struct run {
	const char *what;
	enum answer_kind kind;
	const char *text; /* NULL: there is no such sentence */
	struct made made[STRATEGIES_MAX];
	int rate; /* 0: closed loop */
	int request_rate;
	int response_bytes;
	bool is_third_party_loader;
};

static json_t *trial_make(const struct run *run, const struct made *made, int n)
{
	double exchanges = made->exchanges > 0 ? made->exchanges : 1;
	json_t *trial = json_pack("{s:s, s:b, s:[], s:{s:s}, s:{s:i, s:i, s:f}, s:f, s:f}",
		"strategy", made->name, "valid", n >= made->invalid, "findings", "holder",
		"measured", made->holder, "ports", "available", 1000, "peak_in_use",
		(int)(1000 * made->held), "held_share", made->held, "exchanges_per_s",
		made->rates[n], "exchanges_per_connection", exchanges);
	/* In an open loop the "rate" of the table is p99, in ms. */
	json_object_set_new(
		trial, "latency_us", json_pack("{s:{s:f}}", "total", "p99", 1000 * made->rates[n]));
	if (!run->is_third_party_loader)
		json_object_set_new(trial, "loss",
			json_pack("{s:o, s:f, s:f, s:i}", "exhausted_s",
				n < made->exhausted ? json_real(2.5) : json_null(), "lost_share",
				n < made->losers ? made->lost : 0.0, "refused_share",
				n < made->exhausted ? 0.25 : 0.0, "bytes",
				n < made->losers ? 1500000 : 0));
	if (made->held_after_s > 0)
		json_object_set_new(
			trial, "runway", json_pack("{s:f}", "held_after_s", made->held_after_s));
	if (made->source_port)
		json_object_set_new(trial, "source_port", json_string(made->source_port));
	if (made->has_cliff)
		json_array_append_new(json_object_get(trial, "findings"),
			json_pack("{s:s}", "id", "port-parity-cliff"));
	return trial;
}

static json_t *losses(const char *gives_up)
{
	json_t *list = json_array();
	if (strcmp(gives_up, "tail") == 0 || strcmp(gives_up, "both") == 0)
		json_array_append_new(list, json_string("tail"));
	if (strcmp(gives_up, "guard") == 0 || strcmp(gives_up, "both") == 0)
		json_array_append_new(list, json_string("old-segments"));
	return list;
}

static json_t *result_make(const struct run *run)
{
	json_t *result = json_pack("{s:{s:i, s:i, s:i}, s:[], s:[], s:[]}", "options", "rate",
		run->rate, "request-rate", run->request_rate, "response-bytes", run->response_bytes,
		"declared", "trials", "summary");
	for (int i = 0; i < STRATEGIES_MAX && run->made[i].name; i++) {
		const struct made *made = &run->made[i];
		json_array_append_new(json_object_get(result, "summary"),
			json_pack("{s:s}", "strategy", made->name));
		if (made->gives_up)
			json_array_append_new(json_object_get(result, "declared"),
				json_pack("{s:s, s:o}", "strategy", made->name, "gives_up",
					losses(made->gives_up)));
		for (int n = 0; n < TRIALS_MAX && made->rates[n] > 0; n++)
			json_array_append_new(
				json_object_get(result, "trials"), trial_make(run, made, n));
	}
	return result;
}

#define FAST                                                                                       \
	{                                                                                          \
		5000, 5100, 5200                                                                   \
	}
#define SLOW                                                                                       \
	{                                                                                          \
		4000, 4100, 4200                                                                   \
	}
#define OVERLAPS                                                                                   \
	{                                                                                          \
		4900, 5000, 5050                                                                   \
	}
#define GRACEFUL(...)                                                                              \
	{                                                                                          \
		"graceful", "server", "", __VA_ARGS__                                              \
	}
#define RESET(...)                                                                                 \
	{                                                                                          \
		"reset", "none", "both", __VA_ARGS__                                               \
	}
#define CLIENT(...)                                                                                \
	{                                                                                          \
		"client", "client", "", __VA_ARGS__                                                \
	}
#define OTHER(...)                                                                                 \
	{                                                                                          \
		"other", "server", "", __VA_ARGS__                                                 \
	}

static const struct run runs[] = {
	/* Nothing counts. */
	{"all invalid", ANSWER_NONE_VALID,
		"No trial is valid, so nothing is compared: each row says why.",
		{GRACEFUL(FAST, .invalid = 3), RESET(SLOW, .invalid = 3)}},
	{"one trial of six is valid", ANSWER_NONE_VALID, NULL,
		{GRACEFUL(FAST, .invalid = 2), RESET(SLOW, .invalid = 3)}},
	{"no trial at all", ANSWER_NONE_VALID, NULL, {{NULL}}},
	{"two trials", ANSWER_FEW,
		"Fewer than 3 valid trials of a strategy compare nothing: --repeat 3 or more.",
		{GRACEFUL({5000, 5100}), RESET({4000})}},
	{"one has three", ANSWER_FEW, NULL, {GRACEFUL(FAST), RESET({4000})}},
	{"none is valid", ANSWER_FEW, NULL, {GRACEFUL({5000}, .invalid = 1)}},
	{"one has two valid ones", ANSWER_LEFT_OUT,
		"other has fewer than 3 valid trials, and nothing is said of it here.",
		{GRACEFUL(FAST), OTHER(SLOW, .invalid = 1)}},
	{"it has three of four", ANSWER_LEFT_OUT, NULL,
		{GRACEFUL(FAST), OTHER({4000, 4100, 4200, 4300}, .invalid = 1)}},
	{"what is invalid lost responses, and has its own sentence", ANSWER_LEFT_OUT, NULL,
		{GRACEFUL(FAST), RESET(SLOW, .invalid = 3, .losers = 3, .lost = 0.02)}},

	/* Ports. */
	{"connect() found none, in most trials", ANSWER_PORTS_OUT,
		"client ran out of ports in 2 of 3 trials, after 2.5 s, and 25 % of its "
		"connections "
		"were refused.",
		{CLIENT(SLOW, .invalid = 2, .exhausted = 2, .held = 1)}},
	{"in one trial: the median of what was refused is none", ANSWER_PORTS_OUT,
		"client ran out of ports in 1 of 3 trials, after 2.5 s.",
		{CLIENT(SLOW, .invalid = 1, .exhausted = 1, .held = 1)}},
	{"all were held, and each connect() found one", ANSWER_PORTS_OUT, NULL,
		{CLIENT(SLOW, .held = 1)}},
	{"no port was asked for in vain", ANSWER_PORTS_OUT, NULL, {GRACEFUL(FAST)}},
	{"half are held, and connect() slows down", ANSWER_PORTS_HALF,
		"Half of the client's ports or more were held by client (53 %), and from half on "
		"connect() slowed down with client.",
		{GRACEFUL(FAST), CLIENT(SLOW, .held = 0.53, .has_cliff = true)}},
	{"it did not slow down", ANSWER_PORTS_HALF,
		"Half of the client's ports or more were held by client (98 %).",
		{CLIENT(SLOW, .held = 0.98)}},
	{"nearly half", ANSWER_PORTS_HALF, NULL, {CLIENT(SLOW, .held = 0.499)}},
	{"of two valid trials", ANSWER_PORTS_HALF, NULL,
		{CLIENT(SLOW, .held = 0.53, .invalid = 1)}},
	{"bound ports are free again", ANSWER_PORTS_HALF, NULL,
		{CLIENT(SLOW, .held = 1, .source_port = "bind")}},
	{"they ran out, which is said", ANSWER_PORTS_HALF, NULL,
		{CLIENT(SLOW, .held = 1, .exhausted = 1)}},
	{"few are held, but not for long", ANSWER_PORTS_SOON,
		"client would hold all its ports after 5.6 s at its rate.",
		{CLIENT(SLOW, .held = 0.2, .held_after_s = 5.6)}},
	{"few are held for good", ANSWER_PORTS_SOON, NULL, {CLIENT(SLOW, .held = 0.2)}},
	{"half are held, which is said", ANSWER_PORTS_SOON, NULL,
		{CLIENT(SLOW, .held = 0.5, .held_after_s = 5.6)}},
	{"few are held, of the most", ANSWER_PORTS_WELL,
		"Nobody ran out of ports: at most 82 of 1000 were held.",
		{GRACEFUL(FAST, .held = 0.064), RESET(SLOW, .held = 0.082)}},
	{"one of them held half", ANSWER_PORTS_WELL, NULL,
		{GRACEFUL(FAST, .held = 0.064), CLIENT(SLOW, .held = 0.5)}},
	{"one of them ends soon", ANSWER_PORTS_WELL, NULL,
		{GRACEFUL(FAST), CLIENT(SLOW, .held = 0.2, .held_after_s = 5.6)}},

	/* What was lost. */
	{"in all trials", ANSWER_LOST,
		"reset lost 2.0 % of its connections in 3 of 3 trials (1.5 MB never arrived; "
		"responses "
		"of 1 MB), so its rate is not compared.",
		{GRACEFUL(SLOW), RESET(FAST, .invalid = 3, .losers = 3, .lost = 0.02)},
		.response_bytes = 1000000},
	{"in one trial: the median is none", ANSWER_LOST,
		"reset lost connections in 1 of 3 trials (responses of 128 B), so its rate is not "
		"compared.",
		{RESET(FAST, .invalid = 1, .losers = 1, .lost = 0.02)}, .response_bytes = 128},
	{"nothing is lost of what may be", ANSWER_LOST, NULL, {RESET(FAST)}},
	{"invalid for another reason", ANSWER_LOST, NULL, {RESET(FAST, .invalid = 3)}},

	/* Who is first. */
	{"clear of the next, all give up nothing", ANSWER_FASTEST,
		"graceful was the fastest: 5100 requests/s (95 %: 5000-5200), and TIME_WAIT stays "
		"at "
		"the server, where it holds no port.",
		{GRACEFUL(FAST), OTHER(SLOW)}},
	{"clear of the next that gives up nothing", ANSWER_FASTEST,
		"graceful was the fastest of the 2 that give up nothing: 5100 requests/s (95 %: "
		"5000-5200), and TIME_WAIT stays at the server, where it holds no port.",
		{GRACEFUL(FAST), OTHER(SLOW), RESET({9000, 9100, 9200})}},
	{"nobody gives up nothing: the price is said", ANSWER_FASTEST,
		"reset was the fastest: 5100 requests/s (95 %: 5000-5200), and nobody is left with "
		"TIME_WAIT; it gives up the tail of a response and the guard against old segments.",
		{RESET(FAST), {"tails", "server", "tail", SLOW}}},
	{"the intervals meet", ANSWER_FASTEST, NULL, {GRACEFUL(FAST), OTHER(OVERLAPS)}},
	{"from one trial each", ANSWER_FASTEST, NULL, {GRACEFUL({5000}), OTHER({4000})}},
	{"the fastest lost responses", ANSWER_FASTEST, NULL,
		{RESET(FAST, .losers = 1, .lost = 0.02), GRACEFUL(SLOW)}},
	{"the lowest p99 of an open loop", ANSWER_FASTEST,
		"other had the lowest p99: a p99 of 4100 ms (95 %: 4000-4200), and TIME_WAIT stays "
		"at "
		"the server, where it holds no port.",
		{GRACEFUL(FAST), OTHER(SLOW)}, .rate = 100},
	{"the intervals meet, so it is not said who is first", ANSWER_ALIKE,
		"No clear difference in rate between graceful and other, which give up nothing: "
		"5000 "
		"requests/s to 5100 requests/s.",
		{GRACEFUL(FAST), OTHER(OVERLAPS)}},
	{"they do not meet", ANSWER_ALIKE, NULL, {GRACEFUL(FAST), OTHER(SLOW)}},
	{"one of them lost responses", ANSWER_ALIKE, NULL,
		{GRACEFUL(FAST), OTHER(OVERLAPS, .losers = 1, .lost = 0.02)}},
	{"one strategy", ANSWER_ONE,
		"graceful: 5100 requests/s (95 %: 5000-5200), and TIME_WAIT stays at the server, "
		"where "
		"it holds no port; it gives up nothing.",
		{GRACEFUL(FAST)}},
	{"the others give something up", ANSWER_ONE,
		"graceful is the only one that gives up nothing: 4100 requests/s (95 %: "
		"4000-4200), and "
		"TIME_WAIT stays at the server, where it holds no port.",
		{GRACEFUL(SLOW), RESET(FAST)}},
	{"the others give something up, or have no ports left", ANSWER_ONE,
		"graceful is the only one that gives up nothing and has ports enough: 4100 "
		"requests/s "
		"(95 %: 4000-4200), and TIME_WAIT stays at the server, where it holds no port.",
		{GRACEFUL(SLOW), RESET(FAST), CLIENT(FAST, .held = 0.98)}},
	{"its ports end", ANSWER_ONE,
		"client: 5100 requests/s (95 %: 5000-5200), and TIME_WAIT stays at the client, "
		"where "
		"each holds a port; it holds all its ports after 5.6 s at that rate.",
		{CLIENT(FAST, .held_after_s = 5.6)}},
	{"two give up nothing", ANSWER_ONE, NULL, {GRACEFUL(FAST), OTHER(SLOW)}},
	{"one strategy, and two of its trials are valid", ANSWER_ONE, NULL,
		{GRACEFUL(FAST, .invalid = 1)}},

	/* What is faster, and its price. */
	{"clear of the first that gives up nothing", ANSWER_AT_A_PRICE,
		"Faster at a price: reset, 5100 requests/s (gives up the tail and the guard); no "
		"tail "
		"was lost here, but 128 B are too small to show it.",
		{GRACEFUL(SLOW), RESET(FAST)}, .response_bytes = 128},
	{"responses that would show it", ANSWER_AT_A_PRICE,
		"Faster at a price: reset, 5100 requests/s (gives up the tail and the guard); no "
		"tail "
		"was lost here, with responses of 1 MB.",
		{GRACEFUL(SLOW), RESET(FAST)}, .response_bytes = 1000000},
	{"nobody knows what was lost", ANSWER_AT_A_PRICE,
		"Faster at a price: reset, 5100 requests/s (gives up the tail and the guard).",
		{GRACEFUL(SLOW), RESET(FAST)}, .is_third_party_loader = true},
	{"more requests on a connection", ANSWER_AT_A_PRICE,
		"Faster at a price: keep, 5100 requests/s with 100 on a connection (gives up the "
		"tail).",
		{GRACEFUL(SLOW), {"keep", "server", "tail", FAST, .exchanges = 100}},
		.is_third_party_loader = true},
	{"as many requests on a connection as the others", ANSWER_AT_A_PRICE, NULL,
		{{"graceful", "server", "", SLOW, .exchanges = 100},
			{"keep", "server", "", FAST, .exchanges = 100}}},
	{"bound ports are free again: they are no price", ANSWER_AT_A_PRICE, NULL,
		{GRACEFUL(SLOW), CLIENT(FAST, .held = 0.98, .source_port = "bind")}},
	{"its ports are the price", ANSWER_AT_A_PRICE,
		"Faster at a price: client, 5100 requests/s (held 98 % of its ports).",
		{GRACEFUL(SLOW), CLIENT(FAST, .held = 0.98)}},
	{"the intervals meet", ANSWER_AT_A_PRICE, NULL, {GRACEFUL(FAST), RESET(OVERLAPS)}},
	{"slower, and gives something up", ANSWER_AT_A_PRICE, NULL, {GRACEFUL(FAST), RESET(SLOW)}},
	{"it lost responses: its rate is not said", ANSWER_AT_A_PRICE, NULL,
		{GRACEFUL(SLOW), RESET(FAST, .losers = 1, .lost = 0.02)}},
	{"a higher p99 is not better", ANSWER_AT_A_PRICE, NULL, {GRACEFUL(SLOW), RESET(FAST)},
		.rate = 100},

	{"as many requests are sent, on however many connections", ANSWER_FASTEST,
		"keep had the lowest p99: a p99 of 4100 ms (95 %: 4000-4200), and TIME_WAIT stays "
		"at "
		"the server, where it holds no port.",
		{GRACEFUL(FAST), {"keep", "server", "", SLOW, .exchanges = 100}},
		.request_rate = 100},
	{"as many connections are begun: one asks a hundred times as often", ANSWER_FASTEST, NULL,
		{GRACEFUL(FAST), {"keep", "server", "", SLOW, .exchanges = 100}}, .rate = 100},

	/* Third-party servers. */
	{"nobody declares it, and nothing was lost", ANSWER_UNDECLARED,
		"What nginx gives up is not declared; nothing was lost here.",
		{{"nginx", "server", NULL, FAST}}},
	{"nor does the loader tell what was lost", ANSWER_UNDECLARED,
		"What nginx gives up is not declared.", {{"nginx", "server", NULL, FAST}},
		.is_third_party_loader = true},
	{"it is declared to be nothing", ANSWER_UNDECLARED, NULL, {GRACEFUL(FAST)}},
	{"two trials say nothing", ANSWER_UNDECLARED, NULL,
		{{"nginx", "server", NULL, {5000, 5100}}}},
};

static void run_check(const struct run *run)
{
	const char *found = NULL;
	json_t *result = result_make(run);
	struct answer answer = answer_of(result);
	for (size_t i = 0; i < answer.count; i++)
		if (answer.list[i].kind == run->kind)
			found = answer.list[i].text;
	if (!found != !run->text || (found && strcmp(found, run->text) != 0)) {
		print_error("%s:\n  said   %s\n  wanted %s\n", run->what, found ? found : "nothing",
			run->text ? run->text : "nothing");
		fail();
	}
	answer_finish(&answer);
	json_decref(result);
}

static void test_sentences(void **state)
{
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		run_check(&runs[i]);
}

/* Each kind has a run with it, and two that look like it. */
static void test_each_kind_is_tried_both_ways(void **state)
{
	size_t with[ANSWER_KINDS] = {0}, without[ANSWER_KINDS] = {0};
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		(runs[i].text ? with : without)[runs[i].kind]++;
	for (int kind = 0; kind < ANSWER_KINDS; kind++) {
		assert_true(with[kind] >= 1);
		assert_true(without[kind] >= 2);
	}
}

/* More than four names are counted. */
static void test_names(void **state)
{
	struct run run = {.made = {{"a", "server", NULL, FAST}, {"b", "server", NULL, FAST},
				  {"c", "server", NULL, FAST}, {"d", "server", NULL, FAST},
				  {"e", "server", NULL, FAST}}};
	json_t *result = result_make(&run);
	struct answer answer = answer_of(result);
	assert_string_equal(answer.list[0].text,
		"No clear difference in rate between a, b, c and 2 more: 5100 requests/s to 5100 "
		"requests/s.");
	answer_finish(&answer);
	json_decref(result);
}

/* Server, client, nobody; nothing given up, the tail, the guard; the faster one; no valid trial. */
static void test_order_of_outcomes(void **state)
{
	static const char *const order[] = {"slow", "invalid", "tails", "client", "none"};
	struct run run = {.made = {{"none", "none", "both", FAST},
				  {"tails", "server", "tail", FAST}, {"client", "client", "", FAST},
				  {"invalid", "server", "", FAST, .invalid = 3},
				  {"slow", "server", "", SLOW}}};
	json_t *result = result_make(&run);
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
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_each_kind_is_tried_both_ways),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_order_of_outcomes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
