/* A host whose power fails says nothing. What its peer learns, and when.
 *
 *     client                                    server
 *     (power fails)                             ESTABLISHED   no timer
 *                  ◀───── keep-alive ────       ESTABLISHED   if asked for
 *     (up again)   ◀──────── data ───────       ESTABLISHED
 *                  ──────── RST ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

static const struct claim claims[] = {
	{"is-noticed", "The server's kernel notices it after a while.", "common belief"},
	{"keep-alive-finds", "SO_KEEPALIVE finds it.", "RFC 9293, 3.8.4; tcp(7)"},
	{"reboot-resets",
		"A host that is up again resets the old connection as soon as a segment comes.",
		"RFC 9293, 3.5.1, figure 10"},
	{"same-port",
		"It can connect from the same port: an ACK of the old connection makes it reset "
		"that first.",
		"RFC 9293, 3.5.1, figure 9"},
};

/* The client's kernel forgets the connection, and sends nothing. */
static struct pair *power_fails(struct lab *lab, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_exchange(pair);
	lab_option(pair, CLIENT, IPPROTO_TCP, TCP_REPAIR, 1);
	lab_close(pair, CLIENT);
	lab_unlike_segments(pair);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	lab_expect(pair, SERVER, STATE_ESTABLISHED);
	return pair;
}

static void nothing_is_told(struct lab *lab)
{
	struct pair *pair = power_fails(lab, NULL);
	struct lab_kernel_view view = lab_look(pair, SERVER);
	lab_measure(lab, "is-noticed", {"timer", view.timer});
	lab_holds(lab, "is-noticed", view.state != STATE_ESTABLISHED || view.timer != 0,
		"The server was in %s, and its kernel had %s timer that could end it.",
		tcp_state_text(view.state), view.timer ? "a" : "no");
}

static void keep_alive_asks(struct lab *lab)
{
	struct pair *pair = power_fails(lab, "the host stays down, and the server asks");
	int down = lab_drop(lab, SERVER, 0);
	double from_s = lab_now_s(lab);
	lab_keep_alive(pair, SERVER, 1, 1, 1);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	double took_s = lab_now_s(lab) - from_s;
	int error = lab_error(pair, SERVER);
	lab_open(lab, down);
	lab_measure(lab, "keep-alive-finds", {"found_s", took_s});
	lab_holds(lab, "keep-alive-finds", is_over && error == ETIMEDOUT,
		"Asked after 1 s, and once: %s after %.1f s. The defaults wait for 2 h 11 min "
		"(7200 s, and 9 times 75 s).",
		error ? strerror(error) : "nothing", took_s);
}

static void host_is_up_again(struct lab *lab)
{
	struct pair *pair = power_fails(lab, "the host is up again, and the server sends");
	lab_send(pair, SERVER, 200);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	struct reading read = lab_read_to_end(pair, SERVER);
	unsigned rsts = lab_count(pair, CLIENT, .flags = TCP_RST);
	lab_measure(lab, "reboot-resets", {"rst", rsts});
	lab_holds(lab, "reboot-resets", is_over && read.end == READ_RESET,
		"Data of the server drew %u RST of the client's host; the server read %s.", rsts,
		lab_reading_text(read.end));
}

static void same_port(struct lab *lab)
{
	unsigned before = lab_counter(lab, SERVER, "TCPChallengeACK");
	struct pair *again = lab_connect_again(power_fails(lab, NULL));
	lab_show(again, "the host is up again, and connects from the same port");
	unsigned syns = lab_count(again, CLIENT, .flags = TCP_SYN);
	double after_ms = lab_last_syn_ms(again);
	lab_exchange(again);
	unsigned challenges = lab_counter(lab, SERVER, "TCPChallengeACK") - before;
	lab_measure(lab, "same-port", {"syn", syns}, {"last_syn_ms", after_ms},
		{"TCPChallengeACK", challenges});
	lab_decide(lab, "same-port", challenges > 0 ? HOLDS : DIFFERS,
		"The first SYN drew %s, and the SYN after %.0f ms connected.",
		challenges > 0 ? "a challenge ACK, the client reset the old connection"
			       : "no challenge ACK",
		after_ms);
}

static void play(struct lab *lab)
{
	nothing_is_told(lab);
	keep_alive_asks(lab);
	host_is_up_again(lab);
	same_port(lab);
}

const struct lesson lesson_power_loss = {
	.name = "power-loss",
	.asks = "What does a server learn of a client whose power fails?",
	LESSON_CLAIMS(claims),
	.scene = "The client's kernel forgets the connection without a segment. Once its host "
		 "stays down (the wire drops all that is sent to it), twice it is up again.",
	.practice = "A server that may have nothing to send for long has to ask: SO_KEEPALIVE with "
		    "a TCP_KEEPIDLE of minutes, or a deadline of its own.",
	.play = play,
};
