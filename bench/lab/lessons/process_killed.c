/* kill -9: the kernel closes what the process had open, as close() would.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀──────── FIN ────────       its input was read
 *     CLOSED       ◀──────── RST ────────       it was not
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct claim claims[] = {
	{"kill-is-reset", "The connections of a process that is killed are reset.",
		"common belief"},
	{"unread-is-reset", "Those with unread input are.",
		"net/ipv4/tcp.c, __tcp_close(); RFC 2525, 2.17"},
};

/* A process that holds what is open, and does nothing. */
static pid_t process_start(struct lab *lab)
{
	pid_t parent = getpid(), child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	if (child == -1)
		lab_fail(lab, "cannot start a process: %s", strerror(errno));
	return child;
}

/* The server's end is the process's alone. */
static void killed(struct lab *lab, struct pair *pair)
{
	pid_t child = process_start(lab);
	lab_close(pair, SERVER);
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}

static void play(struct lab *lab)
{
	struct pair *read = lab_connect(lab);
	lab_show(read, "its input was read");
	lab_exchange(read);
	uint64_t mark = lab_mark(lab);
	killed(lab, read);
	bool has_fin = lab_reaches(read, CLIENT, STATE_CLOSE_WAIT);
	unsigned rsts = lab_count(read, SERVER, .flags = TCP_RST, .since = mark);
	lab_holds(lab, "kill-is-reset", rsts > 0 || !has_fin,
		"The process was killed with its input read: %s and %u RST.",
		has_fin ? "a FIN" : "no FIN", rsts);
	lab_close(read, CLIENT);

	struct pair *unread = lab_connect(lab);
	lab_show(unread, "its input was not read");
	lab_send(unread, CLIENT, 100);
	lab_await(unread, 2, SERVER, .payload = PAYLOAD_NONE);
	killed(lab, unread);
	struct reading reading = lab_read_to_end(unread, CLIENT);
	rsts = lab_count(unread, SERVER, .flags = TCP_RST);
	lab_measure(lab, "unread-is-reset", {"rst", rsts});
	lab_holds(lab, "unread-is-reset", rsts > 0 && reading.end == READ_RESET,
		"The process was killed with input unread: %u RST, and the client read %s.", rsts,
		lab_reading_text(reading.end));
}

const struct lesson lesson_process_killed = {
	.name = "process-killed",
	.asks = "What does a peer see of kill -9?",
	LESSON_CLAIMS(claims),
	.scene = "A process holds the server's end alone, and is killed: once with its input read, "
		 "once with a request unread.",
	.practice = "A FIN does not say that the other end was well: only a length, or a last "
		    "chunk, tells a whole response.",
	.play = play,
};
