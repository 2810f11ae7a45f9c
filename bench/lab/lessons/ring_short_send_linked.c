/* A send that takes a part is no error to a link: the close behind it is run.
 *
 *     client                                    server
 *                  ◀─ a part of it, FIN ─       FIN-WAIT-1    send → close
 *     CLOSE-WAIT                                              what is missing was never sent
 */
#include "bench/lab/lesson.h"
#include "bench/lab/ring_verbs.h"

static const struct claim claims[] = {
	{"short-breaks", "A short send breaks the link, and the close behind it is not run.",
		"io_uring_enter(2), IOSQE_IO_LINK"},
	{"loss-is-told", "The client can tell by the end that bytes are missing.", "common belief"},
	{"waitall-sends", "With MSG_WAITALL the close waits until all is sent.",
		"io_uring_prep_send(3)"},
};

#define RESPONSE_BYTES 5000000

static struct lab_ring_sent send_close(struct lab *lab, bool waits_for_all, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	return lab_ring_send_close(pair, SERVER, RESPONSE_BYTES, waits_for_all);
}

static void in_ring(struct lab *lab)
{
	struct lab_ring_sent some = send_close(lab, false, "send → close");
	lab_measure(lab, "short-breaks", {"sent_bytes", some.sent});
	lab_holds(lab, "short-breaks", some.sent < RESPONSE_BYTES && some.closed != 0,
		"The send returned %d of %d bytes, and the close %s.", some.sent, RESPONSE_BYTES,
		some.closed == 0 ? "was run" : "was not run");
	lab_measure(lab, "loss-is-told", {"delivered_bytes", some.read.bytes});
	lab_holds(lab, "loss-is-told",
		some.read.bytes == RESPONSE_BYTES || some.read.end != READ_EOF,
		"The client read %u of %d bytes, then %s.", some.read.bytes, RESPONSE_BYTES,
		lab_reading_text(some.read.end));

	struct lab_ring_sent all = send_close(lab, true, "send with MSG_WAITALL → close");
	lab_measure(lab, "waitall-sends", {"delivered_bytes", all.read.bytes});
	lab_holds(lab, "waitall-sends",
		all.read.bytes == RESPONSE_BYTES && all.read.end == READ_EOF,
		"The client read %u of %d bytes, then %s.", all.read.bytes, RESPONSE_BYTES,
		lab_reading_text(all.read.end));
}

static void play(struct lab *lab)
{
	lab_queue_at(lab, SERVER);
	lab_ring(lab, in_ring);
}

const struct lesson lesson_ring_short_send_linked = {
	.name = "ring-short-send-linked",
	.asks = "May a close be linked to the send of a response?",
	LESSON_CLAIMS(claims),
	.scene = "A ring of the server is given a send of 5,000,000 bytes, for a client that reads "
		 "slowly, and a close that is linked to it.",
	.practice = "Link a close to a send only with MSG_WAITALL, and look at what the send "
		    "returned: half of a response ends as cleanly as a whole one.",
	.play = play,
};
