/* tcp_tw_reuse: connect() takes a port that is in TIME-WAIT, once its last timestamp is old enough.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED        the one port of the range
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED  1 s later, with tcp_tw_reuse = 1
 */
#include "bench/lab/lesson.h"
#include "common/clock.h"

#include <errno.h>
#include <string.h>

/* Leaves the only port of the client in TIME-WAIT. */
static void port_use_up(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_shut(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_close(pair, CLIENT);
}

/* Returns 0 or connect(2)'s errno. */
static int connect_again(struct lab *lab)
{
	int error;
	struct pair *pair = lab_try_connect(lab, 0, &error);
	if (!pair)
		return error;
	lab_exchange(pair);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	return 0;
}

/* When connect() worked, counted from the moment when TIME-WAIT began; 0: it never did in 3 s. */
static double reused_after_ms(struct lab *lab)
{
	uint64_t from_ns = clock_now_ns();
	while (!lab_has_failed(lab) && clock_now_ns() - from_ns < 3 * NS_PER_S) {
		if (connect_again(lab) == 0)
			return (double)(clock_now_ns() - from_ns) / 1e6;
		lab_think(lab, 5);
	}
	return 0;
}

static const char *text_of(int error)
{
	return error == 0               ? "worked"
	       : error == EADDRNOTAVAIL ? "failed with EADDRNOTAVAIL"
					: "failed";
}

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "ip_local_port_range", "40000 40000");
	port_use_up(lab);
	int off = connect_again(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "2");
	int loopback = connect_again(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	double after_ms = reused_after_ms(lab);
	uint64_t recycled = lab_counter(lab, CLIENT, "TWRecycled");

	lab_set(lab, CLIENT, "ip_local_port_range", "40001 40001");
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	port_use_up(lab);
	double without_ms = reused_after_ms(lab);

	lab_measure(lab, "needs-switch", "off_errno", off);
	lab_decide(lab, "needs-switch",
		lab_if(off == EADDRNOTAVAIL && loopback == off, DOES_NOT_HOLD),
		"With tcp_tw_reuse = 0 connect() %s, with 2, the default, it %s: a veth link is "
		"not "
		"loopback.",
		text_of(off), text_of(loopback));
	lab_measure(lab, "reuse-works", "reused_after_ms", after_ms);
	lab_measure(lab, "reuse-works", "TWRecycled", (double)recycled);
	lab_decide(lab, "reuse-works", lab_if(after_ms > 0 && recycled > 0, DOES_NOT_HOLD),
		"With tcp_tw_reuse = 1 connect() took the port, %.1f s into TIME-WAIT.",
		after_ms / 1e3);
	lab_measure(lab, "needs-timestamps", "reused_after_ms", without_ms);
	lab_decide(lab, "needs-timestamps", lab_if(without_ms <= 0, DOES_NOT_HOLD),
		"Without timestamps connect() %s for 3 s.",
		without_ms > 0 ? "did not fail" : "failed");
}

const struct lesson lesson_tw_reuse = {
	.name = "tw-reuse",
	.asks = "When does tcp_tw_reuse help?",
	.claims =
		{
			{"needs-switch",
				"Without tcp_tw_reuse = 1 a port in TIME-WAIT is not available.",
				"ip-sysctl.rst"},
			{"reuse-works",
				"With tcp_tw_reuse and timestamps connect() takes it after about a "
				"second.",
				"RFC 6191; ip-sysctl.rst"},
			{"needs-timestamps", "Without timestamps tcp_tw_reuse does nothing.",
				"net/ipv4/tcp_ipv4.c, tcp_twsk_unique()"},
		},
	.scene = "The client has one port, and leaves it in TIME-WAIT.",
	.practice = "It is safe with timestamps, and for outgoing connections alone: a client or a "
		    "proxy may set it.",
	.play = play,
};
