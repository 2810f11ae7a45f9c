/* tcp_tw_reuse: connect() takes a port that is in TIME-WAIT, once its last timestamp is old enough.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED        the one port of the range
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED  1 s later, with tcp_tw_reuse = 1
 */
#include "bench/lab/lesson.h"
#include "common/bounded_text.h"

#include <errno.h>

static const struct claim claims[] = {
	{"needs-switch", "Without tcp_tw_reuse = 1 a port in TIME-WAIT is not available.",
		"ip-sysctl.rst"},
	{"reuse-works", "With tcp_tw_reuse and timestamps connect() takes it after about a second.",
		"RFC 6191; ip-sysctl.rst"},
	{"loopback", "With tcp_tw_reuse = 2, the default, that is so on the loopback alone.",
		"ip-sysctl.rst"},
	{"needs-timestamps", "Without timestamps tcp_tw_reuse does nothing.",
		"net/ipv4/tcp_ipv4.c, tcp_twsk_unique()"},
	{"delay", "tcp_tw_reuse_delay says how long that second is.", "ip-sysctl.rst"},
};

#define PORT 40000
#define KEPT_PORT 40001
#define BARE_PORT 40002 /* without timestamps */
#define GIVEN_UP_MS 3000.0

/* The client has this port alone, with timestamps or without. */
static void port_choose(struct lab *lab, unsigned port, bool has_timestamps)
{
	char range[16];
	bounded_text_write(range, sizeof(range), "%u %u", port, port);
	lab_set(lab, CLIENT, "ip_local_port_range", range);
	lab_set(lab, CLIENT, "tcp_timestamps", has_timestamps ? "1" : "0");
}

/* Leaves the port in TIME-WAIT. Returns a time before it began. */
static double port_use_up(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	double since_s = lab_now_s(lab);
	lab_close_both(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	return since_s;
}

/* Returns 0 or connect(2)'s errno. */
static int connect_again(struct lab *lab, const char *caption)
{
	int error;
	struct pair *pair = lab_try_connect(lab, 0, &error);
	if (!pair)
		return error;
	lab_show(pair, caption);
	lab_exchange(pair);
	lab_close_both(pair, SERVER);
	return 0;
}

/* How long after `since_s` connect() worked; 0: it never did in GIVEN_UP_MS. */
static double reused_after_ms(struct lab *lab, double since_s, const char *caption)
{
	do {
		if (connect_again(lab, caption) == 0)
			return (lab_now_s(lab) - since_s) * 1e3;
		lab_think(lab, 5);
	} while (!lab_has_failed(lab) && (lab_now_s(lab) - since_s) * 1e3 < GIVEN_UP_MS);
	return 0;
}

static const char *text_of(int error)
{
	return error == 0               ? "worked"
	       : error == EADDRNOTAVAIL ? "failed with EADDRNOTAVAIL"
					: "failed";
}

static const char *taken_text(double after_ms)
{
	return after_ms > 0 ? "took" : "had not taken";
}

/* How long connect() was tried. */
static double tried_ms(double after_ms)
{
	return after_ms > 0 ? after_ms : GIVEN_UP_MS;
}

static void delay_decide(struct lab *lab)
{
	lab_need(lab, CLIENT, "tcp_tw_reuse_delay", "100");
	port_choose(lab, PORT, true);
	/* A machine that is busy looks late: that is tried again. */
	double after_ms = 0;
	for (int i = 0; i < 3 && (after_ms == 0 || after_ms >= 1000); i++)
		after_ms = reused_after_ms(
			lab, port_use_up(lab), "connect() with tcp_tw_reuse_delay = 100");
	lab_measure(lab, "delay", {"reused_after_ms", after_ms});
	lab_holds(lab, "delay", after_ms >= 90 && after_ms < 1000,
		"With 100 connect() %s the port %.0f ms into TIME-WAIT.", taken_text(after_ms),
		tried_ms(after_ms));
}

static void play(struct lab *lab)
{
	/* All of them wait at the same time. */
	port_choose(lab, BARE_PORT, false);
	double bare_s = port_use_up(lab);
	port_choose(lab, KEPT_PORT, true);
	port_use_up(lab);
	lab_loopback_connect(lab);
	port_choose(lab, PORT, true);
	double since_s = port_use_up(lab);

	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	double after_ms = reused_after_ms(lab, since_s, "connect() with tcp_tw_reuse = 1");
	unsigned recycled = lab_counter(lab, CLIENT, "TWRecycled");
	/* Now the other ports are older than that. */
	port_choose(lab, KEPT_PORT, true);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "0");
	int off = connect_again(lab, "connect() with tcp_tw_reuse = 0");
	int off_looped = lab_loopback_connect(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "2");
	int two = connect_again(lab, "connect() with tcp_tw_reuse = 2");
	int two_looped = lab_loopback_connect(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	port_choose(lab, BARE_PORT, false);
	double without_ms = reused_after_ms(lab, bare_s, "connect() without timestamps");

	lab_measure(lab, "needs-switch", {"off_errno", off});
	lab_holds(lab, "needs-switch", off == EADDRNOTAVAIL && off_looped == off,
		"With tcp_tw_reuse = 0 connect() %s, more than a second into TIME-WAIT.",
		text_of(off));
	lab_measure(lab, "reuse-works", {"reused_after_ms", after_ms}, {"TWRecycled", recycled});
	lab_holds(lab, "reuse-works", after_ms > 0 && recycled > 0,
		"With tcp_tw_reuse = 1 connect() %s the port, %.1f s into TIME-WAIT.",
		taken_text(after_ms), tried_ms(after_ms) / 1e3);
	lab_measure(lab, "loopback", {"veth_errno", two}, {"loopback_errno", two_looped});
	lab_holds(lab, "loopback", two == EADDRNOTAVAIL && two_looped == 0,
		"With 2, the default, connect() %s over a veth link, and %s over the loopback.",
		text_of(two), text_of(two_looped));
	lab_measure(lab, "needs-timestamps", {"reused_after_ms", without_ms});
	lab_holds(lab, "needs-timestamps", without_ms <= 0,
		"Without timestamps connect() %s for 3 s.",
		without_ms > 0 ? "did not fail" : "failed");
	delay_decide(lab);
}

const struct lesson lesson_tw_reuse = {
	.name = "tw-reuse",
	.asks = "When does tcp_tw_reuse help?",
	LESSON_CLAIMS(claims),
	.scene = "The client has one port at a time, and leaves each in TIME-WAIT: over the wire, "
		 "with timestamps and without, and over its own loopback.",
	.practice = "It is safe with timestamps, and for outgoing connections alone: a client or a "
		    "proxy may set it.",
	.play = play,
};
