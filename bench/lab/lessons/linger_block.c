/* SO_LINGER{1,N}: close() returns when the other end has acknowledged the FIN, or N seconds later.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀───── data, FIN ────        FIN-WAIT-1    close() waits
 *                  ──────── ACK ───✋           FIN-WAIT-1    held by the wire
 *                  ──────── ACK ────────▶       FIN-WAIT-2    close() returns
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"close-waits",
		"With SO_LINGER{1,N} close() returns when all is acknowledged, or after N seconds.",
		"socket(7)"},
	{"non-blocking", "A non-blocking socket does not wait in close().", "common belief"},
	{"late-is-error", "When the time is up, close() fails and what is left is discarded.",
		"Stevens, UNIX Network Programming, vol. 1, 7.5"},
	{"shutdown-waits", "shutdown() waits, too.", "socket(7)"},
};

#define DATA_BYTES 1000
/* Far longer than the acknowledgement is held. */
#define LONG_S 5
#define SHORT_S 1

/* A connection whose server lingers so long; its last bytes are on their way, and the client's
 * acknowledgements are not. */
static struct pair *linger(struct lab *lab, int seconds, bool blocks, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_linger(pair, SERVER, seconds);
	if (blocks)
		lab_block(pair, SERVER);
	lab_gate(lab, CLIENT);
	lab_send(pair, SERVER, DATA_BYTES);
	return pair;
}

/* Nothing comes from the client until close() has returned. */
static struct lab_closed silent_close(struct lab *lab)
{
	struct pair *pair = linger(lab, SHORT_S, true, "the client is silent: SO_LINGER{1,1}");
	struct lab_closed late = lab_close_end(lab_close_begin(pair, SERVER));
	lab_expect(pair, SERVER, STATE_FIN_WAIT_1);
	lab_open_all(lab);
	struct reading read = lab_drain(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);

	unsigned rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	lab_measure(lab, "late-is-error", {"close_errno", late.error}, {"rst", rsts},
		{"delivered_bytes", read.bytes});
	lab_holds(lab, "late-is-error", late.error != 0 || read.bytes < DATA_BYTES,
		"close() returned %s in FIN-WAIT-1; then the client read %u of %d bytes and %s, "
		"and met %u RST.",
		late.error == 0 ? "0" : "an error", read.bytes, DATA_BYTES,
		lab_reading_text(read.end), rsts);
	return late;
}

/* The acknowledgements are let go once the thread sleeps. */
static struct lab_closed acked_close(struct lab *lab, bool blocks, const char *caption)
{
	struct pair *pair = linger(lab, LONG_S, blocks, caption);
	struct lab_closing *closing = lab_close_begin(pair, SERVER);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_1);
	lab_open_all(lab);
	struct lab_closed acked = lab_close_end(closing);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_reset(pair, CLIENT);
	return acked;
}

static void shutdown_waits(struct lab *lab)
{
	struct pair *pair = linger(lab, LONG_S, true, NULL);
	double from_s = lab_now_s(lab);
	lab_shut(pair, SERVER);
	double took_ms = (lab_now_s(lab) - from_s) * 1e3;
	enum tcp_state state = lab_state(pair, SERVER);
	lab_reset_both(pair);
	lab_measure(lab, "shutdown-waits", {"shutdown_ms", took_ms});
	lab_holds(lab, "shutdown-waits", state != STATE_FIN_WAIT_1 || took_ms >= LONG_S * 1e3,
		"shutdown() returned %s, in %s.", took_ms < 1000 ? "at once" : "late",
		tcp_state_text(state));
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	struct lab_closed late = silent_close(lab);
	struct lab_closed acked = acked_close(lab, true, "a blocking socket, SO_LINGER{1,5}");
	bool is_woken = acked.has_waited && acked.took_ms < LONG_S * 1e3;
	lab_measure(lab, "close-waits", {"close_ms_acked", acked.took_ms},
		{"close_ms_silent", late.took_ms});
	lab_holds(lab, "close-waits",
		is_woken && late.has_waited && late.took_ms > SHORT_S * 1e3 - 50,
		"The thread %s in close() in FIN-WAIT-1. With {1,5} %s acknowledgement woke it; "
		"with {1,1} and a silent client close() returned after %.1f s.",
		acked.has_waited && late.has_waited ? "slept" : "did not always sleep",
		is_woken ? "the" : "no", late.took_ms / 1e3);

	acked = acked_close(lab, false, "a non-blocking socket, SO_LINGER{1,5}");
	lab_measure(lab, "non-blocking", {"close_ms_acked", acked.took_ms});
	lab_holds(lab, "non-blocking", !acked.has_waited,
		"O_NONBLOCK was set, and the thread %s in close()%s.",
		acked.has_waited ? "slept" : "did not wait",
		acked.has_waited ? " until the acknowledgement came" : "");
	shutdown_waits(lab);
}

const struct lesson lesson_linger_block = {
	.name = "linger-block",
	.asks = "Whom does SO_LINGER with a time make wait?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends 1,000 bytes and closes with SO_LINGER{1,1} and {1,5}, while the "
		 "wire holds what the client answers.",
	.practice = "Never in an event loop: one silent peer stops all others for N seconds, and "
		    "what close() returns tells nothing of what arrived.",
	.play = play,
};
