/* Strategies as tables, without a socket: which are accepted, what they decide, and whether that is
 * what they claim. */
#include "strategies/core/check.h"
#include "strategies/core/registry.h"
#include "teardown/hooks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

extern const struct td_strategy strategy_skeleton;

static const struct td_strategy sound = {
	TD_STRATEGY_HEADER,
	.name = "sound",
	.summary = "Nothing is wrong with it.",
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.server = {.exchange_done = td_close_after_last},
	.client = {.exchange_done = td_wait_after_last},
};

static int configure_nothing(int fd)
{
	return 0;
}

/* One field of the sound table, changed. */
struct change {
	const char *sentence;
	size_t offset, size;
	const void *value;
};

#define TYPE(field) __typeof__(((struct td_strategy *)NULL)->field)
#define TEXT_63 "123456789012345678901234567890123456789012345678901234567890123"
#define TEXT_64 TEXT_63 "4"
#define CHANGE(sentence, field, ...)                                                               \
	{                                                                                          \
		sentence, offsetof(struct td_strategy, field), sizeof(TYPE(field)),                \
			&(const TYPE(field))                                                       \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

#define NOT_A_TABLE "strategy table is not a strategy table: TD_STRATEGY_HEADER is missing"
#define OTHER_VERSION                                                                              \
	"strategy table was built for another version of teardown/strategy.h: build it anew"
#define NO_NAME "strategy table needs a name in kebab-case of 1 to 31 characters"
#define NO_SUMMARY "strategy table needs a summary"
#define NO_CLOSER "strategy sound must claim a first_closer: TD_SERVER, TD_CLIENT or TD_BOTH"

static const struct change faults[] = {
	CHANGE(NOT_A_TABLE, magic, 0),
	CHANGE(OTHER_VERSION, abi, TD_STRATEGY_ABI + 1),
	CHANGE(OTHER_VERSION, size, sizeof(struct td_strategy) - 8),
	CHANGE(NO_NAME, name, NULL),
	CHANGE(NO_NAME, name, ""),
	CHANGE(NO_NAME, name, "Sound"),
	CHANGE(NO_NAME, name, "so_und"),
	CHANGE(NO_NAME, name, "so und"),
	CHANGE(NO_NAME, name, "-sound"),
	CHANGE(NO_NAME, name, "sound-"),
	CHANGE(NO_NAME, name, "s\xc3\xb6und"),
	CHANGE(NO_NAME, name, "sound-sound-sound-sound-sound-so"),
	CHANGE(NO_SUMMARY, summary, NULL),
	CHANGE(NO_SUMMARY, summary, ""),
	CHANGE(NO_CLOSER, first_closer, TD_NONE),
	CHANGE(NO_CLOSER, first_closer, (enum td_who)7),
	CHANGE("strategy sound claims a holder that is no enum td_who", holder, (enum td_who)4),
	CHANGE("strategy sound claims a holder that is no enum td_who", holder, (enum td_who) - 1),
	CHANGE("strategy sound has unknown flags in gives_up", gives_up, 4),
	CHANGE("strategy sound claims a holder that is not its first_closer", holder, TD_CLIENT),
	CHANGE("strategy sound claims a holder that is not its first_closer", holder, TD_BOTH),
	CHANGE("strategy sound has an unknown source_port", source_port, (enum td_source_port)3),
	CHANGE("strategy sound needs server.exchange_done", server.exchange_done, NULL),
	CHANGE("strategy sound needs client.exchange_done", client.exchange_done, NULL),
	CHANGE("strategy sound has server.request_sent, which only a client can have",
		server.request_sent, td_close_after_last),
	CHANGE("strategy sound has client.configure_listener, which only a server can have",
		client.configure_listener, configure_nothing),
	CHANGE("strategy sound has server.acked without server.wants_acked, so it would never be "
	       "called",
		server.acked, td_close_after_last),
	CHANGE("strategy sound has client.acked without client.wants_acked, so it would never be "
	       "called",
		client.acked, td_close_after_last),
	CHANGE("strategy sound has client.closes_at_arrival, which only a server can have",
		client.closes_at_arrival, true),
	CHANGE("strategy sound has an idle_ns longer than its grace_ns", idle_ns, TD_SECONDS(31)),
	CHANGE("strategy sound has a grace_ns of more than an hour", grace_ns, TD_SECONDS(3601)),
	CHANGE("strategy sound has a requirement whose end is neither server nor client",
		requirements[0], TD_BOTH, "net.ipv4.tcp_timestamps", "1", "of a test"),
	CHANGE("strategy sound requires a sysctl that is not net.*", requirements[0], TD_SERVER,
		"kernel.panic", "1", "of a test"),
	CHANGE("strategy sound has a requirement that is not the name of a sysctl", requirements[0],
		TD_SERVER, "net.ipv4/../../kernel.panic", "1", "of a test"),
	CHANGE("strategy sound has a requirement that is not the name of a sysctl", requirements[0],
		TD_SERVER, "net." TEXT_64 "1234567890123456789012345678", "1", "of a test"),
	CHANGE("strategy sound requires a sysctl that is host-wide: a trial would change the whole "
	       "host",
		requirements[0], TD_CLIENT, "net.core.rmem_max", "1", "of a test"),
	CHANGE("strategy sound requires a sysctl that is host-wide: a trial would change the whole "
	       "host",
		requirements[0], TD_SERVER, "net.ipv4.tcp_max_orphans", "1", "of a test"),
	CHANGE("strategy sound has a requirement whose value is too long", requirements[0],
		TD_SERVER, "net.ipv4.tcp_timestamps", TEXT_64 TEXT_64, "of a test"),
	CHANGE("strategy sound has a requirement without value or why", requirements[0], TD_SERVER,
		"net.ipv4.tcp_timestamps", NULL, "of a test"),
	CHANGE("strategy sound has a requirement without value or why", requirements[0], TD_SERVER,
		"net.ipv4.tcp_timestamps", "1", NULL),
};

static struct td_strategy changed(const struct change *change)
{
	struct td_strategy strategy = sound;
	memcpy((char *)&strategy + change->offset, change->value, change->size);
	return strategy;
}

static void test_refuses_what_is_incoherent(void **state)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct td_strategy strategy = changed(&faults[i]);
		struct error error = {0};
		if (check_strategy(&strategy, &error) != -1)
			fail_msg("accepted: %s", faults[i].sentence);
		assert_string_equal(error.text, faults[i].sentence);
		assert_int_equal(error.status, STATUS_USAGE);
	}
}

