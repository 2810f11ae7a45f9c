/* How a trial stands: each figure from its place in a sample, and through shared memory. */
#include "bench/trial/live.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct sample sample_make(void)
{
	struct sample sample = {.at_ns = 11,
		.census_fresh = true,
		.progress = {.completed = 22, .failed = 33},
		.server.counters.passive_opens = 44,
		.client.counters.passive_opens = 45};
	sample.server.census.states[TCP_TIME_WAIT] = 55;
	sample.client.census.states[TCP_TIME_WAIT] = 66;
	sample.server.census.ports_in_use = 76;
	sample.client.census.ports_in_use = 77;
	return sample;
}

static void is(const struct trial_live *live, struct trial_live wanted)
{
	assert_memory_equal(live, &wanted, sizeof(wanted));
}

static void test_of_a_sample(void **state)
{
	struct sample sample = sample_make();
	struct trial_live live = trial_live_of(&sample, 88, false);
	is(&live, (struct trial_live){11, 22, 33, 1, 55, 66, 77, 88});
	sample.census_fresh = false;
	live = trial_live_of(&sample, 88, false);
	is(&live, (struct trial_live){11, 22, 33, 0, 55, 66, 77, 88});
}

/* It does not say what it has completed. */
static void test_of_a_third_party_loader(void **state)
{
	struct sample sample = sample_make();
	struct trial_live live = trial_live_of(&sample, 88, true);
	is(&live, (struct trial_live){11, 44, 33, 1, 55, 66, 77, 88});
}

static void test_what_is_written_is_read(void **state)
{
	struct trial_live shared = {0}, now = {1, 2, 3, 4, 5, 6, 7, 8};
	trial_live_write(NULL, &now);
	trial_live_write(&shared, &now);
	struct trial_live read = trial_live_read(&shared);
	is(&read, now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_sample),
		cmocka_unit_test(test_of_a_third_party_loader),
		cmocka_unit_test(test_what_is_written_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
