/* What a listener has not accepted is reset when it closes.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   in the accept queue
 *     CLOSED       ◀──────── RST ────────       close() of the listener
 */
#include "bench/lab/lesson.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct claim claims[] = {
	{"queue-is-reset", "Closing a listener resets what waits in its accept queue.",
		"net/ipv4/inet_connection_sock.c, inet_csk_listen_stop()"},
	{"migrate-saves", "With tcp_migrate_req = 1 another listener of the port takes them over.",
		"ip-sysctl.rst"},
};

#define WAITING 20

/* Connects so many that nobody accepts, has one listener closed, and counts who was reset. */
static unsigned reset_by_close(struct lab *lab, int other)
{
	struct pair *pairs[WAITING] = {0};
	unsigned reset = 0;
	for (int i = 0; i < WAITING; i++)
		pairs[i] = lab_connect(lab);
	lab_show(pairs[0],
		other == -1 ? "one listener, which closes" : "one of two listeners closes");
	/* The handshake's last segment has arrived before the listener closes. */
	for (int i = 0; i < WAITING; i++)
		lab_expect(pairs[i], SERVER, STATE_ESTABLISHED);
	lab_stop_listening(lab);
	/* close() has sent the RSTs when it returns; the wire takes what was sent before it counts.
	 */
	lab_mark(lab);
	for (int i = 0; i < WAITING && !lab_has_failed(lab); i++)
		reset += lab_count(pairs[i], SERVER, .flags = TCP_RST) > 0;
	return reset;
}

/* A second listener of the port; -1 after a failure. */
static int listen_beside(struct lab *lab)
{
	int yes = 1, fd = lab_new_socket(lab, SERVER);
	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	int error = lab_bind_listener(lab, fd);
	if (error != 0)
		lab_fail(lab, "a second listener: %s", strerror(error));
	return fd;
}

static unsigned of_two(struct lab *lab, const char *migrates)
{
	lab_set(lab, SERVER, "tcp_migrate_req", migrates);
	lab_listen(lab);
	int other = listen_beside(lab);
	unsigned reset = reset_by_close(lab, other);
	if (other != -1)
		close(other);
	return reset;
}

static void play(struct lab *lab)
{
	lab_accept(lab, false);
	unsigned alone = reset_by_close(lab, -1);
	unsigned plain = of_two(lab, "0"), migrated = of_two(lab, "1");
	lab_measure(lab, "queue-is-reset", {"reset", alone});
	lab_holds(lab, "queue-is-reset", alone == WAITING,
		"%u of %d connections that waited to be accepted were reset.", alone, WAITING);
	lab_measure(lab, "migrate-saves", {"reset_without", plain}, {"reset_with", migrated});
	lab_holds(lab, "migrate-saves", plain > 0 && migrated == 0,
		"One of two SO_REUSEPORT listeners closed: %u of %d were reset with "
		"tcp_migrate_req = 0, %u with 1.",
		plain, WAITING, migrated);
}

const struct lesson lesson_listener_close = {
	.name = "listener-close",
	.asks = "What becomes of connections that are not accepted yet?",
	LESSON_CLAIMS(claims),
	.scene = "20 clients are connected and not accepted. The listener closes: alone, and as "
		 "one of two that share the port.",
	.practice = "Restart by handing the listener on (systemd, SCM_RIGHTS), or with "
		    "tcp_migrate_req = 1; and drain the queue before closing.",
	.play = play,
};
