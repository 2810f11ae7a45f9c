/* Starts the program anew, with the listening sockets handed over: a reload.
 *
 * A small process does it, forked before the server shuts itself in: the server that reads what
 * peers send can neither fork nor execute anything, and can ask of its starter nothing but this one
 * thing. The new process is therefore not a descendant of a sandbox, whose layers the kernel counts
 * (Landlock: 16) and never takes off again. */
#ifndef SERVER_HOST_RELOAD_H
#define SERVER_HOST_RELOAD_H

#include "common/error.h"
#include "server/host/sockets.h"

#include <sys/types.h>

struct reload {
	pid_t pid; /* 0: none */
	int fd;    /* -1: none */
};

struct reload_result {
	pid_t pid;       /* the new process; 0: there is none */
	int wait_status; /* then: how it ended */
};

/* The program's file as it is now: a new version put in its place is what a reload starts. Returns
 * -1 with errno. */
int reload_program(char *path, size_t size);

/* Forks the starter; there is one thread. It holds the sockets until it ends. Returns 0 or -1. */
int reload_open(struct reload *s, const char *program, char **argv, const struct sockets *sockets,
	struct error *error);

/* Asks for a new process; `fd` becomes readable with the answer, when that process serves or has
 * failed to. Returns 0, or -1 with errno. */
int reload_ask(const struct reload *s);

/* Returns 0; or -1 when the starter itself is gone. */
int reload_result_read(const struct reload *s, struct reload_result *answer);

/* Ends the starter (and a new process that does not serve yet), and waits for that. */
void reload_close(struct reload *s);

#endif
