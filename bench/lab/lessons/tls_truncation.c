/* The end of a body that the end of the stream ends: it is whole, or was cut.
 *
 *     client                                    server
 *                  ◀── half of a body ───
 *                  ◀─ close_notify, or not ─
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-2    close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"tcp-does-not-tell",
		"Without TLS the end of a body that was cut looks like that of a whole one.",
		"RFC 9112, 8"},
	{"tls-tells", "Over TLS the missing close_notify tells it.", "RFC 8446, 6.1"},
	{"notify-is-whole", "A close_notify says that the body is whole.", "common belief"},
	{"reset-is-told", "The client is told of a RST behind the close_notify.", "common belief"},
};

#define BODY_BYTES 10000
#define HALF_BYTES (BODY_BYTES / 2)

static struct reading plain(struct lab *lab, unsigned bytes)
{
	struct pair *pair = lab_connect(lab);
	lab_send(pair, SERVER, bytes);
	lab_close(pair, SERVER);
	return lab_drain(pair, CLIENT);
}

enum way { CUT, NOTIFY, NOTIFY_RESET };

static struct lab_tls_reading sealed(
	struct lab *lab, unsigned bytes, enum way way, const char *caption)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, caption);
	if (way == CUT)
		lab_tls_send(pair, SERVER, bytes);
	else
		lab_tls_send_last(pair, SERVER, bytes);
	lab_flush(pair, SERVER);
	if (way == NOTIFY_RESET)
		lab_reset(pair, SERVER);
	else
		lab_close(pair, SERVER);
	/* FIN or RST have arrived when nothing is on its way any more. */
	lab_state(pair, CLIENT);
	struct lab_tls_reading read = lab_tls_read_to_end(pair, CLIENT);
	lab_close(pair, CLIENT);
	return read;
}

static void without_tls(struct lab *lab)
{
	struct reading whole = plain(lab, BODY_BYTES), cut = plain(lab, HALF_BYTES);
	lab_measure(
		lab, "tcp-does-not-tell", {"whole_bytes", whole.bytes}, {"cut_bytes", cut.bytes});
	lab_holds(lab, "tcp-does-not-tell", whole.end == cut.end,
		"Behind %u bytes came: %s. Behind %u of them: %s.", whole.bytes,
		lab_reading_text(whole.end), cut.bytes, lab_reading_text(cut.end));
}

static void play(struct lab *lab)
{
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	struct lab_tls_reading cut = sealed(lab, HALF_BYTES, CUT, "cut, no close_notify");
	struct lab_tls_reading whole = sealed(lab, BODY_BYTES, NOTIFY, NULL);
	struct lab_tls_reading given_up = sealed(lab, HALF_BYTES, NOTIFY, NULL);
	struct lab_tls_reading reset =
		sealed(lab, BODY_BYTES, NOTIFY_RESET, "close_notify, then a RST");
	without_tls(lab);

	lab_measure(lab, "tls-tells", {"whole_bytes", whole.bytes}, {"cut_bytes", cut.bytes});
	lab_holds(lab, "tls-tells", whole.end == LAB_TLS_NOTIFIED && cut.end == LAB_TLS_CUT,
		"Behind %u bytes came: %s. Behind %u of them: %s.", whole.bytes,
		lab_tls_end_text(whole.end), cut.bytes, lab_tls_end_text(cut.end));
	lab_measure(lab, "notify-is-whole", {"cut_bytes", given_up.bytes});
	lab_holds(lab, "notify-is-whole", given_up.end != LAB_TLS_NOTIFIED,
		"A server gave up after %u of %d bytes, and closed; the client read %s.",
		given_up.bytes, BODY_BYTES, lab_tls_end_text(given_up.end));
	lab_measure(lab, "reset-is-told", {"delivered_bytes", reset.bytes});
	lab_holds(lab, "reset-is-told", reset.end != LAB_TLS_NOTIFIED,
		"The RST had come, and the client read %u bytes, then %s.", reset.bytes,
		lab_tls_end_text(reset.end));
}

const struct lesson lesson_tls_truncation = {
	.name = "tls-truncation",
	.asks = "Does a client see that a body was cut?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends a body of 10,000 bytes or half of it, with close_notify or "
		 "without, and closes; once it resets behind its close_notify.",
	.practice = "Where the end of the stream ends the body, take one without close_notify for "
		    "a failure; and better have the length told: Content-Length, or chunks.",
	.play = play,
};
