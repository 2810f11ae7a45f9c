/* SO_LINGER{1,N} in a ring: the thread that enters it waits, and with it all that the ring serves.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀───── data, FIN ────        FIN-WAIT-1    io_uring_enter() waits
 *                  ──────── ACK ───✋           FIN-WAIT-1    held by the wire
 */
#include "bench/lab/lesson.h"
#include "bench/lab/ring_verbs.h"

static const struct claim claims[] = {
	{"never-waits", "A ring never waits in a request: what would block is done beside it.",
		"common belief"},
	{"worker-waits", "With IOSQE_ASYNC a worker waits, and the ring does not.",
		"io_uring_enter(2), IOSQE_ASYNC"},
};

#define DATA_BYTES 1000
/* Far longer than a request takes. */
#define LONG_S 5
#define SHORT_S 1

/* Closes with bytes that are not acknowledged. */
static struct lab_ring_closed close_lingering(
	struct lab *lab, int seconds, bool by_worker, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_linger(pair, SERVER, seconds);
	lab_gate(lab, CLIENT);
	lab_send(pair, SERVER, DATA_BYTES);
	struct lab_ring_closed closed = lab_ring_close(pair, SERVER, by_worker);
	/* A worker may be between the state and the FIN. */
	lab_await(pair, 1, SERVER, .flags = TCP_FIN);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_1);
	lab_open_all(lab);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_reset(pair, CLIENT);
	return closed;
}

static void in_ring(struct lab *lab)
{
	struct lab_ring_closed in_call =
		close_lingering(lab, SHORT_S, false, "SO_LINGER{1,1}, IORING_OP_CLOSE");
	struct lab_ring_closed by_worker =
		close_lingering(lab, LONG_S, true, "SO_LINGER{1,5}, with IOSQE_ASYNC");
	lab_measure(lab, "never-waits", {"enter_ms", in_call.took_ms});
	lab_holds(lab, "never-waits", in_call.took_ms < SHORT_S * 1e3 - 50,
		"With SO_LINGER{1,1} and a silent client io_uring_enter() took %.1f s.",
		in_call.took_ms / 1e3);
	bool is_free = by_worker.took_ms < LONG_S * 1e3 - 50;
	lab_measure(lab, "worker-waits", {"enter_ms", by_worker.took_ms});
	lab_holds(lab, "worker-waits", is_free, "With SO_LINGER{1,5} it returned %s.",
		is_free ? "in FIN-WAIT-1, before the time was up" : "when the time was up");
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	lab_ring(lab, in_ring);
}

const struct lesson lesson_ring_linger_blocks = {
	.name = "ring-linger-blocks",
	.asks = "Whom does SO_LINGER with a time make wait in a ring?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends 1,000 bytes, and its ring closes with SO_LINGER{1,1} and, by a "
		 "worker, {1,5}, while the wire holds what the client answers.",
	.practice = "As in an event loop: no SO_LINGER with a time. One silent peer stops all "
		    "connections of the ring.",
	.play = play,
};
