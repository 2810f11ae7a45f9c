/* close() is over at once, and the kernel goes on with what is left: an orphan.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ───✗            silent: tcp_orphan_retries ends it
 *
 *     FIN-WAIT-1   ─────── probe ───────▶       its window is closed
 *     FIN-WAIT-1   ◀────── ACK, win 0 ───       as long as it answers
 */
#include "bench/lab/lesson.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

static const struct claim claims[] = {
	{"retries-bound", "tcp_orphan_retries bounds an orphan whose peer is silent.",
		"ip-sysctl.rst; tcp(7)"},
	{"zero-is-none", "tcp_orphan_retries = 0, the default, means none.", "common belief"},
	{"closed-window", "It also ends an orphan whose peer keeps its window closed.",
		"common belief"},
	{"user-timeout", "TCP_USER_TIMEOUT ends that one.", "RFC 5482; tcp(7)"},
};

#define PROBES 3
#define USER_TIMEOUT_MS 1000
#define QUEUED_BYTES 1048576

/* The end closes and hears nothing more: it sends its FIN again, and ends without a segment. */
static void orphan_make(struct pair *pair, enum lab_end end)
{
	lab_unlike_segments(pair);
	lab_close(pair, end);
}

/* Both ends have an orphan, and a setting of its own: the client 1, the server 0. */
static void silent_peer(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_orphan_retries", "1");
	lab_set(lab, SERVER, "tcp_orphan_retries", "0");
	struct pair *once = lab_connect(lab), *zero = lab_connect(lab);
	lab_show(once, "tcp_orphan_retries = 1, and the server is silent");
	int lost[] = {lab_drop(lab, SERVER, 0), lab_drop(lab, CLIENT, 0)};
	double from_s = lab_now_s(lab);
	orphan_make(once, CLIENT);
	orphan_make(zero, SERVER);
	lab_expect(once, CLIENT, STATE_CLOSED);
	double lasted_s = lab_now_s(lab) - from_s;
	unsigned fins = lab_count(once, CLIENT, .flags = TCP_FIN);
	bool lives = lab_state(zero, SERVER) == STATE_FIN_WAIT_1;
	if (lives)
		lab_await(zero, fins + 1, SERVER, .flags = TCP_FIN);
	double zero_s = lab_now_s(lab) - from_s;
	lab_open(lab, lost[0]);
	lab_open(lab, lost[1]);

	lab_measure(lab, "retries-bound", {"fins", fins}, {"lasted_s", lasted_s});
	lab_holds(lab, "retries-bound", fins > 1,
		"With 1 the FIN was sent %u times, and the orphan was gone after %.1f s.", fins,
		lasted_s);
	unsigned more = lab_count(zero, SERVER, .flags = TCP_FIN);
	lab_measure(lab, "zero-is-none", {"fins", more});
	lab_holds(lab, "zero-is-none", !lives,
		"With 0 the FIN had been sent %u times after %.1f s.", more, zero_s);
	lab_explain(lab, "zero-is-none", DOES_NOT_HOLD, "0 means 8 (net/ipv4/tcp_timer.c)");
}

/* The server does not read: its window closes, and the client's FIN is behind what it refuses. */
static struct pair *window_close(struct lab *lab, int user_timeout_ms, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_option(pair, CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
	lab_send_some(pair, CLIENT, QUEUED_BYTES);
	lab_unlike_segments(pair);
	lab_expect_timer(pair, CLIENT, TIMER_PROBE);
	lab_close(pair, CLIENT);
	return pair;
}

static void closed_window(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_orphan_retries", "1");
	lab_queue_at(lab, CLIENT);
	/* Else a probe within 500 ms of another has no answer. */
	lab_set(lab, SERVER, "tcp_invalid_ratelimit", "0");
	struct pair *closed = window_close(lab, 0, "the server's window is closed, and it answers");
	uint64_t since = lab_mark(lab);
	struct pair *bounded = window_close(lab, USER_TIMEOUT_MS, "TCP_USER_TIMEOUT ends it");
	double from_s = lab_now_s(lab);
	lab_await(closed, PROBES, CLIENT, .payload = PAYLOAD_NONE, .since = since);
	enum tcp_state state = lab_state(closed, CLIENT);
	lab_measure(lab, "closed-window", {"probes", PROBES});
	lab_holds(lab, "closed-window", state != STATE_FIN_WAIT_1,
		"tcp_orphan_retries was 1, and after %d probes the orphan was in %s.", PROBES,
		tcp_state_text(state));
	lab_explain(lab, "closed-window", DOES_NOT_HOLD, "each answer begins the count anew");

	bool is_over = lab_reaches(bounded, CLIENT, STATE_CLOSED);
	double took_s = lab_now_s(lab) - from_s;
	lab_measure(lab, "user-timeout", {"lasted_s", took_s});
	lab_holds(lab, "user-timeout", is_over,
		"With TCP_USER_TIMEOUT of 1 s it was %s %.1f s after close().",
		is_over ? "gone" : "still there", took_s);
}

static void play(struct lab *lab)
{
	silent_peer(lab);
	closed_window(lab);
}

const struct lesson lesson_orphan = {
	.name = "orphan",
	.asks = "How long does the kernel go on after close()?",
	LESSON_CLAIMS(claims),
	.scene = "Each end closes a connection while the wire drops all segments, and the client "
		 "closes two with 1,048,576 bytes queued for a server that does not read.",
	.practice = "A peer that answers and never reads holds your queue for as long as it likes: "
		    "set TCP_USER_TIMEOUT before close().",
	.play = play,
};
