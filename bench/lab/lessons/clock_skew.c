/* Whose clock counts: the peer's own past, and nobody else's.
 *
 *     client A                                  server
 *     CLOSED                                    TIME-WAIT     A's last timestamp
 *     client B behind the same address          TIME-WAIT
 *     SYN-SENT     ──────── SYN ────────▶       TIME-WAIT     an older timestamp
 *                  ◀──────── ACK ────────
 *                  ──────── RST ────────▶       CLOSED        unless tcp_rfc1337 = 1
 *                  ──────── SYN ────────▶       SYN-RECEIVED
 */
#include "bench/lab/lesson.h"

#include <string.h>

static const struct claim claims[] = {
	{"client-is-refused",
		"A client whose clock is behind the server's is refused while TIME-WAIT lasts.",
		"common belief"},
	{"two-behind-one", "Two hosts behind one address are refused, since their clocks differ.",
		"common belief; RFC 6191, 2"},
	{"rfc1337-refuses", "With tcp_rfc1337 = 1 the second host stays out.",
		"net/ipv4/tcp_minisocks.c"},
	{"waits-a-minute", "It gets in when the TIME-WAIT is over.", "common belief"},
};

/* Milliseconds: a client whose clock is that far behind. */
#define BEHIND_MS 3600000

/* The same clock from beginning to end, though it is another than the server's. */
static void skewed_client(struct lab *lab)
{
	struct pair *again = lab_connect_again(lab_time_wait(lab, SERVER));
	lab_exchange(again);
	unsigned syns = lab_count(again, CLIENT, .flags = TCP_SYN);
	lab_measure(lab, "client-is-refused", {"syn", syns});
	lab_holds(lab, "client-is-refused", syns > 1,
		"A client whose clock is an hour behind connected again with %u SYN.", syns);
}

static void two_hosts(struct lab *lab, const struct pair *first)
{
	struct pair *other = lab_connect_again(first);
	lab_show(other, "another host behind the same address and port");
	double after_ms = lab_last_syn_ms(other);
	/* Not every kernel has a counter of it (PAWSTimewait): 6.1 has none. */
	unsigned refused = lab_count(other, CLIENT, .flags = TCP_RST);
	lab_measure(lab, "two-behind-one", {"second_syn_ms", after_ms}, {"rst_of_client", refused});
	lab_decide(lab, "two-behind-one",
		after_ms <= 0  ? DOES_NOT_HOLD
		: refused == 0 ? HOLDS
			       : DIFFERS,
		"%s (%u RST), and its SYN after %.0f ms connected.",
		refused > 0 ? "The first SYN was refused; the client reset the TIME-WAIT"
			    : "The client did not reset the TIME-WAIT",
		refused, after_ms);
}

/* Until the client connects, or gives up. */
static void syns_go_on(struct lab *lab, struct pair *other)
{
	double from_s = lab_now_s(lab), took_s = 0;
	unsigned left_ms = 0;
	while (lab_state(other, CLIENT) == STATE_SYN_SENT && !lab_has_failed(lab)) {
		took_s = lab_now_s(lab) - from_s;
		unsigned now_ms = lab_look(other, SERVER).expires_ms;
		left_ms = took_s > 30 && now_ms > left_ms ? now_ms : left_ms;
		lab_think(lab, 200);
	}
	bool is_in = lab_state(other, CLIENT) == STATE_ESTABLISHED;
	int error = lab_error(other, CLIENT);
	const char *end = is_in ? "connected" : error ? strerror(error) : "not connected";
	unsigned syns = lab_count(other, CLIENT, .flags = TCP_SYN);
	lab_measure(lab, "waits-a-minute", {"syn", syns}, {"lasted_s", took_s},
		{"time_wait_left_ms_later", left_ms});
	lab_holds(lab, "waits-a-minute", is_in,
		"After %u SYNs and %.0f s: %s. Half a minute after the first SYN the TIME-WAIT had "
		"%.0f s left%s.",
		syns, took_s, end, left_ms / 1e3,
		left_ms > 30000 ? ": each one begins it anew" : "");
}

static void with_rfc1337(struct lab *lab, const struct pair *first)
{
	lab_set(lab, SERVER, "tcp_rfc1337", "1");
	struct pair *other = lab_begin_connect_from(lab, lab_client_port(first));
	lab_show(other, "the same with tcp_rfc1337 = 1");
	lab_ignore_resets(other);
	lab_await(other, 4, CLIENT, .flags = TCP_SYN);
	enum tcp_state state = lab_state(other, CLIENT);
	unsigned answered = lab_count(other, SERVER, .flags = TCP_SYN);
	lab_measure(lab, "rfc1337-refuses", {"syn", lab_count(other, CLIENT, .flags = TCP_SYN)});
	lab_holds(lab, "rfc1337-refuses", state == STATE_SYN_SENT && answered == 0,
		"With tcp_rfc1337 = 1 four SYNs had %u SYN-ACK, and the client was in %s.",
		answered, tcp_state_text(state));
	if (lab_is_slow(lab))
		syns_go_on(lab, other);
}

static void play(struct lab *lab)
{
	/* Of a first host, whose clock is right. */
	struct pair *one = lab_time_wait(lab, SERVER), *two = lab_time_wait(lab, SERVER);
	lab_set_clock_back(lab, CLIENT, BEHIND_MS);
	skewed_client(lab);
	two_hosts(lab, one);
	with_rfc1337(lab, two);
}

const struct lesson lesson_clock_skew = {
	.name = "clock-skew",
	.asks = "Do clocks that differ keep clients out?",
	LESSON_CLAIMS(claims),
	.scene = "The wire changes the client's timestamps by an hour: throughout, and only from "
		 "the second connection on, as if another host had the address.",
	.practice = "Behind a NAT leave tcp_rfc1337 at 0.",
	.play = play,
	.slow_claim = "waits-a-minute",
	.slow_s = 130,
};
