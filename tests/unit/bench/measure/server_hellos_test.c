/* Which handshakes of TLS are counted, of connections whose segments are made up. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ISN 1000
#define VERSION_1_2 0x0303
#define VERSION_1_3 0x0304

static struct first_closer_segment segment_of(uint16_t port, enum td_who from)
{
	return (struct first_closer_segment){
		.from = from,
		.client_address = {1},
		.client_port = port,
		.seq = from == TD_CLIENT ? ISN : 5000,
		.ack = from == TD_CLIENT ? 0 : ISN + 1,
		.has_ack = from == TD_SERVER,
	};
}

static void begin(struct first_closer *judge, uint16_t port)
{
	for (enum td_who from = TD_CLIENT; from != TD_NONE;
		from = from == TD_CLIENT ? TD_SERVER : TD_NONE) {
		struct first_closer_segment syn = segment_of(port, from);
		syn.syn = true;
		first_closer_see(judge, &syn);
	}
}

static void hello_at(struct first_closer *judge, uint16_t port, uint32_t ack, uint16_t version,
	enum tls_session session)
{
	struct first_closer_segment segment = segment_of(port, TD_SERVER);
	const struct server_hello hello = {.version = version, .session = session};
	segment.seq++;
	segment.ack = ack;
	segment.payload = 100;
	first_closer_see_hello(judge, &segment, &hello);
}

static void hello(
	struct first_closer *judge, uint16_t port, uint16_t version, enum tls_session session)
{
	hello_at(judge, port, ISN + 300, version, session);
}

static void counted(
	struct first_closer *judge, uint64_t told, uint64_t resumed, const char *version)
{
	struct first_closer_counts counts;
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	assert_int_equal(counts.hellos.told, told);
	assert_int_equal(counts.hellos.resumed, resumed);
	if (version)
		assert_string_equal(server_hellos_version(&counts.hellos), version);
	else
		assert_null(server_hellos_version(&counts.hellos));
}

static struct first_closer *judge_of(uint16_t connections)
{
	struct first_closer *judge = first_closer_create();
	assert_non_null(judge);
	for (uint16_t port = 2; port <= 2 * connections; port += 2)
		begin(judge, port);
	return judge;
}

static void test_of_each_connection_one(void **state)
{
	struct first_closer *judge = judge_of(3);
	hello(judge, 2, VERSION_1_3, TLS_SESSION_NEW);
	hello(judge, 4, VERSION_1_3, TLS_SESSION_RESUMED);
	/* It was sent again. */
	hello(judge, 4, VERSION_1_3, TLS_SESSION_RESUMED);
	/* It asked for another hello of the client before. */
	hello(judge, 6, VERSION_1_3, TLS_SESSION_UNTOLD);
	hello(judge, 6, VERSION_1_3, TLS_SESSION_RESUMED);
	counted(judge, 3, 2, "TLSv1.3");
}

static void test_a_port_that_is_used_again(void **state)
{
	struct first_closer *judge = judge_of(1);
	hello(judge, 2, VERSION_1_2, TLS_SESSION_NEW);
	struct first_closer_segment again = segment_of(2, TD_CLIENT);
	again.syn = true;
	again.seq = 900000;
	first_closer_see(judge, &again);
	/* No SYN-ACK came yet, so that this is of the connection before. */
	hello_at(judge, 2, 900300, VERSION_1_2, TLS_SESSION_RESUMED);
	again = segment_of(2, TD_SERVER);
	again.syn = true;
	again.ack = 900001;
	first_closer_see(judge, &again);
	hello(judge, 2, VERSION_1_2, TLS_SESSION_RESUMED);
	counted(judge, 1, 0, "TLSv1.2");
}

static void test_what_is_not_looked_at(void **state)
{
	struct first_closer *judge = judge_of(2);
	/* Never seen to begin; and in the share no more. */
	hello(judge, 40, VERSION_1_3, TLS_SESSION_RESUMED);
	first_closer_narrow(judge, 2);
	hello(judge, 2, VERSION_1_3, TLS_SESSION_RESUMED);
	hello(judge, 4, VERSION_1_3, TLS_SESSION_RESUMED);
	counted(judge, 1, 1, "TLSv1.3");
}

static void test_versions(void **state)
{
	struct first_closer *judge = judge_of(2);
	hello(judge, 2, VERSION_1_2, TLS_SESSION_NEW);
	hello(judge, 4, VERSION_1_3, TLS_SESSION_NEW);
	counted(judge, 2, 0, "mixed");
	judge = judge_of(1);
	counted(judge, 0, 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_each_connection_one),
		cmocka_unit_test(test_a_port_that_is_used_again),
		cmocka_unit_test(test_what_is_not_looked_at),
		cmocka_unit_test(test_versions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
