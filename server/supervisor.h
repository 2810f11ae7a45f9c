/* The main thread: signals, reloads, the end. The supervisor owns the workers and the reload
 * helper.
 *
 * The main thread is the first worker's as well, and the supervisor waits in that worker's loop: a
 * server of one thread is a process of one thread. The kernel counts no references to the
 * descriptors of such a process, which is measurably cheaper. */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include "common/error.h"
#include "server/host/notify.h"
#include "server/host/reload.h"
#include "server/worker_pool.h"

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

/* The phases of the program's life. */
enum supervisor_phase {
	SUPERVISOR_SERVING,
	SUPERVISOR_LEAVING,  /* another process serves; open connections finish */
	SUPERVISOR_DRAINING, /* no new connections; open connections finish */
	SUPERVISOR_ENDING,   /* every connection is closed at once */
};

struct supervisor {
	struct worker_pool pool;
	struct reload reload;
	struct notify notify;
	uint64_t drain_ns; /* --drain: for the log */
	enum supervisor_phase phase;
	bool reloading; /* the helper is to send the result of a reload */
	bool end_now;   /* a second signal has come */
	int signal_fd;
	struct event signal, ended, result;
};

void supervisor_init(struct supervisor *s);

/* Blocks the signals that are read from a descriptor instead; threads and processes started later
 * inherit the mask. Opens what workers share. Returns 0, or -1 with errno. */
int supervisor_open(struct supervisor *s);

/* Has the first worker's loop watch for signals, for workers that end and for the result of a
 * reload; the workers and the helper are there. Returns 0, or -1 with errno. */
int supervisor_watch(struct supervisor *s);

/* Has the workers that were started end at once. */
void supervisor_end_now(struct supervisor *s);

/* Runs the first worker. Returns when all threads have ended. */
void supervisor_run(struct supervisor *s);

/* Destroys the workers and ends the helper. */
void supervisor_close(struct supervisor *s);

/* After a failed start, when nothing reads the signals any more: they end the program as they end
 * any other, while the reason is printed. */
void supervisor_signals_unblock(void);

#endif
