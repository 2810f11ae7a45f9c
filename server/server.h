/* The whole server: what it is made of, from its start to its end. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/host/notify.h"
#include "server/host/reload.h"
#include "server/options.h"
#include "server/supervisor.h"
#include "server/worker.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>

enum server_phase {
	SERVER_RUNNING,
	SERVER_LEAVING,  /* another process serves; connections that are open finish */
	SERVER_DRAINING, /* no new connections; those that are open finish */
	SERVER_ENDING,   /* at once */
};

struct server {
	struct server_options options;
	struct server_options metrics_options; /* of the worker that answers /metrics */
	struct role serving, metrics;
	struct listener_gate gate;
	/* Those that serve, and after them the one that answers /metrics, if any. */
	struct worker **workers;
	size_t worker_count, serving_count;
	enum server_phase phase; /* read by workers */
	int signal_fd;
	int ended_fd; /* an eventfd that counts the workers that have ended */
	int sockstat_fd;
	struct reload reload;
	struct notify notify;
	struct supervisor supervisor;
};

enum server_phase server_phase(const struct server *server);

/* Has every worker look at the phase. */
void server_phase_set(struct server *server, enum server_phase phase);

/* The counters of all workers, for /metrics. From any worker's thread. */
size_t server_metrics(const struct server *server, char *text, size_t size);

/* Called by a worker's thread as its last act. */
void server_worker_ended(struct server *server);

/* The program. Returns its exit status. */
int server_main(int argc, char **argv);

#endif
