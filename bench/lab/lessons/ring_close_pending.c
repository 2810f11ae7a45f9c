/* A request that is pending holds the connection as a descriptor does: closing the descriptor sends
 * nothing.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   close: nothing goes
 *                  ──────── data ───────▶       ESTABLISHED   the receive ends
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-1
 */
#include "bench/lab/lesson.h"
#include "bench/lab/ring_verbs.h"

#include <errno.h>

static const struct claim claims[] = {
	{"ring-closes", "IORING_OP_CLOSE ends the connection, as close(2) does.",
		"io_uring_enter(2)"},
	{"close-closes", "close(2) does, whatever a ring has pending.", "common belief"},
	{"nothing-is-read", "Behind it nothing is read any more.", "common belief"},
	{"cancel-releases", "Once the receive is cancelled, the FIN goes.", "common belief"},
	{"shutdown-tells", "shutdown(2) sends the FIN although a receive is pending.",
		"shutdown(2)"},
};

static struct pair *connect_pending(struct lab *lab, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	if (caption)
		lab_show(pair, caption);
	lab_ring_receive(pair, SERVER);
	return pair;
}

/* How many FINs the server has sent, once nothing is on its way any more. */
static unsigned fins_sent(struct pair *pair)
{
	lab_state(pair, CLIENT);
	return lab_count(pair, SERVER, .flags = TCP_FIN, .once = true);
}

static void closed_by_ring(struct lab *lab)
{
	struct pair *alone = lab_connect(lab);
	lab_ring_close(alone, SERVER, false);
	unsigned fins_alone = fins_sent(alone);

	struct pair *pair = connect_pending(lab, "IORING_OP_CLOSE while a receive is pending");
	int result = lab_ring_close(pair, SERVER, false).result;
	unsigned fins = fins_sent(pair);
	lab_measure(lab, "ring-closes", {"fin_alone", fins_alone}, {"fin_pending", fins});
	lab_holds(lab, "ring-closes", fins_alone > 0 && fins > 0,
		"It sent %u FIN; where a receive of the ring was pending, it %s and sent %u.",
		fins_alone, result == 0 ? "returned 0" : "failed", fins);

	lab_send(pair, CLIENT, 1);
	int received = lab_ring_received(lab);
	bool is_closed = lab_reaches(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_measure(lab, "nothing-is-read", {"read_bytes", received});
	lab_holds(lab, "nothing-is-read", received <= 0, "The receive %s; behind it %s.",
		received > 0 ? "read a byte that came then" : "ended without a byte",
		is_closed ? "the FIN went" : "no FIN went");
}

static void closed_by_call(struct lab *lab)
{
	struct pair *pair = connect_pending(lab, "close(2), then the receive is cancelled");
	lab_close(pair, SERVER);
	unsigned fins = fins_sent(pair);
	lab_measure(lab, "close-closes", {"fin", fins});
	lab_holds(lab, "close-closes", fins > 0,
		"While a receive of a ring was pending, close() sent %u FIN.", fins);

	int received = lab_ring_cancel(lab);
	bool is_closed = lab_reaches(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_holds(lab, "cancel-releases", received == -ECANCELED && is_closed,
		"The receive %s, and the client %s.",
		received == -ECANCELED ? "ended with ECANCELED" : "was not cancelled",
		is_closed ? "got the FIN" : "got no FIN");
}

static void shut_by_call(struct lab *lab)
{
	struct pair *pair = connect_pending(lab, NULL);
	lab_shut(pair, SERVER);
	unsigned fins = fins_sent(pair);
	lab_measure(lab, "shutdown-tells", {"fin", fins});
	lab_holds(lab, "shutdown-tells", fins > 0, "It sent %u FIN.", fins);
	lab_ring_cancel(lab);
}

static void in_ring(struct lab *lab)
{
	closed_by_ring(lab);
	closed_by_call(lab);
	shut_by_call(lab);
}

static void play(struct lab *lab)
{
	lab_ring(lab, in_ring);
}

const struct lesson lesson_ring_close_pending = {
	.name = "ring-close-pending",
	.asks = "Why does closing in a ring send no FIN?",
	LESSON_CLAIMS(claims),
	.scene = "A ring of the server has a receive pending. The server closes the descriptor by "
		 "the ring and by close(2), and shuts it down.",
	.practice = "Cancel what is pending and wait for its end, or shut down: then close.",
	.play = play,
};
