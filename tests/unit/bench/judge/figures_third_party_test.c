/* Figures of a load that a third party makes: the kernel counts, and the loader says a part. */
#include "bench/judge/figures.h"

#include "eventful_trial.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void wrk(struct trial *trial)
{
	eventful(trial);
	trial->load.is_third_party = trial->load.is_wrk = true;
	trial->third_party.kind = loader_kinds[0];
	trial->third_party.said.requests = 900;
	trial->third_party.said.requests_per_s = 351.5;
	trial->third_party.said.errors[LOADER_CONNECT] = 6;
	trial->third_party.said.errors[LOADER_READ] = 17;
	trial->totals = (struct load_totals){.cpu_ns = 33680000};
	CAME(trial, client, attempt_fails, 0);
}

static void a_third_partys_load_is_counted_by_the_kernel(void **state)
{
	struct trial trial;
	wrk(&trial);
	struct figures f = figures_of(&trial);
	assert_int_equal(f.opened, 400);
	assert_int_equal(f.attempted, 421); /* 415 + 6 */
	CLOSE_TO(f.rate_per_s, 160);
	CLOSE_TO(f.exchanges_per_s, 351.5);
	CLOSE_TO(f.exchanges, 900);
	CLOSE_TO(f.exchanges_per_connection, 2.25); /* 900 / 400 */
	CLOSE_TO(f.client_cpu_us, 80);
	CLOSE_TO(f.server_bytes_per_connection, 9600); /* by 100 that were asked for */
	CLOSE_TO(f.claim_share, 0.65);
}

/* A connect() that was refused is among those that the kernel began. */
static void a_refused_connect_is_counted_once(void **state)
{
	static const struct {
		uint64_t failed_in_the_kernel, attempted;
	} cases[] = {{0, 421}, {2, 419}, {6, 415}, {7, 415}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial trial;
		wrk(&trial);
		CAME(&trial, client, attempt_fails, cases[i].failed_in_the_kernel);
		assert_int_equal(figures_of(&trial).attempted, cases[i].attempted);
	}
}

/* h1load, say, tells how many, not how fast: in 2.5 s. */
static void a_rate_that_is_not_said_is_made_of_the_number(void **state)
{
	struct trial trial;
	wrk(&trial);
	trial.third_party.said.requests_per_s = NAN;
	CLOSE_TO(figures_of(&trial).exchanges_per_s, 360);
	trial.third_party.said.requests = NAN;
	struct figures f = figures_of(&trial);
	assert_true(isnan(f.exchanges_per_s) && isnan(f.exchanges) &&
		    isnan(f.exchanges_per_connection));
}

/* wrk's figures could not be read, or the command is another. */
static void exchanges_of_a_mute_loader_are_unknown(void **state)
{
	struct trial trial;
	wrk(&trial);
	trial.third_party.kind = NULL;
	trial.third_party.said = (struct loader_said){.requests = 0};
	struct figures f = figures_of(&trial);
	assert_true(isnan(f.exchanges_per_s));
	assert_int_equal(f.attempted, 415);
	CLOSE_TO(f.rate_per_s, 160);
	trial.window_ns = 0;
	assert_true(isnan(figures_of(&trial).rate_per_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_third_partys_load_is_counted_by_the_kernel),
		cmocka_unit_test(a_refused_connect_is_counted_once),
		cmocka_unit_test(a_rate_that_is_not_said_is_made_of_the_number),
		cmocka_unit_test(exchanges_of_a_mute_loader_are_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
