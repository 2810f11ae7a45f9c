/* Carries verdicts out. An owner (a connection of the server or of the loader) tells the executor
 * what happened. The executor asks the strategy's hook, acts on the verdict, and returns the state
 * that the connection is in then.
 *
 * Promises, to hooks and owners:
 * - one hook an event; input is read to its end before peer_fin; no hook after the end;
 * - each descriptor is closed exactly once, by executor_* or executor_abandon, nowhere else;
 * - a connection that waits or is half closed has an armed deadline, and that deadline ends it;
 * - over TLS, close_notify goes out before the FIN, as td_end.notify says, and never before a RST;
 * - nothing is allocated. The owner releases an ended connection on the next turn of its loop. */
#ifndef STRATEGIES_CORE_EXECUTOR_H
#define STRATEGIES_CORE_EXECUTOR_H

#include "strategies/core/hook.h"
#include "strategies/core/socket_queue.h"
#include "strategies/core/timer_wheel.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

enum executor_state {
	EXECUTOR_OPEN,        /* Exchanges go on; the owner keeps a deadline of its own. */
	EXECUTOR_WAITING,     /* TD_WAIT: the executor reads the input and keeps the deadline. */
	EXECUTOR_HALF_CLOSED, /* TD_HALF_CLOSE: likewise. */
	EXECUTOR_ENDED,       /* The descriptor is closed. */
};

/* How connections ended, and what was seen while they did. */
struct executor_counts {
	uint64_t begun;
	uint64_t closed;       /* close(2) after TD_CLOSE or an error */
	uint64_t reset;        /* close(2) after TD_RESET */
	uint64_t timed_out;    /* of `closed` and `reset`: by a deadline or by drain_bytes */
	uint64_t failed;       /* of `closed` and `reset`: by a socket error */
	uint64_t chosen_close; /* of `closed`: a hook's verdict on an exchange, an ACK or a FIN */
	uint64_t chosen_reset; /* of `reset`: likewise */
	uint64_t half_closed;  /* shutdown(2) calls */
	uint64_t drained_bytes;
	uint64_t unread_at_close; /* unread bytes at close(2), where the strategy asks for them */
};

struct teardown;

/* Of sending close_notify. */
enum executor_seal_status {
	EXECUTOR_SEALED,      /* all of it is with the kernel, or there is none to send */
	EXECUTOR_SEAL_WAITS,  /* the socket is full: call again when it is writable */
	EXECUTOR_SEAL_FAILED, /* the socket has failed */
};

/* What the executor asks of an owner whose connections speak TLS. */
struct executor_seal {
	/* Sends close_notify, or what is left of it, with these flags of send(2). Sends nothing
	 * behind a response that is not whole. */
	enum executor_seal_status (*notify)(struct teardown *t, int flags);
	/* Decrypts and discards input, as socket_discard (socket_queue.h) does without decrypting.
	 * Sets view.peer_notified. */
	enum socket_input (*discard)(struct teardown *t, uint64_t *bytes);
	/* Whether our close_notify is with the kernel. */
	bool (*is_notified)(struct teardown *t);
};

/* Each thread has one for each end. */
struct executor {
	const struct td_strategy *strategy;
	const struct td_end *end;
	uint64_t grace_ns;
	uint64_t idle_ns;
	uint64_t drain_bytes;
	struct wheel *wheel;
	uint64_t now_ns; /* set by the owner once a turn of its loop */
	struct executor_counts counts;
	const struct executor_seal *seal; /* set by an owner that speaks TLS; NULL: plain */
	struct hook_mark *mark; /* set around each call of a hook. Optional: default none */
};

