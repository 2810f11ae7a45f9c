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
#include "common/clock.h"

#include <string.h>

/* Milliseconds: a client whose clock is that far behind. */
#define BEHIND_MS 3600000

/* All that the client sends says another time; what the server echoes is changed back. */
struct skew {
	int there, back;
};

static struct skew clock_set_back(struct lab *lab)
{
	return (struct skew){
		lab_rule(lab,
			&(struct rule){.action = RULE_SHIFT, .from = CLIENT, .shift = -BEHIND_MS}),
		lab_rule(lab, &(struct rule){.action = RULE_SHIFT,
				      .from = SERVER,
				      .not_flags = TCP_RST,
				      .shift_echo = BEHIND_MS}),
	};
}

static void clock_set_right(struct lab *lab, struct skew skew)
{
	lab_open(lab, skew.there);
	lab_open(lab, skew.back);
}

/* Leaves the server in TIME-WAIT. Returns the client's port. */
static uint16_t time_wait_make(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_close(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_TIME_WAIT);
	return lab_client_port(pair);
}

static const struct lab_segments syns = {.from = CLIENT, .flags = TCP_SYN};

/* The same clock from beginning to end, though it is another than the server's. */
static void skewed_client(struct lab *lab)
{
	struct skew skew = clock_set_back(lab);
	uint16_t port = time_wait_make(lab);
	struct pair *again = lab_connect_from(lab, port);
	lab_exchange(again);
	uint64_t count = lab_count(again, &syns);
	clock_set_right(lab, skew);
	lab_measure(lab, "client-is-refused", "syn", (double)count);
	lab_decide(lab, "client-is-refused", lab_if(count > 1, DOES_NOT_HOLD),
		"A client whose clock is an hour behind connected again with %ju SYN.",
		(uintmax_t)count);
}

static void two_hosts(struct lab *lab)
{
	uint16_t port = time_wait_make(lab);
	uint64_t first_ns, second_ns;
	struct skew skew = clock_set_back(lab);
	struct pair *other = lab_connect_from(lab, port);
	lab_show(other, "another host behind the same address and port");
	lab_segment(other, &syns, 1, &first_ns);
	lab_segment(other, &syns, 2, &second_ns);
	double after_ms = (double)(second_ns - first_ns) / 1e6;
	/* Not every kernel has a counter of it (PAWSTimewait): 6.1 has none. */
	uint64_t refused =
		lab_count(other, &(struct lab_segments){.from = CLIENT, .flags = TCP_RST});
	clock_set_right(lab, skew);
	lab_measure(lab, "two-behind-one", "second_syn_ms", after_ms);
	lab_measure(lab, "two-behind-one", "rst_of_client", (double)refused);
	lab_decide(lab, "two-behind-one", lab_if(refused == 0, DIFFERS),
		"The first SYN was refused; the client reset the TIME-WAIT (%ju RST), and its SYN "
		"after %.0f ms connected.",
		(uintmax_t)refused, after_ms);
}

/* Until the client connects, or gives up. */
static void syns_go_on(struct lab *lab, struct pair *other)
{
	uint64_t from_ns = clock_now_ns(), left_ms = 0;
	double took_s = 0;
	while (lab_state(other, CLIENT) == STATE_SYN_SENT && !lab_has_failed(lab)) {
		took_s = (double)(clock_now_ns() - from_ns) / 1e9;
		uint64_t now_ms = lab_look(other, SERVER).expires_ms;
		left_ms = took_s > 30 && now_ms > left_ms ? now_ms : left_ms;
		lab_think(lab, 200);
	}
	bool is_in = lab_state(other, CLIENT) == STATE_ESTABLISHED;
	int error = lab_error(other, CLIENT);
	uint64_t count = lab_count(other, &syns);
	lab_measure(lab, "waits-a-minute", "syn", (double)count);
	lab_measure(lab, "waits-a-minute", "lasted_s", took_s);
	lab_measure(lab, "waits-a-minute", "time_wait_left_ms_later", (double)left_ms);
	lab_decide(lab, "waits-a-minute", lab_if(is_in, DOES_NOT_HOLD),
		"After %ju SYNs and %.0f s: %s. Half a minute after the first SYN the TIME-WAIT "
		"had %.0f s left: each one begins it anew.",
		(uintmax_t)count, took_s, is_in ? "connected" : strerror(error),
		(double)left_ms / 1e3);
}

static void with_rfc1337(struct lab *lab)
{
	lab_set(lab, SERVER, "tcp_rfc1337", "1");
	uint16_t port = time_wait_make(lab);
	clock_set_back(lab);
	struct pair *other = lab_begin_connect_from(lab, port);
	lab_show(other, "the same with tcp_rfc1337 = 1");
	lab_ignore_resets(other);
	lab_await(other, &syns, 4);
	bool is_out = lab_state(other, CLIENT) == STATE_SYN_SENT;
	uint64_t answered =
		lab_count(other, &(struct lab_segments){.from = SERVER, .flags = TCP_SYN});
	lab_measure(lab, "rfc1337-refuses", "syn", (double)lab_count(other, &syns));
	lab_decide(lab, "rfc1337-refuses", lab_if(is_out && answered == 0, DOES_NOT_HOLD),
		"With tcp_rfc1337 = 1 four SYNs had %ju SYN-ACK, and the client was in SYN-SENT.",
		(uintmax_t)answered);
	if (lab_is_slow(lab))
		syns_go_on(lab, other);
}

static void play(struct lab *lab)
{
	skewed_client(lab);
	two_hosts(lab);
	with_rfc1337(lab);
}

const struct lesson lesson_clock_skew = {
	.name = "clock-skew",
	.asks = "Do clocks that differ keep clients out?",
	.claims =
		{
			{"client-is-refused",
				"A client whose clock is behind the server's is refused while "
				"TIME-WAIT lasts.",
				"common belief"},
			{"two-behind-one",
				"Two hosts behind one address are refused, since their clocks "
				"differ.",
				"common belief; RFC 6191, 2"},
			{"rfc1337-refuses", "With tcp_rfc1337 = 1 the second host stays out.",
				"net/ipv4/tcp_minisocks.c"},
			{"waits-a-minute", "It gets in when the TIME-WAIT is over.",
				"common belief"},
		},
	.scene = "The wire changes the client's timestamps by an hour: throughout, and only from "
		 "the second connection on, as if another host had the address.",
	.practice = "Behind a NAT leave tcp_rfc1337 at 0.",
	.play = play,
	.slow_claim = "waits-a-minute",
	.slow_s = 130,
};
