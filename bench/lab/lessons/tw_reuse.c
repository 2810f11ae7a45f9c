/* tcp_tw_reuse: connect() takes a port that is in TIME-WAIT, once its last timestamp is old enough.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED        the one port of the range
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED  1 s later, with tcp_tw_reuse = 1
 */
#include "bench/lab/lesson.h"
#include "bench/lab/port.h"

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

/* Ranges of one port. */
#define PORT "40000 40000"
#define KEPT_PORT "40001 40001"
#define BARE_PORT "40002 40002" /* without timestamps */
#define GIVEN_UP_MS 3000

static void port_choose(struct lab *lab, const char *port, const char *timestamps)
{
	lab_set(lab, CLIENT, "ip_local_port_range", port);
	lab_set(lab, CLIENT, "tcp_timestamps", timestamps);
}

/* The port is more than a second in TIME-WAIT. */
static void switch_decide(struct lab *lab)
{
	port_choose(lab, KEPT_PORT, "1");
	lab_set(lab, CLIENT, "tcp_tw_reuse", "0");
	int off = lab_connect_errno(lab);
	int off_looped = lab_loopback_connect(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "2");
	int two = lab_connect_errno(lab);
	int two_looped = lab_loopback_connect(lab);

	lab_measure(lab, "needs-switch", {"off_errno", off});
	lab_holds(lab, "needs-switch", off == EADDRNOTAVAIL && off_looped == off,
		"With tcp_tw_reuse = 0 connect() %s, more than a second into TIME-WAIT%s%s.",
		lab_errno_text(off), off == off_looped ? "" : "; over the loopback it ",
		off == off_looped ? "" : lab_errno_text(off_looped));
	lab_measure(lab, "loopback", {"veth_errno", two}, {"loopback_errno", two_looped});
	lab_holds(lab, "loopback", two == EADDRNOTAVAIL && two_looped == 0,
		"With 2, the default, connect() %s over a veth link, and %s over the loopback.",
		lab_errno_text(two), lab_errno_text(two_looped));
}

static void delay_decide(struct lab *lab)
{
	lab_need(lab, CLIENT, "tcp_tw_reuse_delay", "100");
	port_choose(lab, PORT, "1");
	/* A machine that is busy looks late: that is tried again. */
	double after_ms = 0;
	for (int i = 0; i < 3 && (after_ms <= 0 || after_ms >= 1000); i++)
		after_ms = lab_reused_after_ms(lab_time_wait(lab, CLIENT), GIVEN_UP_MS,
			"connect() with tcp_tw_reuse_delay = 100");
	lab_measure(lab, "delay", {"reused_after_ms", after_ms});
	bool in_time = after_ms >= 90 && after_ms < 1000;
	lab_holds(lab, "delay", in_time, "With 100 connect() %s the port %.0f ms into TIME-WAIT.",
		after_ms > 0 ? "took" : "had not taken", after_ms > 0 ? after_ms : GIVEN_UP_MS);
}

static void play(struct lab *lab)
{
	/* All of them wait at the same time. */
	port_choose(lab, BARE_PORT, "0");
	struct pair *bare = lab_time_wait(lab, CLIENT);
	port_choose(lab, KEPT_PORT, "1");
	lab_time_wait(lab, CLIENT);
	lab_loopback_connect(lab);
	port_choose(lab, PORT, "1");
	struct pair *old = lab_time_wait(lab, CLIENT);

	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	double after_ms = lab_reused_after_ms(old, GIVEN_UP_MS, "connect() with tcp_tw_reuse = 1");
	unsigned recycled = lab_counter(lab, CLIENT, "TWRecycled");
	lab_measure(lab, "reuse-works", {"reused_after_ms", after_ms}, {"TWRecycled", recycled});
	lab_holds(lab, "reuse-works", after_ms > 0 && recycled > 0,
		"With tcp_tw_reuse = 1 connect() %s the port, %.1f s into TIME-WAIT.",
		after_ms > 0 ? "took" : "had not taken",
		(after_ms > 0 ? after_ms : GIVEN_UP_MS) / 1e3);

	switch_decide(lab);
	lab_set(lab, CLIENT, "tcp_tw_reuse", "1");
	port_choose(lab, BARE_PORT, "0");
	double without_ms = lab_reused_after_ms(bare, GIVEN_UP_MS, "connect() without timestamps");
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
