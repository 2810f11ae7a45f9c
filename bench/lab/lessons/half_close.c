/* A FIN closes one direction. The other one goes on for as long as its end likes.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────
 *                  ◀────── data … ───────
 *     TIME-WAIT    ◀──────── FIN ────────       LAST-ACK
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"separate", "ACK and FIN are separate segments while the server still has data to send.",
		"RFC 9293, 3.6, case 2"},
	{"data-behind-fin",
		"Data flow to an end that has sent its FIN, until the other end closes.",
		"RFC 9293, 3.6"},
};

#define ANSWER_BYTES 100000

static void play(struct lab *lab)
{
	/* A FIN that comes again, needlessly, has TIME-WAIT reset (lesson assassination). */
	lab_retransmit_late(lab);
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);

	lab_shut(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	struct reading request = lab_read_to_end(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
	uint64_t answer = lab_mark(lab);
	lab_send(pair, SERVER, ANSWER_BYTES);
	bool still_waits = lab_reaches(pair, SERVER, STATE_CLOSE_WAIT);

	lab_close(pair, SERVER);
	struct reading read = lab_read_to_end(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSED);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);

	unsigned behind = lab_count(pair, SERVER, .payload = PAYLOAD_SOME, .since = answer);
	lab_measure(lab, "data-behind-fin", {"bytes", read.bytes}, {"segments", behind});
	lab_holds(lab, "data-behind-fin",
		read.bytes == ANSWER_BYTES && read.end == READ_EOF && behind > 0,
		"%u of %d bytes arrived behind the client's FIN; then came: %s.", read.bytes,
		ANSWER_BYTES, lab_reading_text(read.end));
	lab_holds(lab, "separate", request.end == READ_EOF && still_waits,
		"The server read the %s, and %s in CLOSE-WAIT while it sent %u more segments.",
		lab_reading_text(request.end), still_waits ? "stayed" : "did not stay", behind);
}

const struct lesson lesson_half_close = {
	.name = "half-close",
	.asks = "Can an end that sent a FIN still receive?",
	LESSON_CLAIMS(claims),
	.scene = "The client shuts its direction down. The server reads to the end, sends 100,000 "
		 "bytes, and closes.",
	.practice = "shutdown(SHUT_WR) and reading to the end is how an end can say that it is "
		    "done and still see what the other one has to say.",
	.play = play,
};
