/* The layout of strategy.h, version 1: what a plug-in has in its object, byte by byte. The numbers
 * are written by hand, as a machine of 64 bits has them (x86-64 and arm64 alike). They change only
 * together with TD_STRATEGY_ABI. */
#include "teardown/strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct layout {
	const char *name;
	size_t offset, size;         /* as frozen */
	size_t offset_now, size_now; /* of the header that this was compiled with */
};

#define FIELD(type, field, offset, size)                                                           \
	{                                                                                          \
#type "." #field, offset, size, offsetof(struct type, field),                      \
			sizeof(((struct type *)0)->field)                                          \
	}
#define WHOLE(type, size)                                                                          \
	{                                                                                          \
		"struct " #type, 0, size, 0, sizeof(struct type)                                   \
	}

static const struct layout layouts[] = {
	WHOLE(td_view, 72),
	WHOLE(td_end, 72),
	WHOLE(td_requirement, 32),
	WHOLE(td_strategy, 368),
	FIELD(td_view, phase, 0, 4),
	FIELD(td_view, exchanges, 4, 4),
	FIELD(td_view, last, 8, 1),
	FIELD(td_view, more_expected, 9, 1),
	FIELD(td_view, peer_fin, 10, 1),
	FIELD(td_view, peer_notified, 11, 1),
	FIELD(td_view, received_bytes, 16, 8),
	FIELD(td_view, sent_bytes, 24, 8),
	FIELD(td_view, drained_bytes, 32, 8),
	FIELD(td_view, unread_bytes, 40, 8),
	FIELD(td_view, unacked_bytes, 48, 8),
	FIELD(td_view, idle_ns, 56, 8),
	FIELD(td_view, waited_ns, 64, 8),
	FIELD(td_end, configure_listener, 0, 8),
	FIELD(td_end, configure, 8, 8),
	FIELD(td_end, request_sent, 16, 8),
	FIELD(td_end, exchange_done, 24, 8),
	FIELD(td_end, acked, 32, 8),
	FIELD(td_end, peer_fin, 40, 8),
	FIELD(td_end, timeout, 48, 8),
	FIELD(td_end, error, 56, 8),
	FIELD(td_end, wants_unread, 64, 1),
	FIELD(td_end, wants_acked, 65, 1),
	FIELD(td_end, closes_at_arrival, 66, 1),
	FIELD(td_end, notify, 68, 4),
	FIELD(td_requirement, end, 0, 4),
	FIELD(td_requirement, sysctl, 8, 8),
	FIELD(td_requirement, value, 16, 8),
	FIELD(td_requirement, why, 24, 8),
	FIELD(td_strategy, magic, 0, 4),
	FIELD(td_strategy, abi, 4, 4),
	FIELD(td_strategy, size, 8, 4),
	FIELD(td_strategy, name, 16, 8),
	FIELD(td_strategy, summary, 24, 8),
	FIELD(td_strategy, gives_up, 32, 4),
	FIELD(td_strategy, first_closer, 36, 4),
	FIELD(td_strategy, holder, 40, 4),
	FIELD(td_strategy, claim_is_race, 44, 1),
	FIELD(td_strategy, warning, 48, 8),
	FIELD(td_strategy, announces_close, 56, 1),
	FIELD(td_strategy, fin_on_data, 57, 1),
	FIELD(td_strategy, source_port, 60, 4),
	FIELD(td_strategy, exchanges, 64, 4),
	FIELD(td_strategy, grace_ns, 72, 8),
	FIELD(td_strategy, idle_ns, 80, 8),
	FIELD(td_strategy, drain_bytes, 88, 8),
	FIELD(td_strategy, requirements, 96, 128),
	FIELD(td_strategy, server, 224, 72),
	FIELD(td_strategy, client, 296, 72),
};

#define VALUE(name, value)                                                                         \
	{                                                                                          \
#name, (value), (long)(name)                                                       \
	}

static const struct {
	const char *name;
	long frozen, now;
} values[] = {
	VALUE(TD_NONE, 0),
	VALUE(TD_SERVER, 1),
	VALUE(TD_CLIENT, 2),
	VALUE(TD_BOTH, 3),
	VALUE(TD_KEEP, 0),
	VALUE(TD_WAIT, 1),
	VALUE(TD_HALF_CLOSE, 2),
	VALUE(TD_CLOSE, 3),
	VALUE(TD_RESET, 4),
	VALUE(TD_PHASE_EXCHANGE, 0),
	VALUE(TD_PHASE_WAITING, 1),
	VALUE(TD_PHASE_HALF_CLOSED, 2),
	VALUE(TD_GIVES_UP_NOTHING, 0),
	VALUE(TD_GIVES_UP_TAIL, 1),
	VALUE(TD_GIVES_UP_OLD_SEGMENTS, 2),
	VALUE(TD_PORT_KERNEL, 0),
	VALUE(TD_PORT_RANGE, 1),
	VALUE(TD_PORT_BIND, 2),
	VALUE(TD_STRATEGY_MAGIC, 0x74644331),
	VALUE(TD_STRATEGY_ABI, 1),
	VALUE(TD_REQUIREMENTS_MAX, 4),
	VALUE(TD_MILLISECONDS(3), 3000000),
	VALUE(TD_SECONDS(3), 3000000000),
	VALUE(sizeof(enum td_who), 4),
	VALUE(sizeof(enum td_verdict), 4),
};

static void test_each_field_lies_where_it_lay(void **state)
{
	size_t moved = 0;
	if (sizeof(void *) != 8)
		skip();
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const struct layout *l = &layouts[i];
		if (l->offset == l->offset_now && l->size == l->size_now)
			continue;
		moved++;
		print_error("%s: offset %zu, %zu bytes; was %zu, %zu\n", l->name, l->offset_now,
			l->size_now, l->offset, l->size);
	}
	assert_int_equal(moved, 0);
}

static void test_each_value_is_what_it_was(void **state)
{
	size_t changed = 0;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].frozen == values[i].now)
			continue;
		changed++;
		print_error(
			"%s is %ld; was %ld\n", values[i].name, values[i].now, values[i].frozen);
	}
	assert_int_equal(changed, 0);
}

/* The calls of hooks: a compiler warns, and so fails, when a type differs. */
static const struct td_end hooks = {
	.configure_listener = (int (*)(int))NULL,
	.configure = (int (*)(int))NULL,
	.request_sent = (enum td_verdict(*)(const struct td_view *))NULL,
	.exchange_done = (enum td_verdict(*)(const struct td_view *))NULL,
	.acked = (enum td_verdict(*)(const struct td_view *))NULL,
	.peer_fin = (enum td_verdict(*)(const struct td_view *))NULL,
	.timeout = (enum td_verdict(*)(const struct td_view *))NULL,
	.error = (enum td_verdict(*)(const struct td_view *, int))NULL,
};

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_field_lies_where_it_lay),
		cmocka_unit_test(test_each_value_is_what_it_was),
	};
	(void)hooks;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
