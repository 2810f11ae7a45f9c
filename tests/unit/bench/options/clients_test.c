/* --clients and --think: which shares come out, and what is refused with which words. */
#include "bench/options/clients.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct client_behaviour client_think;

static struct run_options options_of(const char *clients, uint64_t connections)
{
	return (struct run_options){.clients = clients,
		.connections = connections,
		.threads = 1,
		.duration_ns = 2 * NS_PER_S,
		.loader = "builtin"};
}

static void without_them_all_are_plain(void **state)
{
	struct run_options options = options_of(NULL, 64);
	struct error error;
	options.total = 500;
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_int_equal(options.share_count, 0);
	assert_int_equal(clients_plain_connections(&options), 64);
	assert_int_equal(clients_plain_total(&options), 500);
	assert_true(clients_follow(&options));
	assert_int_equal(clients_exchanges(&options), 0);
}

/* Of 100 connections; -1 behind the last. */
static void connections_are_shared(void **state)
{
	static const struct {
		const char *clients;
		int plain, shares[3];
	} rows[] = {
		{"half-close", 0, {100, -1}},
		{"plain", 100, {-1}},
		{"half-close=25%", 75, {25, -1}},
		{"plain=90%,slow-reader=5%,vanish=5%", 90, {5, 5, -1}},
		{" think , plain ", 50, {50, -1}},
		{"reset=50%,think,idle", 0, {50, 25, -1}},
		{"reset=33.4%,idle=33.3%,late=33.3%", 0, {33, 34, 33}},
		{"pipeline=8", 0, {100, -1}},
		{"pipeline:8=10%", 90, {10, -1}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_of(rows[i].clients, 100);
		struct error error = {0};
		assert_int_equal(clients_parse(&options, &error), 0);
		assert_int_equal(clients_plain_connections(&options), rows[i].plain);
		uint64_t sum = clients_plain_connections(&options);
		for (size_t k = 0; k < options.share_count; k++)
			sum += options.shares[k].connections;
		assert_int_equal(sum, 100);
		for (size_t k = 0; k < 3 && rows[i].shares[k] != -1; k++)
			assert_int_equal(options.shares[k].connections, rows[i].shares[k]);
	}
}

static void each_behaviour_may_be_among_them(void **state)
{
	char text[512] = "";
	struct error error = {0};
	for (size_t i = 0; i < client_behaviour_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? "," : "",
			client_behaviours[i]->name);
	struct run_options options = options_of(text, 100);
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_int_equal(options.share_count, client_behaviour_count - 1);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), ",idle");
	assert_int_equal(clients_parse(&options, &error), -1);
	assert_non_null(strstr(error.text, "idle is there twice"));
}

static void what_follows_from_them(void **state)
{
	struct run_options options = options_of("pipeline:8=50%,think=50%", 10);
	struct error error;
	options.total = 100;
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_int_equal(options.shares[0].parameter, 8);
	assert_int_equal(options.shares[0].total, 50);
	assert_int_equal(clients_exchanges(&options), 10);
	assert_true(clients_follow(&options));
	struct run_options deviating = options_of("reset=10%", 10);
	assert_int_equal(clients_parse(&deviating, &error), 0);
	assert_false(clients_follow(&deviating));
}

