/* close() ends a descriptor, shutdown() the connection's direction.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   close() of one of two: no segment
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-1    shutdown() through either
 */
#include "bench/lab/lesson.h"

#include <sys/socket.h>
#include <unistd.h>

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	/* As a child has it that was forked. */
	int copy = dup(lab_socket(pair, SERVER));
	uint64_t mark = lab_mark(lab);
	const struct lab_segments fins = {.from = SERVER, .flags = TCP_FIN, .since = mark};
	lab_close(pair, SERVER);
	bool is_open = lab_state(pair, SERVER) == STATE_ESTABLISHED &&
		       lab_state(pair, CLIENT) == STATE_ESTABLISHED;
	uint64_t by_close = lab_count(pair, &fins);
	shutdown(copy, SHUT_WR);
	bool is_closed = lab_reaches(pair, CLIENT, STATE_CLOSE_WAIT);
	uint64_t by_shutdown = lab_count(pair, &fins);
	close(copy);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);

	lab_measure(lab, "close-closes", "fin_by_close", (double)by_close);
	lab_decide(lab, "close-closes", lab_if(by_close > 0 || !is_open, DOES_NOT_HOLD),
		"close() of one of two descriptors sent %ju FIN; the connection was %s.",
		(uintmax_t)by_close, is_open ? "open" : "not open");
	lab_measure(lab, "shutdown-closes", "fin_by_shutdown", (double)by_shutdown);
	lab_decide(lab, "shutdown-closes", lab_if(by_shutdown == 1 && is_closed, DOES_NOT_HOLD),
		"shutdown() through the other one sent %ju FIN.", (uintmax_t)by_shutdown);
}

const struct lesson lesson_two_descriptors = {
	.name = "two-descriptors",
	.asks = "Why does my close() send no FIN?",
	.claims =
		{
			{"close-closes", "close() closes the connection.", "common belief"},
			{"shutdown-closes", "shutdown() does, whoever else holds a descriptor.",
				"shutdown(2)"},
		},
	.scene =
		"The server's socket has a second descriptor, as a forked child has it. The server "
		"closes its own; then the other one is shut down.",
	.practice = "Open sockets with SOCK_CLOEXEC, and shut down what has to end now.",
	.play = play,
};