/* The teardown of one connection. Embedded in the owner's connection. */
struct teardown {
	int fd; /* -1 once closed */
	enum executor_state state;
	bool shut;        /* shutdown(2) has sent our FIN */
	bool is_sealing;  /* waits for close_notify, with the verdict `intended` */
	bool is_unsent;   /* of is_sealing: a part of our close_notify is not sent */
	uint8_t intended; /* enum td_verdict: TD_HALF_CLOSE or TD_CLOSE */
	/* The wait until the end closes (td_end.closes_at_arrival). 0: it does not wait for that.
	 */
	uint32_t arrival_us;
	struct td_view view;
	struct wheel_timer timer; /* armed by the owner while open, by the executor afterwards */
	uint64_t waiting_since_ns;
	uint64_t active_ns;
};

/* `who` is TD_SERVER or TD_CLIENT. Limits of 0 are the strategy's own, or those of defaults.h. */
void executor_init(struct executor *x, const struct td_strategy *strategy, enum td_who who,
	struct wheel *wheel, uint64_t grace_ns, uint64_t idle_ns);

/* Takes the descriptor over: from here the executor closes it, also on failure. Calls the
 * `configure` hook. Returns 0; or -1 with errno, and the connection has ended. */
int executor_begin(struct executor *x, struct teardown *t, int fd);

/* Events. Each returns the state afterwards, and may not be called on an ended connection. After
 * request_sent the owner goes on to read the response, also when the verdict was TD_HALF_CLOSE. */
enum executor_state executor_request_sent(struct executor *x, struct teardown *t);
enum executor_state executor_exchange_done(struct executor *x, struct teardown *t);
/* The owner read the end of stream while the connection was open. */
enum executor_state executor_peer_fin(struct executor *x, struct teardown *t);
/* The socket failed with `error` while the connection was open. */
enum executor_state executor_error(struct executor *x, struct teardown *t, int error);
/* Waiting or half closed, and readable: discards input to its end and calls peer_fin at it. */
enum executor_state executor_readable(struct executor *x, struct teardown *t);
/* Waiting, and writable, where executor_wants_output says so: sends the rest of close_notify. */
enum executor_state executor_writable(struct executor *x, struct teardown *t);
/* The connection's timer expired while waiting or half closed. The loop may be late, since the
 * program was stopped or the machine slept: input and ACKs that have arrived are events of their
 * own, with their hooks, before a deadline counts as missed. */
enum executor_state executor_expired(struct executor *x, struct teardown *t);
/* A deadline of the owner's passed while the connection was open: calls the timeout hook. */
enum executor_state executor_timeout(struct executor *x, struct teardown *t);

/* When the owner should call executor_expired, and not within a tick of the wheel after it: half a
 * round trip may be shorter than a tick. UINT64_MAX: no need. */
static inline uint64_t executor_arrives_ns(const struct teardown *t)
{
	bool awaits = t->state == EXECUTOR_WAITING && t->arrival_us > 0;
	return awaits ? t->waiting_since_ns + t->arrival_us * UINT64_C(1000) : UINT64_MAX;
}

/* Whether input may still come: false once the peer's FIN was read. A level-triggered loop would
 * spin on the socket then. */
bool executor_wants_input(const struct teardown *t);

/* Whether the rest of our close_notify waits for room in the socket. */
static inline bool executor_wants_output(const struct teardown *t)
{
	return t->is_sealing && t->is_unsent;
}

/* A client behaviour ends the connection in the strategy's place (bench/load/clients): carries out
 * TD_CLOSE or TD_RESET; TD_HALF_CLOSE sends our FIN, and the owner goes on to read. May be called
 * while the connection is open. */
enum executor_state executor_decide(
	struct executor *x, struct teardown *t, enum td_verdict verdict);

/* Closes without asking the strategy: the program ends, or the connection is evicted. */
void executor_abandon(struct executor *x, struct teardown *t);

/* Flags for the send(2) of bytes that may be the connection's last: MSG_MORE where the strategy
 * lets the FIN ride on the data, or where close_notify is to go in their segment. The call of
 * executor_exchange_done sends such bytes on their way, whatever the verdict. */
int executor_send_flags(const struct executor *x, bool last_bytes);

#endif