static void a_pause_is_read(void **state)
{
	struct run_options options = options_of("think", 10);
	struct error error;
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_true(options.thinking.mean_ns == NS_PER_S && !options.thinking.is_exponential);
	options = options_of("think", 10);
	options.think = "exp:300ms";
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_true(options.thinking.mean_ns == 300 * NS_PER_MS);
	assert_true(options.thinking.is_exponential);
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *clients, *think, *words;
	} rows[] = {
		{"thnik", NULL, "did you mean think?"},
		{"nobody-like-this", NULL, "list --clients"},
		{"", NULL, "is empty"},
		{"reset,,idle", NULL, "is empty"},
		{"reset,reset", NULL, "reset is there twice"},
		{"reset=60%,idle=60%", NULL, "the shares add up to 120 %"},
		{"plain=100%,idle=0.001%", NULL, "the shares add up to 100.001 %"},
		{"plain=50%,idle=40%", NULL, "the shares add up to 90 %, not 100"},
		{"reset=100%,idle", NULL, "nothing is left"},
		{"reset=0%", NULL, "above 0"},
		{"reset=nan%", NULL, "above 0"},
		{"reset=x%", NULL, "must be a share"},
		{"reset=5", NULL, "reset takes no number; a share of the connections is reset=5%"},
		{"reset=200", NULL, "a share of the connections is reset=10%"},
		{"reset=1k", NULL, "a share of the connections is reset=10%"},
		{"reset=0", NULL, "a share of the connections is reset=10%"},
		{"reset=100", NULL, "a share of the connections is reset=100%"},
		{"reset=x", NULL, "reset takes no number; a share of the connections is reset=10%"},
		{"pipeline=0", NULL, "must be 1 to 100"},
		{"pipeline=101", NULL, "must be 1 to 100"},
		{"vanish=1%", NULL, "is no vanish client"},
		{"reset", "1s", "no client pauses"},
		{NULL, "1s", "no client pauses"},
		{"think", "soon", "must be a time"},
		{"think", "exp:", "must be a time"},
		{"think", "2h", "up to 1h"},
		{"think", "2s", "--think 2s: the load ends after 2 s, before a request"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_of(rows[i].clients, 10);
		struct error error = {0};
		options.think = rows[i].think;
		assert_int_equal(clients_parse(&options, &error), -1);
		if (!strstr(error.text, rows[i].words))
			fail_msg("%s: %s", rows[i].words, error.text);
	}
}

/* A load without an end in time; random pauses, which may be short; one that is shorter; one that
 * begins in the warm-up; and clients beside the load, which pause before it begins. */
static void a_pause_may_be_followed(void **state)
{
	struct error error;
	struct run_options total = options_of("think", 10), random = options_of("think", 10),
			   shorter = options_of("think", 10), warm = options_of("think", 10),
			   beside = options_of("reset", 10), swept = options_of("think", 10);
	static const struct client_share thinking = {.behaviour = &client_think};
	total.total = 20;
	warm.warmup_ns = 1;
	beside.beside_shares[beside.beside_count++] = thinking;
	total.think = warm.think = beside.think = "2s";
	random.think = "exp:2s";
	shorter.think = "1999ms";
	swept.duration_ns = NS_PER_MS;
	swept.sweep = "think=100us,200us";
	assert_int_equal(clients_parse(&total, &error), 0);
	assert_int_equal(clients_parse(&random, &error), 0);
	assert_int_equal(clients_parse(&shorter, &error), 0);
	assert_int_equal(clients_parse(&warm, &error), 0);
	assert_int_equal(clients_parse(&beside, &error), 0);
	assert_int_equal(clients_parse(&swept, &error), 0);
}

static void what_other_options_forbid(void **state)
{
	struct error error;
	struct run_options wrk = options_of("reset", 10), rate = options_of("reset", 10);
	struct run_options request_rate = options_of("reset", 10),
			   total = options_of("idle=1%", 100);
	wrk.loader = "wrk";
	rate.rate = 5;
	request_rate.request_rate = 5;
	total.total = 10;
	assert_int_equal(clients_parse(&wrk, &error), -1);
	assert_non_null(strstr(error.text, "builtin loader's"));
	assert_int_equal(clients_parse(&rate, &error), -1);
	assert_non_null(strstr(error.text, "no --rate"));
	assert_int_equal(clients_parse(&request_rate, &error), -1);
	assert_non_null(strstr(error.text, "no --request-rate"));
	assert_int_equal(clients_parse(&total, &error), -1);
	assert_non_null(strstr(error.text, "--total of 10 is no connection of idle"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_them_all_are_plain),
		cmocka_unit_test(connections_are_shared),
		cmocka_unit_test(each_behaviour_may_be_among_them),
		cmocka_unit_test(what_follows_from_them),
		cmocka_unit_test(a_pause_is_read),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(a_pause_may_be_followed),
		cmocka_unit_test(what_other_options_forbid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
