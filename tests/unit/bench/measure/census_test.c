/* The census of real connections between two namespaces. Exits 77 where namespaces are impossible.
 */
#include "bench/measure/census.h"
#include "tests/unit/bench/measure/real_connections.h"

#include <netinet/tcp.h>

/* On a thread of its own, which takes 1 % of a processor: where many sockets are, or other things
 * run, it takes its time. */
static void the_census_comes_by_itself(void **state)
{
	struct error error = {.text = ""};
	struct census_ends ends;
	struct stage stage;
	stage_open(&stage, 1, 3600 * NS_PER_S);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		close_server_first(stage.server[i], stage.client.fds[i]);
	struct census *census =
		census_create(&(struct load_flow){&stage.network, PORT}, CENSUS_SHARE, &error);
	assert_non_null(census);
	CHECK(census_take(census, &ends, &error));
	CHECK(census_start(census, &error));
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	while (!census_latest(census, &ends))
		look_again(due_ns);
	CHECK(census_stop(census, &error));
	assert_int_equal(ends.server.sockets.states[TCP_TIME_WAIT], CONNECTIONS);
	assert_int_equal(ends.server.sockstat_low, CONNECTIONS);
	assert_int_equal(ends.server.sockstat_high, CONNECTIONS);
	census_destroy(census);
	stage_close(&stage);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_census_comes_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
