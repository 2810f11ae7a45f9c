/* Which sockets a trial's end waits for: one in each state, of the load or of others. */
#include "bench/trial/unsettled.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static uint64_t of_load(int state, struct may_stay may_stay)
{
	struct sample_end end;
	memset(&end, 0, sizeof(end));
	end.census.states[state] = 3;
	return unsettled_count(&end, may_stay);
}

static uint64_t of_others(int state, struct may_stay may_stay)
{
	struct sample_end end;
	memset(&end, 0, sizeof(end));
	end.others.states[state] = 3;
	return unsettled_count(&end, may_stay);
}

static const struct may_stay nobody = {false, false}, pool = {.proxy = true},
			     beside = {.beside = true};

static void the_load_is_awaited(void **state)
{
	assert_int_equal(of_load(TCP_ESTABLISHED, nobody), 3);
	assert_int_equal(of_load(TCP_CLOSE_WAIT, nobody), 3);
	assert_int_equal(of_load(TCP_LISTEN, nobody), 0);
	assert_int_equal(of_load(TCP_TIME_WAIT, nobody), 0);
	/* A proxy's pool is open; what it closes is awaited. */
	assert_int_equal(of_load(TCP_ESTABLISHED, pool), 0);
	assert_int_equal(of_load(TCP_FIN_WAIT2, pool), 3);
	assert_int_equal(of_load(TCP_ESTABLISHED, beside), 3);
}

static void others_are_awaited_where_they_close(void **state)
{
	assert_int_equal(of_others(TCP_ESTABLISHED, nobody), 0);
	assert_int_equal(of_others(TCP_TIME_WAIT, nobody), 0);
	assert_int_equal(of_others(TCP_CLOSE_WAIT, nobody), 3);
	assert_int_equal(of_others(TCP_FIN_WAIT2, pool), 3);
}

/* Clients beside the load leave later: a half-closed one waits for its server, or the server for
 * it. A handshake, and a close of both ends, are over by themselves. */
static void clients_beside_stay(void **state)
{
	static const int stay[] = {TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSE_WAIT};
	static const int end[] = {TCP_SYN_SENT, TCP_SYN_RECV, TCP_CLOSING, TCP_LAST_ACK};
	for (size_t i = 0; i < sizeof(stay) / sizeof(stay[0]); i++) {
		assert_int_equal(of_others(stay[i], beside), 0);
		assert_int_equal(of_others(end[i], beside), 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_load_is_awaited),
		cmocka_unit_test(others_are_awaited_where_they_close),
		cmocka_unit_test(clients_beside_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
