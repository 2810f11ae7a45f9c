#include "bench/measure/accept_watch.h"

#include "bench/measure/diag_dump.h"
#include "bench/measure/listen_dump.h"
#include "bench/measure/listener_gaps.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <stdlib.h>

/* Looking takes one part in this many of one processor's time. */
#define SHARE 500

struct accept_watch {
	struct diag_dump dump;
	struct address server;
	struct accept_sights sights;
	struct listener_gaps gaps;
	bool gap_is_new; /* and accept_watch_new_gap has not told of it */
	uint64_t due_ns; /* of the next look */
};

static int watch_open(void *argument, struct error *error)
{
	struct accept_watch *watch = argument;
	return diag_dump_open(&watch->dump, error);
}

struct accept_watch *accept_watch_create(
	const struct network *network, const struct address *server, struct error *error)
{
	struct accept_watch *watch = calloc(1, sizeof(*watch));
	if (!watch) {
		error_set_errno(error, STATUS_FAILED, "accept queues");
		return NULL;
	}
	watch->server = *server;
	if (netns_run(network->server_netns, watch_open, watch, error) == -1) {
		free(watch);
		return NULL;
	}
	return watch;
}

void accept_watch_destroy(struct accept_watch *watch)
{
	if (!watch)
		return;
	diag_dump_close(&watch->dump);
	free(watch);
}

int accept_watch_look(struct accept_watch *watch, struct accept_queues *queues, struct error *error)
{
	struct accept_queues own;
	struct accept_queues *found = queues ? queues : &own;
	found->count = 0;
	if (!watch)
		return 0;
	uint64_t began_ns = clock_now_ns();
	if (listen_dump_queues(&watch->dump, &watch->server, found, error) == -1)
		return -1;
	uint64_t ended_ns = clock_now_ns();
	watch->gap_is_new |= listener_gaps_see(&watch->gaps, found, began_ns, ended_ns);
	accept_sights_see(&watch->sights, found, ended_ns);
	return 0;
}

int accept_watch_look_if_due(struct accept_watch *watch, struct error *error)
{
	if (!watch || clock_now_ns() < watch->due_ns)
		return 0;
	uint64_t began_ns = clock_thread_cpu_ns();
	int result = accept_watch_look(watch, NULL, error);
	watch->due_ns = clock_now_ns() + SHARE * (clock_thread_cpu_ns() - began_ns);
	return result;
}

void accept_watch_load_is_over(struct accept_watch *watch, uint64_t at_ns)
{
	if (!watch)
		return;
	accept_sights_load_is_over(&watch->sights, at_ns);
	listener_gaps_load_is_over(&watch->gaps);
}

struct listener_gap *accept_watch_new_gap(struct accept_watch *watch)
{
	bool is_new = watch && watch->gap_is_new;
	if (is_new)
		watch->gap_is_new = false;
	return is_new ? &watch->gaps.list[watch->gaps.count - 1] : NULL;
}

void accept_watch_gaps(const struct accept_watch *watch, struct listener_gaps *gaps)
{
	if (watch)
		*gaps = watch->gaps;
	else
		*gaps = (struct listener_gaps){.count = 0};
}

struct accept_watch_report accept_watch_report(const struct accept_watch *watch)
{
	return watch ? watch->sights.report : (struct accept_watch_report){.looks = 0};
}
