/* The steps of client behaviours: what each verb does. */
#ifndef BENCH_LOAD_CLIENT_STEP_H
#define BENCH_LOAD_CLIENT_STEP_H

#include "bench/load/client.h"
#include "common/clock.h"

#include <stdbool.h>
#include <stdint.h>

enum step_result {
	STEP_WAITS,  /* for its events, or its timer */
	STEP_DONE,   /* the next one follows */
	STEP_REPEAT, /* the first one follows */
	STEP_ENDED,  /* the connection has ended, and is counted */
};

struct client_step {
	/* The first call. Optional: default `go`. */
	enum step_result (*enter)(struct client *client);
	/* What it waited for has come. */
	enum step_result (*go)(struct client *client);
	/* The timer expired. Optional: default the client gives up. */
	enum step_result (*expired)(struct client *client);
	/* The load is to end. Optional: default it goes on as before. */
	enum step_result (*hurry)(struct client *client);
	/* The client need not stay any longer (may_leave). Optional: default it goes on as before.
	 */
	enum step_result (*release)(struct client *client);
	uint32_t interest; /* epoll events */
	uint32_t hurried;  /* what it waits for, too, once the load is to end */
};

const struct client_step *client_step_of(enum client_verb verb);

/* client_send.c */
extern const struct client_step client_step_send, client_step_send_slowly, client_step_send_surplus;
/* client_read.c */
extern const struct client_step client_step_read, client_step_read_begin, client_step_read_slowly;
/* client_pause.c */
extern const struct client_step client_step_think, client_step_again, client_step_await_fin,
	client_step_hold;
/* client_leave.c */
extern const struct client_step client_step_shut, client_step_follow, client_step_close,
	client_step_reset, client_step_vanish;

/* What a slow client does once in so long. */
#define CLIENT_TURN_NS (100 * NS_PER_MS)

static inline struct connection_context *client_context(struct client *client)
{
	return &client->group->context;
}

/* Arms the client's timer. */
static inline void client_wait(struct client *client, uint64_t ns)
{
	struct connection_context *context = client_context(client);
	wheel_arm(&context->wheel, &client->c.teardown.timer, context->executor.now_ns + ns);
}

/* Whether the connection has a request left. */
static inline bool client_asks_again(const struct client *client)
{
	return !client->c.teardown.view.last && client->asked < client->group->exchanges;
}

/* Reads what has come of a handshake (client_stream_shakes_hands). Returns STEP_ENDED where it has
 * failed. */
enum step_result client_shake_hands(struct client *client);

/* Ends the connection as the behaviour means to, by TD_CLOSE or TD_RESET. What was asked for and is
 * not waited for is no loss. */
enum step_result client_leave(struct client *client, enum td_verdict verdict);

#endif
