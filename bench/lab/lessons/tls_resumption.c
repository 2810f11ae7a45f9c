/* Whether the next connection resumes a session depends on how the one before was closed.
 *
 *     client                                    server
 *                  ◀── tickets, response ──
 *                  ─ close_notify, or not ─▶
 *                  ───── next SYN … ────▶                     a full handshake, or a short one
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"any-close", "A session can be resumed however its connection was closed.",
		"RFC 4346, 7.2.1"},
	{"notify-resumes", "It can where the client has sent close_notify.", "RFC 2246, 7.2.1"},
	{"rst-spoils", "A RST of the server, which answers that, spoils it.", "common belief"},
	{"tickets-are-read",
		"Over TLS 1.3 a client that has not read the tickets has nothing to resume.",
		"RFC 8446, 4.6.1"},
};

enum way { CLOSE, NOTIFY, NOTIFY_RESET, NOTIFY_UNREAD };

/* How the client closes; NOTIFY_RESET: the server has closed before. */
static void close_client(struct pair *pair, enum way way)
{
	if (way == NOTIFY_RESET) {
		lab_close(pair, SERVER);
		lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	}
	if (way != CLOSE)
		lab_tls_notify(pair, CLIENT);
	if (way == NOTIFY_RESET)
		lab_expect(pair, CLIENT, STATE_CLOSED);
	lab_close(pair, CLIENT);
}

/* Whether a second connection resumes the session of the first one. */
static bool resumes(struct lab *lab, enum way way, const char *caption)
{
	struct pair *pair = lab_tls_connect(lab);
	if (way != NOTIFY_UNREAD)
		lab_tls_exchange(pair);
	close_client(pair, way);
	struct pair *next = lab_tls_connect_again(pair);
	lab_show(next, caption);
	return lab_tls_is_resumed(next);
}

static const char *resumed_text(bool resumed)
{
	return resumed ? "was resumed" : "was not resumed";
}

static void play(struct lab *lab)
{
	lab_tls(lab, TLS_VERSION_1_2, LAB_TLS_TICKETS);
	bool closed_1_2 = resumes(lab, CLOSE, NULL);
	bool unread_1_2 = resumes(lab, NOTIFY_UNREAD, NULL);
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	bool closed_1_3 = resumes(lab, CLOSE, "behind close() alone");
	bool unread_1_3 = resumes(lab, NOTIFY_UNREAD, NULL);
	bool notified = resumes(lab, NOTIFY, "behind close_notify");
	bool reset = resumes(lab, NOTIFY_RESET, NULL);

	lab_measure(lab, "any-close", {"resumed_1_2", closed_1_2}, {"resumed_1_3", closed_1_3});
	lab_holds(lab, "any-close", closed_1_2 && closed_1_3,
		"Behind close() without close_notify the session %s over TLS 1.2, and %s over 1.3.",
		resumed_text(closed_1_2), resumed_text(closed_1_3));
	lab_explain(lab, "any-close", DOES_NOT_HOLD, "OpenSSL drops one that ended so");
	lab_measure(lab, "notify-resumes", {"resumed", notified});
	lab_holds(lab, "notify-resumes", notified, "Behind close_notify the session %s.",
		resumed_text(notified));
	lab_measure(lab, "rst-spoils", {"resumed", reset});
	lab_holds(lab, "rst-spoils", !reset, "The RST had come, and the session %s.",
		resumed_text(reset));
	lab_measure(
		lab, "tickets-are-read", {"resumed_1_2", unread_1_2}, {"resumed_1_3", unread_1_3});
	lab_holds(lab, "tickets-are-read", unread_1_2 && !unread_1_3,
		"Of a connection without a response the session %s over TLS 1.3, and %s over 1.2.",
		resumed_text(unread_1_3), resumed_text(unread_1_2));
}

const struct lesson lesson_tls_resumption = {
	.name = "tls-resumption",
	.asks = "Which connections can be resumed?",
	LESSON_CLAIMS(claims),
	.scene = "A client closes with close_notify or without, once behind the server, once with "
		 "the tickets unread. Its next connection asks to resume the session.",
	.practice = "A client that wants to resume reads what the server has sent, and sends "
		    "close_notify: a full handshake costs several times as much.",
	.play = play,
};
