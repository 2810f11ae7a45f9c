/* Clients beside the load are closed while a sample is taken: census and counters of the sample
 * that is kept tell of the same orphans, of either end. */
#include "bench/trial/steady_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The kernel counts an orphan as TW, too, at once. */
struct kernel {
	enum { OF_SERVER, OF_CLIENT } end;
	/* So many come between the census and the counters of each reading; behind the last of
	 * these, `later` in each. */
	const uint64_t *meanwhile;
	int readings, later, taken, fails_at;
	uint64_t orphans;
};

static int take(void *source, struct sample *sample, struct error *error)
{
	struct kernel *kernel = source;
	struct sample_end *end = kernel->end == OF_SERVER ? &sample->server : &sample->client;
	memset(sample, 0, sizeof(*sample));
	int reading = kernel->taken++;
	end->others.fin_wait2_in_tw = kernel->orphans;
	kernel->orphans +=
		reading < kernel->readings ? kernel->meanwhile[reading] : (uint64_t)kernel->later;
	end->counters.tw = kernel->orphans;
	return kernel->taken == kernel->fails_at ? -1 : 0;
}

static void is_of(struct kernel kernel, uint64_t orphans, int taken)
{
	struct error error = {0};
	struct sample sample;
	for (int end = OF_SERVER; end <= OF_CLIENT; end++) {
		struct kernel now = kernel;
		now.end = end;
		assert_int_equal(steady_sample_take(take, &now, &sample, &error), 0);
		struct sample_end *own = end == OF_SERVER ? &sample.server : &sample.client;
		assert_int_equal(own->others.fin_wait2_in_tw, orphans);
		assert_int_equal(own->counters.tw, orphans);
		assert_int_equal(now.taken, taken);
	}
}

static void where_none_is_closed_the_first_one_is_kept(void **state)
{
	is_of((struct kernel){.orphans = 5}, 5, 2);
}

static void what_is_closed_meanwhile_is_in_both(void **state)
{
	static const uint64_t once[] = {8}, thrice[] = {3, 4, 1}, behind[] = {0, 8};
	is_of((struct kernel){.meanwhile = once, .readings = 1}, 8, 3);
	is_of((struct kernel){.meanwhile = thrice, .readings = 3}, 8, 5);
	/* Behind the reading that is kept: in neither. */
	is_of((struct kernel){.meanwhile = behind, .readings = 2}, 0, 2);
}

static void who_comes_and_goes_is_not_awaited(void **state)
{
	struct error error = {0};
	struct sample sample;
	struct kernel kernel = {.later = 1};
	assert_int_equal(steady_sample_take(take, &kernel, &sample, &error), 0);
	assert_int_equal(kernel.taken, STEADY_SAMPLE_LOOKS);
	assert_int_equal(sample.server.counters.tw, STEADY_SAMPLE_LOOKS);
}

static void a_failure_ends_it(void **state)
{
	struct error error = {0};
	struct sample sample;
	for (int fails_at = 1; fails_at <= 2; fails_at++) {
		struct kernel kernel = {.fails_at = fails_at};
		assert_int_equal(steady_sample_take(take, &kernel, &sample, &error), -1);
		assert_int_equal(kernel.taken, fails_at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_none_is_closed_the_first_one_is_kept),
		cmocka_unit_test(what_is_closed_meanwhile_is_in_both),
		cmocka_unit_test(who_comes_and_goes_is_not_awaited),
		cmocka_unit_test(a_failure_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
