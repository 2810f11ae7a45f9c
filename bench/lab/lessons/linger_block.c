/* SO_LINGER{1,N}: close() returns when the other end has acknowledged the FIN, or N seconds later.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀───── data, FIN ────        FIN-WAIT-1    close() waits
 *                  ──────── ACK ───✋           FIN-WAIT-1    held by the wire
 *                  ──────── ACK ────────▶       FIN-WAIT-2    close() returns
 */
#include "bench/lab/lesson.h"
#include "common/clock.h"

#include <fcntl.h>

#define DATA_BYTES 1000
/* Far longer than the acknowledgement is held. */
#define LONG_S 5
#define SHORT_S 1

/* What close() did while the wire held the client's acknowledgements. */
struct waited {
	bool is_asleep;
	int error;
	double took_ms;
};

/* A connection whose server lingers so long; its last bytes are on their way, and the client's
 * acknowledgements are not. */
static struct pair *lingering(struct lab *lab, int seconds, bool blocks, int *gate)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	if (blocks && pair)
		fcntl(lab_socket(pair, SERVER), F_SETFL, 0);
	lab_linger(pair, SERVER, seconds);
	*gate = lab_gate(lab, CLIENT);
	lab_send(pair, SERVER, DATA_BYTES);
	return pair;
}

/* The acknowledgements are let go once the thread sleeps. */
static struct waited acked_close(struct lab *lab, bool blocks, const char *caption)
{
	int gate;
	struct waited waited;
	struct pair *pair = lingering(lab, LONG_S, blocks, &gate);
	lab_show(pair, caption);
	struct lab_closing *closing = lab_close_begin(pair, SERVER);
	waited.is_asleep = lab_close_waits(closing);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_1);
	lab_open(lab, gate);
	waited.error = lab_close_end(closing, &waited.took_ms);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	return waited;
}

static void waits_decide(struct lab *lab, const struct waited *late)
{
	struct waited acked = acked_close(lab, true, "a blocking socket, SO_LINGER{1,5}");
	bool holds = acked.is_asleep && acked.took_ms < LONG_S * 1e3 && late->is_asleep &&
		     late->took_ms > SHORT_S * 1e3 - 50;
	lab_measure(lab, "close-waits", "close_ms_acked", acked.took_ms);
	lab_measure(lab, "close-waits", "close_ms_silent", late->took_ms);
	lab_decide(lab, "close-waits", lab_if(holds, DOES_NOT_HOLD),
		"The thread slept in close() in FIN-WAIT-1. With {1,5} the acknowledgement woke "
		"it; with {1,1} and a silent client close() returned after %.1f s.",
		late->took_ms / 1e3);

	struct waited unblocked = acked_close(lab, false, "a non-blocking socket, SO_LINGER{1,5}");
	lab_measure(lab, "non-blocking", "close_ms_acked", unblocked.took_ms);
	lab_decide(lab, "non-blocking", lab_if(!unblocked.is_asleep, DOES_NOT_HOLD),
		"O_NONBLOCK was set, and the thread %s in close()%s.",
		unblocked.is_asleep ? "slept" : "did not wait",
		unblocked.is_asleep ? " until the acknowledgement came" : "");
}

/* Nothing comes from the client until close() has returned. */
static struct waited silent_close(struct lab *lab)
{
	int gate;
	struct waited late;
	size_t bytes;
	struct pair *pair = lingering(lab, SHORT_S, true, &gate);
	lab_show(pair, "the client is silent: SO_LINGER{1,1}");
	struct lab_closing *closing = lab_close_begin(pair, SERVER);
	late.is_asleep = lab_close_waits(closing);
	late.error = lab_close_end(closing, &late.took_ms);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_1);
	lab_open(lab, gate);
	enum reading end = lab_read_to_end(pair, CLIENT, &bytes);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	uint64_t rsts = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST});
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);

	lab_measure(lab, "late-is-error", "close_errno", late.error);
	lab_measure(lab, "late-is-error", "rst", (double)rsts);
	lab_measure(lab, "late-is-error", "delivered_bytes", (double)bytes);
	lab_decide(lab, "late-is-error",
		lab_if(late.error != 0 || bytes < DATA_BYTES, DOES_NOT_HOLD),
		"close() returned %s in FIN-WAIT-1; then the client read %zu of %d bytes and %s, "
		"and met %ju RST.",
		late.error == 0 ? "0" : "an error", bytes, DATA_BYTES, lab_reading_text(end),
		(uintmax_t)rsts);
	return late;
}

static void shutdown_decide(struct lab *lab)
{
	int gate;
	struct pair *pair = lingering(lab, LONG_S, true, &gate);
	uint64_t from_ns = clock_now_ns();
	lab_shut(pair, SERVER);
	double took_ms = (double)(clock_now_ns() - from_ns) / 1e6;
	bool waited = lab_state(pair, SERVER) != STATE_FIN_WAIT_1 || took_ms >= LONG_S * 1e3;
	lab_open(lab, gate);
	lab_close(pair, CLIENT);
	lab_measure(lab, "shutdown-waits", "shutdown_ms", took_ms);
	lab_decide(lab, "shutdown-waits", lab_if(waited, DOES_NOT_HOLD),
		"shutdown() returned at once, in FIN-WAIT-1.");
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	const struct waited late = silent_close(lab);
	waits_decide(lab, &late);
	shutdown_decide(lab);
}

const struct lesson lesson_linger_block = {
	.name = "linger-block",
	.asks = "Whom does SO_LINGER with a time make wait?",
	.claims =
		{
			{"close-waits",
				"With SO_LINGER{1,N} close() returns when all is acknowledged, or "
				"after N seconds.",
				"socket(7)"},
			{"non-blocking", "A non-blocking socket does not wait in close().",
				"common belief"},
			{"late-is-error",
				"When the time is up, close() fails and what is left is discarded.",
				"Stevens, UNIX Network Programming, vol. 1, 7.5"},
			{"shutdown-waits", "shutdown() waits, too.", "socket(7)"},
		},
	.scene = "The server sends 1,000 bytes and closes with SO_LINGER{1,1} and {1,5}, while "
		 "the wire holds what the client answers.",
	.practice = "Never in an event loop: one silent peer stops all others for N seconds, and "
		    "what close() returns tells nothing of what arrived.",
	.play = play,
};
