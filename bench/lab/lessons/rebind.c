/* A restarted server and the TIME-WAITs of the old one.
 *
 *     client                                    server
 *     LAST-ACK     ◀──────── ACK ────────       TIME-WAIT on its port
 *                                               bind(): EADDRINUSE, unless SO_REUSEADDR
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct claim claims[] = {
	{"address-in-use", "While there are TIME-WAITs of its port, bind() fails: EADDRINUSE.",
		"socket(7), SO_REUSEADDR"},
	{"reuseaddr-cures", "SO_REUSEADDR lets it bind.", "socket(7), SO_REUSEADDR"},
};

/* Returns 0, or bind(2)'s or listen(2)'s errno. */
static int bind_again(struct lab *lab, int reuses)
{
	int fd = lab_new_socket(lab, SERVER);
	if (fd == -1)
		return EBADF;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuses, sizeof(reuses));
	int error = lab_bind_listener(lab, fd);
	close(fd);
	return error;
}

static void play(struct lab *lab)
{
	lab_time_wait(lab, SERVER);
	/* The old server ends. */
	lab_stop_listening(lab);

	int plain = bind_again(lab, 0), reusing = bind_again(lab, 1);
	lab_holds(lab, "address-in-use", plain == EADDRINUSE, "bind() without SO_REUSEADDR: %s.",
		plain ? strerror(plain) : "it worked");
	lab_holds(lab, "reuseaddr-cures", reusing == 0, "bind() with SO_REUSEADDR: %s.",
		reusing ? strerror(reusing) : "it worked");
}

const struct lesson lesson_rebind = {
	.name = "rebind",
	.asks = "Why can a restarted server not bind its port?",
	LESSON_CLAIMS(claims),
	.scene = "The server closes first, and ends. A new one binds the same port.",
	.practice = "Every server sets SO_REUSEADDR on its listener.",
	.play = play,
};
