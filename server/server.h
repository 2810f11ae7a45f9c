/* The whole server: its workers, its signals, its end. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/listener.h"
#include "server/options.h"
#include "teardown/strategy.h"

#include <stddef.h>

struct worker;

enum server_phase {
	SERVER_RUNNING,
	SERVER_DRAINING, /* no new connections; those that are open finish */
	SERVER_ENDING,   /* at once */
};

struct server {
	struct server_options options;
	const struct td_strategy *strategy;
	struct listener_address address;
	struct listener_gate gate;
	struct worker **workers;
	size_t worker_count;
	enum server_phase phase; /* read by workers */
	int ended_fd;            /* an eventfd that counts the workers that have ended */
};

enum server_phase server_phase(const struct server *server);

/* The counters of all workers, for /metrics. From any worker's thread. */
size_t server_metrics(const struct server *server, char *text, size_t size);

/* Called by a worker's thread as its last act. */
void server_worker_ended(struct server *server);

/* The program. Returns its exit status. */
int server_main(int argc, char **argv);

#endif
