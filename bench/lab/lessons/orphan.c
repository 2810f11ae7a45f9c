/* close() is over at once, and the kernel goes on with what is left: an orphan.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ───✗            silent: tcp_orphan_retries ends it
 *
 *     FIN-WAIT-1   ─────── probe ───────▶       its window is closed
 *     FIN-WAIT-1   ◀────── ACK, win 0 ───       as long as it answers
 */
#include "bench/lab/lesson.h"
#include "common/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define PROBES 3
#define PROBE_TIMER 4 /* as sock_diag numbers timers */
#define USER_TIMEOUT_MS 1000
#define QUEUED_BYTES 1048576

/* The end closes, and hears nothing more: it sends its FIN again. */
static void orphan_make(struct pair *pair, enum lab_end end)
{
	/* It ends without a segment. */
	lab_unlike_segments(pair);
	lab_close(pair, end);
}

/* Both ends have an orphan, and a setting of its own: the client 1, the server 0. */
static void silent_peer(struct lab *lab)
{
	const struct lab_segments of_client = {.from = CLIENT, .flags = TCP_FIN},
				  of_server = {.from = SERVER, .flags = TCP_FIN};
	lab_set(lab, CLIENT, "tcp_orphan_retries", "1");
	lab_set(lab, SERVER, "tcp_orphan_retries", "0");
	struct pair *once = lab_connect(lab), *zero = lab_connect(lab);
	lab_show(once, "tcp_orphan_retries = 1, and the server is silent");
	int lost[] = {lab_drop(lab, SERVER, 0), lab_drop(lab, CLIENT, 0)};
	uint64_t from_ns = clock_now_ns();
	orphan_make(once, CLIENT);
	orphan_make(zero, SERVER);
	lab_expect(once, CLIENT, STATE_CLOSED);
	double lasted_s = (double)(clock_now_ns() - from_ns) / 1e9;
	uint64_t fins = lab_count(once, &of_client);
	bool lives = lab_state(zero, SERVER) == STATE_FIN_WAIT_1;
	if (lives)
		lab_await(zero, &of_server, fins + 1);
	double zero_s = (double)(clock_now_ns() - from_ns) / 1e9;
	lab_open(lab, lost[0]);
	lab_open(lab, lost[1]);

	lab_measure(lab, "retries-bound", "fins", (double)fins);
	lab_measure(lab, "retries-bound", "lasted_s", lasted_s);
	lab_decide(lab, "retries-bound", lab_if(fins > 1, DOES_NOT_HOLD),
		"With 1 the FIN was sent %ju times, and the orphan was gone after %.1f s.",
		(uintmax_t)fins, lasted_s);
	uint64_t more = lab_count(zero, &of_server);
	lab_measure(lab, "zero-is-none", "fins", (double)more);
	lab_decide(lab, "zero-is-none", lab_if(!lives, DOES_NOT_HOLD),
		"With 0 the FIN had been sent %ju times after %.1f s%s.", (uintmax_t)more, zero_s,
		lives ? ": 0 means 8 (net/ipv4/tcp_timer.c)" : "");
}

/* The server does not read: its window closes, and the client's FIN is behind what it refuses. */
static struct pair *window_close(struct lab *lab, int user_timeout_ms, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_option(pair, CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
	lab_send_some(pair, CLIENT, QUEUED_BYTES);
	lab_unlike_segments(pair);
	for (int i = 0; lab_look(pair, CLIENT).timer != PROBE_TIMER && !lab_has_failed(lab); i++) {
		if (i == LAB_DEADLINE_S * 1000)
			lab_fail(lab, "the server's window does not close");
		lab_think(lab, 1);
	}
	lab_close(pair, CLIENT);
	return pair;
}

static void closed_window(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_orphan_retries", "1");
	lab_set(lab, CLIENT, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, SERVER, "tcp_rmem", "4096 8192 8192");
	/* Else a probe within 500 ms of another has no answer. */
	lab_set(lab, SERVER, "tcp_invalid_ratelimit", "0");
	struct pair *closed = window_close(lab, 0, "the server's window is closed, and it answers");
	uint64_t since = lab_mark(lab);
	struct pair *bounded = window_close(lab, USER_TIMEOUT_MS, "TCP_USER_TIMEOUT ends it");
	uint64_t from_ns = clock_now_ns();
	lab_await(closed,
		&(struct lab_segments){.from = CLIENT, .payload = PAYLOAD_NONE, .since = since},
		PROBES);
	bool lives = lab_state(closed, CLIENT) == STATE_FIN_WAIT_1;
	lab_measure(lab, "closed-window", "probes", PROBES);
	lab_decide(lab, "closed-window", lab_if(!lives, DOES_NOT_HOLD),
		"tcp_orphan_retries was 1, and after %d probes the orphan was in FIN-WAIT-1: each "
		"answer begins the count anew.",
		PROBES);

	bool is_over = lab_reaches(bounded, CLIENT, STATE_CLOSED);
	double took_s = (double)(clock_now_ns() - from_ns) / 1e9;
	lab_measure(lab, "user-timeout", "lasted_s", took_s);
	lab_decide(lab, "user-timeout", lab_if(is_over, DOES_NOT_HOLD),
		"With TCP_USER_TIMEOUT of 1 s it was gone %.1f s after close().", took_s);
}

static void play(struct lab *lab)
{
	silent_peer(lab);
	closed_window(lab);
}

const struct lesson lesson_orphan = {
	.name = "orphan",
	.asks = "How long does the kernel go on after close()?",
	.claims =
		{
			{"retries-bound",
				"tcp_orphan_retries bounds an orphan whose peer is silent.",
				"ip-sysctl.rst; tcp(7)"},
			{"zero-is-none", "tcp_orphan_retries = 0, the default, means none.",
				"common belief"},
			{"closed-window",
				"It also ends an orphan whose peer keeps its window closed.",
				"common belief"},
			{"user-timeout", "TCP_USER_TIMEOUT ends that one.", "RFC 5482; tcp(7)"},
		},
	.scene = "Each end closes a connection while the wire drops all segments, and the client "
		 "closes two with 1,048,576 bytes queued for a server that does not read.",
	.practice = "A peer that answers and never reads holds your queue for as long as it likes: "
		    "set TCP_USER_TIMEOUT before close().",
	.play = play,
};
