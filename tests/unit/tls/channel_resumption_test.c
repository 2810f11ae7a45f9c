/* Which sessions are resumed: by tickets, by version, and by how the connection before was closed.
 */
#include "tls/channel.h"

#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* One connection with an exchange, and another that asks to resume its session. */
static bool resumes(enum tls_version version, unsigned tickets, bool notifies)
{
	struct pair pair;
	pair_contexts_create(&pair, version, tickets);
	pair_connect(&pair, PAIR_ROOM);
	pair_shake_hands(&pair);
	if (notifies)
		tls_channel_notify(pair.client.channel, &pair.client.out);
	struct ssl_session_st *session = tls_channel_session(pair.client.channel);
	pair_disconnect(&pair);
	pair_connect(&pair, PAIR_ROOM);
	if (session)
		assert_int_equal(tls_channel_resume(pair.client.channel, session), 0);
	pair_shake_hands(&pair);
	assert_true(tls_channel_state(pair.server.channel)->established);
	bool resumed = tls_channel_state(pair.server.channel)->resumed;
	assert_int_equal(resumed, tls_channel_state(pair.client.channel)->resumed);
	tls_session_release(session);
	pair_disconnect(&pair);
	pair_contexts_destroy(&pair);
	return resumed;
}

static void a_ticket_resumes(void **state)
{
	assert_true(resumes(TLS_VERSION_1_2, 2, true));
	assert_true(resumes(TLS_VERSION_1_3, 2, true));
	assert_true(resumes(TLS_VERSION_1_3, 1, true));
}

static void without_tickets_nothing_is_resumed(void **state)
{
	assert_false(resumes(TLS_VERSION_1_2, 0, true));
	assert_false(resumes(TLS_VERSION_1_3, 0, true));
}

/* The bytes of a full handshake with and without: a ticket is some 200 bytes and more. */
static void tickets_cost_bytes(void **state)
{
	size_t bytes[3];
	for (unsigned tickets = 0; tickets < 3; tickets++) {
		struct pair pair;
		pair_contexts_create(&pair, TLS_VERSION_1_3, tickets);
		pair_connect(&pair, PAIR_ROOM);
		pair_shake_hands(&pair);
		bytes[tickets] = pair.server.sent_bytes;
		pair_disconnect(&pair);
		pair_contexts_destroy(&pair);
	}
	assert_true(bytes[1] > bytes[0] + 150);
	assert_in_range(bytes[2] - bytes[1], bytes[1] - bytes[0] - 8, bytes[1] - bytes[0] + 8);
}

/* Before its handshake is done, a client has no session. */
static void there_is_no_session_at_first(void **state)
{
	struct pair pair;
	pair_begin(&pair, TLS_VERSION_1_3, PAIR_ROOM);
	assert_null(tls_channel_session(pair.client.channel));
	pair_end(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ticket_resumes),
		cmocka_unit_test(without_tickets_nothing_is_resumed),
		cmocka_unit_test(tickets_cost_bytes),
		cmocka_unit_test(there_is_no_session_at_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
