/* The ACK of the first FIN may ride on the second FIN. The kernel delays the ACK for that.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     TIME-WAIT    ◀────── FIN, ACK ─────       LAST-ACK      close() in less than 40 ms
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"becomes-three", "Four segments may become three when nothing is left to send.",
		"common belief; RFC 9293, 3.8.6.3 allows it"},
	{"acked-at-once", "The other end acknowledges a FIN at once, so that it is not sent again.",
		"common belief"},
};

#define TRIES 10

/* Segments from the first FIN on, where the server closes so long after it. */
static unsigned segments_of(struct lab *lab, unsigned think_ms, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	uint64_t end = lab_mark(lab);
	lab_shut(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	lab_think(lab, think_ms);
	lab_close(pair, SERVER);
	lab_expect(pair, SERVER, STATE_CLOSED);
	unsigned count = lab_count_both(pair, .since = end);
	if (caption && count == (think_ms == 0 ? 3 : 4)) {
		lab_expect(pair, CLIENT, STATE_TIME_WAIT);
		lab_show(pair, caption);
	}
	return count;
}

/* A machine that is busy lets the server close late: that is tried again. */
static bool is_ever(struct lab *lab, unsigned think_ms, unsigned wanted, const char *caption)
{
	for (int i = 0; i < TRIES && !lab_has_failed(lab); i++)
		if (segments_of(lab, think_ms, caption) == wanted)
			return true;
	return false;
}

/* How long the server leaves a FIN without an answer when it does not close: the shortest of some.
 */
static double ack_delay_ms(struct lab *lab)
{
	double shortest = 1e9;
	for (int i = 0; i < 3 && !lab_has_failed(lab); i++) {
		struct pair *pair = lab_connect(lab);
		lab_exchange(pair);
		uint64_t end = lab_mark(lab);
		lab_shut(pair, CLIENT);
		lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
		double delay_ms =
			lab_sent_ms(pair, 1, SERVER, .payload = PAYLOAD_NONE, .since = end) -
			lab_sent_ms(pair, 1, CLIENT, .flags = TCP_FIN);
		shortest = delay_ms < shortest ? delay_ms : shortest;
	}
	return shortest;
}

/* The longest of these times after which the server's close() still made three segments. */
static unsigned longest_three_ms(struct lab *lab)
{
	static const char *const names[] = {"segments_at_10_ms", "segments_at_20_ms",
		"segments_at_30_ms", "segments_at_40_ms", "segments_at_50_ms", "segments_at_60_ms",
		"segments_at_70_ms", "segments_at_80_ms"};
	unsigned longest_ms = 0;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		unsigned think_ms = 10 * (i + 1);
		unsigned once = segments_of(lab, think_ms, NULL);
		unsigned again = once == 3 ? once : segments_of(lab, think_ms, NULL);
		lab_measure(lab, "becomes-three", {names[i], again});
		longest_ms = again == 3 ? think_ms : longest_ms;
	}
	return longest_ms;
}

static void play(struct lab *lab)
{
	bool three = is_ever(lab, 0, 3, "close() at once: three segments");
	bool four = is_ever(lab, 60, 4, "close() after 60 ms: four segments");
	unsigned longest_ms = longest_three_ms(lab);
	double delay_ms = ack_delay_ms(lab);
	lab_measure(lab, "acked-at-once", {"ack_delay_ms", delay_ms});
	if (!three)
		lab_decide(lab, "becomes-three", DOES_NOT_HOLD,
			"Never three segments, though the server closes at once; %s where it "
			"closes after 60 ms.",
			four ? "four" : "never four");
	lab_holds(lab, "becomes-three", four,
		"Three segments where the server closes at once, and here up to %u ms later; %s "
		"where it closes after 60 ms.",
		longest_ms, four ? "four" : "never four");
	lab_decide(lab, "acked-at-once", delay_ms < 20 ? HOLDS : DIFFERS,
		"The server's kernel waited %.0f ms%s. The FIN would be sent again after 200 ms.",
		delay_ms, delay_ms < 20 ? "" : " for something that the ACK could ride on");
}

const struct lesson lesson_three_segment = {
	.name = "three-segment",
	.asks = "When do four segments become three?",
	LESSON_CLAIMS(claims),
	.scene = "The client shuts down. The server closes 0, 10, 20, … 80 ms after the FIN "
		 "arrived, once more where that made four; then it does not close, and its ACK is "
		 "waited for.",
	.practice = "Count on neither number. A server that closes as soon as it reads the end of "
		    "the stream saves a segment.",
	.play = play,
};
