/* A reload: starts the program anew and hands the listening sockets over.
 *
 * The new process is started by a helper, a small process that is forked before the server enters
 * its sandbox. The server, which reads what peers send, can neither fork nor execute anything, and
 * can ask the helper for nothing but a reload. The new process is therefore no descendant of a
 * sandboxed one: the kernel counts the layers of Landlock (16 at most) and never takes one off. */
#ifndef SERVER_HOST_RELOAD_H
#define SERVER_HOST_RELOAD_H

#include "common/error.h"
#include "server/host/sockets.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct reload {
	pid_t pid;   /* of the helper; 0: none */
	int fd;      /* a socket to the helper; -1: none */
	int exit_fd; /* a pidfd of the helper, readable when it has ended; -1: none */
};

struct reload_result {
	pid_t pid;       /* the new process; 0: none serves */
	int wait_status; /* where none serves: how the process ended, as wait(2) has it */
	int error;       /* the errno where no process could be made; 0: one was */
};

/* The path of the program's file. A reload executes what lies there then, so that a new version put
 * in its place is what starts. Returns 0, or -1 with errno. */
int reload_program(char *path, size_t size);

/* Whether the process may execute the program. Returns 0; or -1 with errno, and in `path` the first
 * folder on the way that the process may not enter, or the program itself. */
int reload_check(const char *program, char *path, size_t size);

/* Forks the helper, which holds the sockets until it ends. The process has one thread. Returns 0 or
 * -1. */
int reload_open(struct reload *r, const char *program, char **argv, const struct sockets *sockets,
	struct error *error);

/* Asks the helper for a new process. `fd` becomes readable when that process serves or has failed
 * to. Returns 0, or -1 with errno. */
int reload_ask(const struct reload *r);

/* Reads the helper's result. Returns 0; or -1 when the helper itself has ended. */
int reload_result_read(const struct reload *r, struct reload_result *result);

/* Tells the helper to end, and a new process that does not serve yet with it. Does not wait: a
 * helper that is stopped (SIGSTOP, a debugger) ends when it is continued. */
void reload_leave(struct reload *r);

/* Tells the helper to end, and forgets it. Waits for nothing. */
void reload_close(struct reload *r);

#endif