/* MSG_MORE keeps the last bytes in the kernel until the FIN, so nothing arrives before it. */
static void test_refuses_to_wait_for_what_is_held_back(void **state)
{
	struct td_strategy strategy = sound;
	struct error error = {0};
	strategy.server.closes_at_arrival = true;
	assert_int_equal(check_strategy(&strategy, &error), 0);
	strategy.fin_on_data = true;
	assert_int_equal(check_strategy(&strategy, &error), -1);
	assert_string_equal(error.text,
		"strategy sound has server.closes_at_arrival and fin_on_data, which holds back "
		"what is to arrive");
}

/* What lies just inside the bounds. */
static const struct change bounds[] = {
	CHANGE("", requirements[0], TD_SERVER, "net.core.somaxconn", "1", "of a test"),
	CHANGE("", requirements[0], TD_CLIENT, "net." TEXT_64 "123456789012345678901234567", "1",
		"of a test"),
	CHANGE("", requirements[0], TD_SERVER, "net.ipv4.tcp_timestamps", TEXT_64 TEXT_63,
		"of a test"),
	CHANGE("", name, "s"),
	CHANGE("", name, "sound-sound-sound-sound-sound-s"),
	CHANGE("", name, "4-sound"),
	CHANGE("", holder, TD_NONE),
	CHANGE("", gives_up, TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS),
	CHANGE("", source_port, TD_PORT_BIND),
	CHANGE("", idle_ns, TD_SECONDS(30)),
	CHANGE("", grace_ns, TD_SECONDS(3600)),
	CHANGE("", client.request_sent, td_half_close_after_last),
	CHANGE("", server.configure_listener, configure_nothing),
	CHANGE("", requirements[0], TD_CLIENT, "net.ipv4.tcp_timestamps", "1", "of a test"),
};

