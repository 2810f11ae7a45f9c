/* Carries verdicts out. An owner (the server's connection, the loader's slot) tells the executor
 * what happened; it asks the strategy's hook, acts, and answers with the state that the connection
 * is in now.
 *
 * What it promises, to hooks and owners:
 * - one hook an event; input is read to its end before peer_fin; no hook after the end;
 * - each descriptor is closed exactly once, by executor_* or executor_abandon, nowhere else;
 * - a connection that waits or is half closed has an armed deadline, and that deadline ends it;
 * - it allocates nothing. The owner releases an ended connection on the next turn of its loop. */
#ifndef STRATEGIES_CORE_EXECUTOR_H
#define STRATEGIES_CORE_EXECUTOR_H

#include "strategies/core/wheel.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

enum executor_state {
	EXECUTOR_OPEN,    /* Exchanges go on; the owner reads, writes and keeps its own deadline. */
	EXECUTOR_WAITING, /* TD_WAIT: the executor owns input and deadline. */
	EXECUTOR_HALF_CLOSED, /* TD_HALF_CLOSE: likewise. */
	EXECUTOR_ENDED,       /* The descriptor is closed. */
};

/* How connections ended, one count each; and what was seen. */
struct executor_counts {
	uint64_t begun;
	uint64_t closed;    /* close(2) by TD_CLOSE, or by error */
	uint64_t reset;     /* by TD_RESET */
	uint64_t timed_out; /* of these two, those that a deadline or the drain cap ended */
	uint64_t failed;    /* of these two, those that a socket error ended */
	uint64_t
		chosen_close; /* of `closed`, those that a hook answered an exchange, an ACK or a */
	uint64_t chosen_reset; /* FIN with; of `reset` likewise */
	uint64_t half_closed;  /* shutdown(2) calls */
	uint64_t drained_bytes;
	uint64_t unread_at_close; /* bytes, where the strategy asked for them */
};

/* One a thread and end. */
struct executor {
	const struct td_strategy *strategy;
	const struct td_end *end;
	uint64_t grace_ns;
	uint64_t idle_ns;
	uint64_t drain_bytes;
	struct wheel *wheel;
	uint64_t now_ns; /* the owner sets it once a turn of its loop */
	struct executor_counts counts;
};

/* What the executor knows of one connection. Embedded in the owner's connection. */
struct teardown {
	int fd; /* -1 once closed */
	enum executor_state state;
	bool shut; /* our FIN was sent by shutdown(2) */
	struct td_view view;
	struct wheel_timer timer; /* the owner's while open, the executor's afterwards */
	uint64_t waiting_since_ns;
	uint64_t active_ns;
};

/* `who` is TD_SERVER or TD_CLIENT. Limits of 0 are the strategy's own, or the contract's defaults.
 */
void executor_init(struct executor *executor, const struct td_strategy *strategy, enum td_who who,
	struct wheel *wheel, uint64_t grace_ns, uint64_t idle_ns);

/* Exchanges on one connection: the strategy's own number, or 1. */
uint32_t strategy_exchanges(const struct td_strategy *strategy);

/* Takes the descriptor over: it belongs to the executor from here, also on failure. Runs the
 * `configure` hook. Returns 0; or -1 with errno, and the connection is ended. */
int executor_begin(struct executor *executor, struct teardown *c, int fd);

/* Events. Each returns the state afterwards. None may be called on an ended connection. After
 * request_sent the owner goes on to read the response, also when the verdict was TD_HALF_CLOSE. */
enum executor_state executor_request_sent(struct executor *executor, struct teardown *c);
enum executor_state executor_exchange_done(struct executor *executor, struct teardown *c);
/* The owner read the end of stream while the connection was open. */
enum executor_state executor_peer_fin(struct executor *executor, struct teardown *c);
/* The socket failed with `error` while the connection was open. */
enum executor_state executor_error(struct executor *executor, struct teardown *c, int error);
/* Waiting or half closed, and readable: discards input to its end and calls peer_fin at it. */
enum executor_state executor_readable(struct executor *executor, struct teardown *c);
/* The connection's timer expired while waiting or half closed. */
enum executor_state executor_expired(struct executor *executor, struct teardown *c);
/* A deadline of the owner's passed while the connection was open: asks the timeout hook. */
enum executor_state executor_timeout(struct executor *executor, struct teardown *c);

/* False once the peer's FIN was read: nothing more will come, and a level-triggered loop would
 * spin. */
bool executor_wants_input(const struct teardown *c);

/* Closes without asking the strategy: the program itself ends, or lets the connection go. */
void executor_abandon(struct executor *executor, struct teardown *c);

/* Flags for the send(2) of bytes that may be the connection's last: MSG_MORE where the strategy
 * lets the FIN ride on the data. */
int executor_send_flags(const struct executor *executor, bool last_bytes);

#endif
