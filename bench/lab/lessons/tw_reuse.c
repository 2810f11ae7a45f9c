/* tcp_tw_reuse: connect() takes a port that is in TIME-WAIT, once its last timestamp is old enough.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED        the one port of the range
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED  1 s later, with tcp_tw_reuse = 1
 */
#include "bench/lab/lesson.h"
#include "common/bounded_text.h"
#include "common/clock.h"

#include <errno.h>

#define PORT 40000
#define KEPT_PORT 40001
#define BARE_PORT 40002 /* without timestamps */

/* The client has this port alone, with timestamps or without. */
static void port_choose(struct lab *lab, unsigned port, bool has_timestamps)
{
	char range[16];
	bounded_text_write(range, sizeof(range), "%u %u", port, port);
	lab_set(lab, CLIENT, "ip_local_port_range", range);
	lab_set(lab, CLIENT, "tcp_timestamps", has_timestamps ? "1" : "0");
}

/* Leaves the port in TIME-WAIT. Returns a time before it began. */
static uint64_t port_use_up(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_shut(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	uint64_t since_ns = clock_now_ns();
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_close(pair, CLIENT);
	return since_ns;
}

/* Returns 0 or connect(2)'s errno. */
static int connect_again(struct lab *lab)
{
	int error;
	struct pair *pair = lab_try_connect(lab, 0, &error);
	if (!pair)
		return error;
	lab_show(pair, "connect() takes the port again");
	lab_exchange(pair);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	return 0;
}

/* How long after `since_ns` connect() worked; 0: it never did in 3 s. */
static double reused_after_ms(struct lab *lab, uint64_t since_ns)
{
	do {
		if (connect_again(lab) == 0)
			return (double)(clock_now_ns() - since_ns) / 1e6;
		lab_think(lab, 5);
	} while (!lab_has_failed(lab) && clock_now_ns() - since_ns < 3 * NS_PER_S);
	return 0;
}

static const char *text_of(int error)
{
	return error == 0               ? "worked"
	       : error == EADDRNOTAVAIL ? "failed with EADDRNOTAVAIL"
					: "failed";
}

static void delay_decide(struct lab *lab)
{
	lab_need(lab, CLIENT, "tcp_tw_reuse_delay", "100");
	port_choose(lab, PORT, true);
	/* A machine that is busy looks late: that is tried again. */
	double after_ms = 0;
	for (int i = 0; i < 3 && (after_ms == 0 || after_ms >= 1000); i++)
		after_ms = reused_after_ms(lab, port_use_up(lab));
	lab_measure(lab, "delay", "reused_after_ms", after_ms);
	lab_decide(lab, "delay", lab_if(after_ms >= 90 && after_ms < 1000, DOES_NOT_HOLD),
		"With 100 connect() took the port %.0f ms into TIME-WAIT.", after_ms);
}

static void play(struct lab *lab)
{
	/* All of them wait at the same time. */
	port_choose(lab, BARE_PORT, false);
	uint64_t bare_ns = port_use_up(lab);
	port_choose(lab, KEPT_PORT, true);
	port_use_up(lab);
	lab_loopback_connect(lab);
	port_choose(lab, PORT, true);
	uint64_t since_ns = port_use_up(lab);

	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	double after_ms = reused_after_ms(lab, since_ns);
	uint64_t recycled = lab_counter(lab, CLIENT, "TWRecycled");
	/* Now the other ports are older than that. */
	port_choose(lab, KEPT_PORT, true);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "0");
	int off = connect_again(lab), off_looped = lab_loopback_connect(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "2");
	int two = connect_again(lab), two_looped = lab_loopback_connect(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	port_choose(lab, BARE_PORT, false);
	double without_ms = reused_after_ms(lab, bare_ns);

	lab_measure(lab, "needs-switch", "off_errno", off);
	lab_decide(lab, "needs-switch",
		lab_if(off == EADDRNOTAVAIL && off_looped == off, DOES_NOT_HOLD),
		"With tcp_tw_reuse = 0 connect() %s, more than a second into TIME-WAIT.",
		text_of(off));
	lab_measure(lab, "reuse-works", "reused_after_ms", after_ms);
	lab_measure(lab, "reuse-works", "TWRecycled", (double)recycled);
	lab_decide(lab, "reuse-works", lab_if(after_ms > 0 && recycled > 0, DOES_NOT_HOLD),
		"With tcp_tw_reuse = 1 connect() took the port, %.1f s into TIME-WAIT.",
		after_ms / 1e3);
	lab_measure(lab, "loopback", "veth_errno", two);
	lab_measure(lab, "loopback", "loopback_errno", two_looped);
	lab_decide(lab, "loopback", lab_if(two == EADDRNOTAVAIL && two_looped == 0, DOES_NOT_HOLD),
		"With 2, the default, connect() %s over a veth link, and %s over the loopback.",
		text_of(two), text_of(two_looped));
	lab_measure(lab, "needs-timestamps", "reused_after_ms", without_ms);
	lab_decide(lab, "needs-timestamps", lab_if(without_ms <= 0, DOES_NOT_HOLD),
		"Without timestamps connect() %s for 3 s.",
		without_ms > 0 ? "did not fail" : "failed");
	delay_decide(lab);
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
			{"loopback",
				"With tcp_tw_reuse = 2, the default, that is so on the loopback "
				"alone.",
				"ip-sysctl.rst"},
			{"needs-timestamps", "Without timestamps tcp_tw_reuse does nothing.",
				"net/ipv4/tcp_ipv4.c, tcp_twsk_unique()"},
			{"delay", "tcp_tw_reuse_delay says how long that second is.",
				"ip-sysctl.rst"},
		},
	.scene = "The client has one port at a time, and leaves each in TIME-WAIT: over the wire, "
		 "with "
		 "timestamps and without, and over its own loopback.",
	.practice = "It is safe with timestamps, and for outgoing connections alone: a client or a "
		    "proxy may set it.",
	.play = play,
};
