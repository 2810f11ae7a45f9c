/* The peer has gone silent while data are on their way to it. Who ends the connection, and when.
 *
 *     client                                    server
 *     ESTABLISHED  ──────── data ──✗
 *                  ──────── data ──✗            again after 0.2, 0.6, 1.4 … s
 *     CLOSED                                    ETIMEDOUT: tcp_retries2, TCP_USER_TIMEOUT
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

static const struct claim claims[] = {
	{"send-fails", "send() fails where the peer is gone.", "common belief"},
	{"retries2-counts",
		"tcp_retries2 is how often data are sent again before the connection is given up.",
		"tcp(7)"},
	{"user-timeout", "TCP_USER_TIMEOUT ends it earlier.", "RFC 5482; tcp(7)"},
};

#define USER_TIMEOUT_MS 500

/* How a client's data end that nobody acknowledges. */
struct silence {
	double lasted_s;
	unsigned sent; /* segments: the first one, and those sent again */
	int error;     /* ETIMEDOUT; 0: it went on */
};

static struct silence silence_wait(
	struct lab *lab, int user_timeout_ms, const char *retries, const char *caption)
{
	struct silence silence = {0};
	lab_set(lab, CLIENT, "tcp_retries2", retries);
	struct pair *pair = lab_connect(lab);
	int lost = lab_drop(lab, SERVER, 0);
	lab_show(pair, caption);
	/* It ends without a segment. */
	lab_unlike_segments(pair);
	lab_option(pair, CLIENT, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
	double from_s = lab_now_s(lab);
	lab_send(pair, CLIENT, 100);
	lab_reaches(pair, CLIENT, STATE_CLOSED);
	silence.lasted_s = lab_now_s(lab) - from_s;
	silence.sent = lab_count(pair, CLIENT, .payload = PAYLOAD_SOME);
	silence.error = lab_error(pair, CLIENT);
	lab_open(lab, lost);
	return silence;
}

/* An application writes on: nothing fails, until the kernel has given up. */
static void write_on(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	int lost = lab_drop(lab, SERVER, 0);
	unsigned taken = 0;
	for (int i = 0; i < 5; i++)
		taken += lab_send_some(pair, CLIENT, 100);
	struct lab_kernel_view view = lab_look(pair, CLIENT);
	lab_open(lab, lost);
	lab_measure(lab, "send-fails", {"taken_bytes", taken});
	lab_holds(lab, "send-fails", taken < 500,
		"%s send() of 100 bytes were taken, %u bytes of them unacknowledged; the client "
		"was in %s.",
		taken == 500 ? "Five" : "Not all of five", view.unacked,
		tcp_state_text(view.state));
}

static void play(struct lab *lab)
{
	write_on(lab);
	struct silence once = silence_wait(lab, 0, "1", "tcp_retries2 = 1");
	struct silence user = silence_wait(lab, USER_TIMEOUT_MS, "15", "TCP_USER_TIMEOUT of 0.5 s");

	lab_measure(lab, "retries2-counts", {"segments", once.sent}, {"lasted_s", once.lasted_s});
	lab_decide(lab, "retries2-counts",
		once.error != ETIMEDOUT ? DOES_NOT_HOLD
		: once.sent == 2        ? HOLDS
					: DIFFERS,
		"With 1 the data were sent %u times and %s after %.1f s.", once.sent,
		once.error ? "given up" : "not given up", once.lasted_s);
	lab_explain(lab, "retries2-counts", DIFFERS,
		"it bounds the time that so many would take, and a tail loss probe (RFC 8985) is "
		"not counted");
	lab_measure(lab, "user-timeout", {"lasted_s", user.lasted_s});
	lab_holds(lab, "user-timeout",
		user.error == ETIMEDOUT && user.lasted_s >= USER_TIMEOUT_MS / 1e3,
		"With TCP_USER_TIMEOUT of 0.5 s and tcp_retries2 = 15: %s after %.1f s.",
		user.error ? strerror(user.error) : "nothing", user.lasted_s);
}

const struct lesson lesson_dead_peer = {
	.name = "dead-peer",
	.asks = "How long does data wait for a peer that is silent?",
	LESSON_CLAIMS(claims),
	.scene = "The wire drops all that the server sends, and the client sends data: with "
		 "tcp_retries2 = 1, and with TCP_USER_TIMEOUT.",
	.practice = "The default of tcp_retries2 (15) is a quarter of an hour at least: set "
		    "TCP_USER_TIMEOUT where that is too long.",
	.play = play,
};
