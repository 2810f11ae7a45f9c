/* close() ends a descriptor, shutdown() the connection's direction.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   close() of one of two: no segment
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-1    shutdown() through either
 */
#include "bench/lab/lesson.h"

#include <sys/socket.h>
#include <unistd.h>

static const struct claim claims[] = {
	{"close-closes", "close() closes the connection.", "common belief"},
	{"shutdown-closes", "shutdown() does, whoever else holds a descriptor.", "shutdown(2)"},
};

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	/* As a child has it that was forked. */
	int copy = dup(lab_socket(pair, SERVER));
	lab_close(pair, SERVER);
	bool is_open = lab_state(pair, SERVER) == STATE_ESTABLISHED &&
		       lab_state(pair, CLIENT) == STATE_ESTABLISHED;
	unsigned by_close = lab_count(pair, SERVER, .flags = TCP_FIN);
	shutdown(copy, SHUT_WR);
	bool is_closed = lab_reaches(pair, CLIENT, STATE_CLOSE_WAIT);
	unsigned by_shutdown = lab_count(pair, SERVER, .flags = TCP_FIN);
	close(copy);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);

	lab_measure(lab, "close-closes", {"fin_by_close", by_close});
	lab_holds(lab, "close-closes", by_close > 0 || !is_open,
		"close() of one of two descriptors sent %u FIN; the connection was %s.", by_close,
		is_open ? "open" : "not open");
	lab_measure(lab, "shutdown-closes", {"fin_by_shutdown", by_shutdown});
	lab_holds(lab, "shutdown-closes", by_shutdown == 1 && is_closed,
		"shutdown() through the other one sent %u FIN%s.", by_shutdown,
		is_closed ? "" : ", and the client was not in CLOSE-WAIT");
}

const struct lesson lesson_two_descriptors = {
	.name = "two-descriptors",
	.asks = "Why does my close() send no FIN?",
	LESSON_CLAIMS(claims),
	.scene = "The server's socket has a second descriptor, as a forked child has it. The "
		 "server closes its own; then the other one is shut down.",
	.practice = "Open sockets with SOCK_CLOEXEC, and shut down what has to end now.",
	.play = play,
};
