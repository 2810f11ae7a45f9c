/* Which of a server's processes hold the sockets that are still open when a trial is over. */
#ifndef BENCH_ENDS_HOLDERS_H
#define BENCH_ENDS_HOLDERS_H

#include "bench/measure/held_sockets.h"
#include "bench/process/process.h"
#include "bench/process/thread_call.h"

#include <stdint.h>

/* Of the sockets in one state. */
struct holder {
	/* The process that holds most of them, as the bench sees it; 0: not known. */
	uint32_t pid;
	uint32_t processes; /* that hold any of them */
	uint64_t held;      /* by that process */
	char name[PROCESS_NAME_SIZE];
};

/* Returns 0, or -1 when there is no memory. */
int holders_find(const struct held_sockets *sockets, struct process *process,
	struct holder holders[SOCKET_STATES]);

#define HOLDER_TEXT_SIZE 96

/* "httpd (pid 4711)", or "httpd (pid 4711) and 2 other processes"; where no holder is known, what
 * stands for it. Returns `text`. */
const char *holder_text(
	const struct holder *holder, const char *otherwise, char text[HOLDER_TEXT_SIZE]);

#endif
