/* The samples of real connections between two namespaces. Exits 77 where namespaces are
 * impossible. */
#include "tests/unit/bench/measure/real_connections.h"

#include <netinet/tcp.h>

#define SAMPLES 45

static void progress_tell(void *argument, struct sample_progress *progress)
{
	progress->completed = __atomic_add_fetch((uint64_t *)argument, 1, __ATOMIC_RELAXED);
	progress->connect_p50_ns = 7;
}

static void the_sampler_keeps_its_period(void **state)
{
	const uint64_t period_ns = 10 * NS_PER_MS;
	struct error error = {.text = ""};
	struct stage stage;
	uint64_t asked = 0;
	unsigned fresh = 0;
	stage_open(&stage, 1, period_ns);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		close_server_first(stage.server[i], stage.client.fds[i]);
	sampler_progress(stage.sampler, progress_tell, &asked);
	uint64_t began_ns = clock_now_ns();
	CHECK(sampler_start(stage.sampler, &error));
	while (__atomic_load_n(&asked, __ATOMIC_RELAXED) < SAMPLES)
		look_again(began_ns + DEADLINE_NS);
	CHECK(sampler_stop(stage.sampler, &error));
	uint64_t periods = (clock_now_ns() - began_ns) / period_ns;
	struct sampler_series series = sampler_series(stage.sampler);
	/* A busy machine misses some, but no sample comes before its period. */
	assert_true(series.count >= SAMPLES);
	assert_true(series.count + series.missed <= periods + 2);
	for (size_t i = 0; i < series.count; i++) {
		assert_int_equal(series.samples[i].progress.completed, i + 1);
		assert_int_equal(series.samples[i].progress.connect_p50_ns, 7);
		assert_int_equal(series.samples[i].server.counters.gauge_tw, CONNECTIONS);
		fresh += series.samples[i].census_fresh;
		assert_int_equal(series.samples[i].server.census.states[TCP_TIME_WAIT],
			fresh > 0 ? CONNECTIONS : 0);
		if (i > 0)
			assert_true(series.samples[i].at_ns > series.samples[i - 1].at_ns);
	}
	print_message("%u samples of both ends (%u with a census), %u us each\n",
		(unsigned)series.count, fresh,
		(unsigned)(series.cost_ns / series.count / NS_PER_US));
	stage_close(&stage);
}

/* The thread stops at once, not at its next period. */
static void the_sampler_stops_at_once(void **state)
{
	struct error error = {.text = ""};
	struct stage stage;
	stage_open(&stage, 1, 3600 * NS_PER_S);
	uint64_t began_ns = clock_now_ns();
	CHECK(sampler_start(stage.sampler, &error));
	CHECK(sampler_stop(stage.sampler, &error));
	assert_true(clock_now_ns() - began_ns < DEADLINE_NS);
	stage_close(&stage);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sampler_keeps_its_period),
		cmocka_unit_test(the_sampler_stops_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
