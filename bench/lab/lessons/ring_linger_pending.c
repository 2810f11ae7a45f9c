/* SO_LINGER{1,0} resets nothing while a request of a ring holds the connection.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   close: nothing goes
 *     CLOSED       ◀──────── RST ────────       CLOSED        the receive is cancelled
 */
#include "bench/lab/lesson.h"
#include "bench/lab/ring_verbs.h"

#include <errno.h>

static const struct claim claims[] = {
	{"resets-at-once", "IORING_OP_CLOSE of a socket with SO_LINGER{1,0} sends a RST.",
		"socket(7); io_uring_enter(2)"},
	{"cancel-releases", "The RST goes once the receive is cancelled.", "common belief"},
};

/* Returns how many RSTs the server has sent. */
static unsigned close_lingering(struct pair *pair)
{
	lab_linger(pair, SERVER, 0);
	lab_ring_close(pair, SERVER, false);
	lab_state(pair, CLIENT);
	return lab_count(pair, SERVER, .flags = TCP_RST);
}

static void in_ring(struct lab *lab)
{
	unsigned alone = close_lingering(lab_connect(lab));

	struct pair *pair = lab_connect(lab);
	lab_show(pair, "SO_LINGER{1,0}, IORING_OP_CLOSE, and then the cancel");
	lab_ring_receive(pair, SERVER);
	unsigned pending = close_lingering(pair);
	enum tcp_state state = lab_state(pair, CLIENT);
	lab_measure(lab, "resets-at-once", {"rst_alone", alone}, {"rst_pending", pending});
	lab_holds(lab, "resets-at-once", alone > 0 && pending > 0,
		"It sent %u RST; where a receive was pending %u, and the client was in %s.", alone,
		pending, tcp_state_text(state));

	int received = lab_ring_cancel(lab);
	bool is_reset = lab_reaches(pair, CLIENT, STATE_CLOSED);
	unsigned behind = lab_count(pair, SERVER, .flags = TCP_RST);
	lab_measure(lab, "cancel-releases", {"rst", behind});
	lab_holds(lab, "cancel-releases", received == -ECANCELED && is_reset && behind > pending,
		"The receive %s; then %u RST had gone, and the client %s.",
		received == -ECANCELED ? "ended with ECANCELED" : "was not cancelled", behind,
		is_reset ? "was reset" : "was not reset");
}

static void play(struct lab *lab)
{
	lab_ring(lab, in_ring);
}

const struct lesson lesson_ring_linger_pending = {
	.name = "ring-linger-pending",
	.asks = "Does SO_LINGER{1,0} end a connection that a ring reads from?",
	LESSON_CLAIMS(claims),
	.scene = "A ring of the server has a receive pending. The server sets SO_LINGER{1,0} and "
		 "closes by the ring; then it cancels the receive.",
	.practice = "A reset that is meant to free memory at once frees none while a receive is "
		    "pending: cancel first.",
	.play = play,
};
