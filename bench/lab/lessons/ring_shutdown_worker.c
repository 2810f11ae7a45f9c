/* A ring does not shut down by itself: a worker thread does.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-1    a thread that the kernel starts
 */
#include "bench/lab/lesson.h"
#include "bench/lab/ring_verbs.h"

static const struct claim claims[] = {
	{"no-thread", "IORING_OP_SHUTDOWN is run in the call, as IORING_OP_CLOSE is.",
		"common belief"},
	{"sends-fin", "It sends the FIN although a receive is pending.", "shutdown(2)"},
};

static void in_ring(struct lab *lab)
{
	lab_ring_close(lab_connect(lab), SERVER, false);
	unsigned by_close = lab_ring_workers(lab);

	struct pair *pair = lab_connect(lab);
	lab_show(pair, "IORING_OP_SHUTDOWN while a receive is pending");
	lab_ring_receive(pair, SERVER);
	int result = lab_ring_shut(pair, SERVER);
	unsigned by_shutdown = lab_ring_workers(lab);
	lab_measure(lab, "no-thread", {"workers_by_close", by_close},
		{"workers_by_shutdown", by_shutdown});
	lab_holds(lab, "no-thread", by_shutdown == 0,
		"Behind a close the ring had %u worker threads, behind a shutdown %u.", by_close,
		by_shutdown);

	bool is_closed = lab_reaches(pair, CLIENT, STATE_CLOSE_WAIT);
	unsigned fins = lab_count(pair, SERVER, .flags = TCP_FIN, .once = true);
	lab_measure(lab, "sends-fin", {"fin", fins});
	lab_holds(lab, "sends-fin", result == 0 && is_closed, "It %s, with %u FIN; the client %s.",
		result == 0 ? "returned 0" : "failed", fins,
		is_closed ? "was in CLOSE-WAIT" : "was not in CLOSE-WAIT");
	lab_ring_cancel(lab);
}

static void play(struct lab *lab)
{
	lab_ring(lab, in_ring);
}

const struct lesson lesson_ring_shutdown_worker = {
	.name = "ring-shutdown-worker",
	.asks = "Who shuts a connection down in a ring?",
	LESSON_CLAIMS(claims),
	.scene = "A ring of the server closes one connection, and shuts down another one that it "
		 "reads from.",
	.practice = "A half-close costs a change of threads in a ring: call shutdown(2) from the "
		    "loop, which does not block.",
	.play = play,
};
