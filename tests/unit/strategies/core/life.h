/* The life of one connection under an executor, and what is known of it from outside: hooks that
 * look on, and checks after each event. There is one life at a time. */
#ifndef UNIT_STRATEGIES_CORE_LIFE_H
#define UNIT_STRATEGIES_CORE_LIFE_H

#include "strategies/core/executor.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

#define LIFE_TICK_NS TD_MILLISECONDS(10)

/* A timer that expires is up to three events, in this order: a late loop reads what has arrived,
 * and looks for the peer's ACK, before the deadline counts as missed. */
enum late_step { LATE_NOT, LATE_BEGUN, LATE_INPUT, LATE_ACKED, LATE_DEADLINE };

/* One connection and what is known of it from outside. */
struct life {
	struct td_strategy table; /* the strategy's, with hooks that look on */
	struct td_end real;
	bool is_client;
	bool is_pure; /* its hooks, asked twice, answer the same */
	struct wheel wheel;
	struct executor executor;
	struct teardown connection;
	bool awaits_response, waits, abandoned, acked;
	uint64_t waiting_since_ns, active_ns;
	unsigned hooks;      /* in this event */
	enum late_step late; /* of an expiry: the last of its events that a hook was asked about */
};

extern struct life life;

/* Watches an end's hooks; those that a strategy leaves out stay left out. */
struct td_end life_watch(const struct td_end *real);

bool life_is_open(void);

/* When the deadline of a wait passes. */
uint64_t life_due_ns(void);

/* After every event, with the state that the executor has answered. */
void life_check(enum executor_state answered);

/* Once the connection has ended. */
void life_check_end(void);

#endif