static void test_accepts_what_is_coherent(void **state)
{
	struct error error = {0};
	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		struct td_strategy strategy = changed(&bounds[i]);
		if (check_strategy(&strategy, &error) == -1)
			fail_msg("row %zu: %s", i, error.text);
	}
	if (check_strategy(&sound, &error) == -1 ||
		check_strategy(&strategy_skeleton, &error) == -1)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < registry_count; i++)
		if (check_strategy(registry_strategies[i], &error) == -1)
			fail_msg("%s", error.text);
}

/* What an end does when its part of the last exchange is over. */
enum conduct { CLOSES, WAITS, GOES_ON };

static enum conduct conduct_of(enum td_verdict verdict)
{
	switch (verdict) {
	case TD_KEEP:
		return GOES_ON;
	case TD_WAIT:
		return WAITS;
	case TD_HALF_CLOSE:
	case TD_CLOSE:
	case TD_RESET:
	default:
		return CLOSES;
	}
}

/* Up to the moment when all that it sent is acknowledged; the view is of one that is not. */
static enum conduct end_conduct(const struct td_end *end, struct td_view view)
{
	enum conduct conduct = GOES_ON;
	if (end->request_sent)
		conduct = conduct_of(end->request_sent(&view));
	if (conduct == CLOSES)
		return conduct;
	view.exchanges++;
	conduct = conduct_of(end->exchange_done(&view));
	if (conduct != WAITS || !end->acked)
		return conduct;
	view.phase = TD_PHASE_WAITING;
	view.unacked_bytes = 0;
	return conduct_of(end->acked(&view));
}

static enum conduct conduct_claimed(
	const struct td_strategy *strategy, enum td_who who, const struct td_view *view)
{
	if (!view->last)
		return GOES_ON;
	return strategy->first_closer == who || strategy->first_closer == TD_BOTH ? CLOSES : WAITS;
}

static void conduct_check(const struct td_strategy *strategy, const struct td_view *view)
{
	enum conduct server = end_conduct(&strategy->server, *view);
	enum conduct client = end_conduct(&strategy->client, *view);
	if (server != conduct_claimed(strategy, TD_SERVER, view))
		fail_msg("%s: the server's verdict is not what its claim says (last: %d)",
			strategy->name, view->last);
	if (client != conduct_claimed(strategy, TD_CLIENT, view))
		fail_msg("%s: the client's verdict is not what its claim says (last: %d)",
			strategy->name, view->last);
}

#define VIEWS 32

/* Every bit of `bits` is one thing that may or may not be so at an exchange's end. */
static struct td_view view_made(unsigned bits)
{
	return (struct td_view){
		.last = bits & 1,
		.unread_bytes = bits & 2 ? 1000 : 0,
		.unacked_bytes = bits & 4 ? 300000 : 0,
		.exchanges = bits & 8 ? 41 : 0,
		.more_expected = bits & 16,
		.received_bytes = 1u << 20,
		.sent_bytes = 1u << 20,
	};
}

static void test_verdicts_are_what_is_claimed(void **state)
{
	for (size_t i = 0; i < registry_count; i++)
		for (unsigned bits = 0; bits < VIEWS; bits++) {
			struct td_view view = view_made(bits);
			conduct_check(registry_strategies[i], &view);
		}
}

static void wait_check(const struct td_strategy *strategy, td_hook *peer_fin)
{
	for (unsigned bits = 0; peer_fin && bits < VIEWS; bits++) {
		struct td_view view = view_made(bits);
		view.peer_fin = true;
		view.phase = TD_PHASE_WAITING;
		if (conduct_of(peer_fin(&view)) != CLOSES)
			fail_msg("%s: the peer's FIN does not end it", strategy->name);
	}
}

/* Whatever an end waits for, the peer's end of stream is an answer to it. */
static void test_the_peers_fin_ends_a_wait(void **state)
{
	for (size_t i = 0; i < registry_count; i++) {
		wait_check(registry_strategies[i], registry_strategies[i]->server.peer_fin);
		wait_check(registry_strategies[i], registry_strategies[i]->client.peer_fin);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refuses_what_is_incoherent),
		cmocka_unit_test(test_refuses_to_wait_for_what_is_held_back),
		cmocka_unit_test(test_accepts_what_is_coherent),
		cmocka_unit_test(test_verdicts_are_what_is_claimed),
		cmocka_unit_test(test_the_peers_fin_ends_a_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
