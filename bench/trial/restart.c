#include "bench/trial/restart.h"

#include "common/clock.h"

#include <signal.h>

#define STOP_WITHIN_NS (8 * NS_PER_S)

void restart_begin(struct restart *restart, struct stage *stage,
	const struct server_program_spec *spec, struct event_record *record)
{
	*restart = (struct restart){.phase = RESTART_STOPPING,
		.stage = stage,
		.spec = spec,
		.record = record,
		.kill_at_ns = record->done_ns + STOP_WITHIN_NS};
	if (process_poll(&stage->server.process))
		kill(stage->server.process.pid, SIGTERM);
}

static int listeners_count(const struct restart *restart, uint32_t *count, struct error *error)
{
	struct accept_queues queues = {.count = 0};
	int result = accept_watch_look(restart->stage->server.accept_look.watch, &queues, error);
	*count = (uint32_t)queues.count;
	return result;
}

static int start_again(struct restart *restart, struct error *error)
{
	struct stage *stage = restart->stage;
	struct event_record *record = restart->record;
	struct address address = stage->network.server_address;
	address_set_port(&address, restart->spec->port);
	record->stopped_ns = clock_now_ns();
	if (port_look(&record->port, &stage->network, &address, true, error) == -1 ||
		listeners_count(restart, &record->listeners, error) == -1 ||
		server_program_start_again(&stage->server.process, restart->spec, &stage->network,
			&stage->server.launcher, error) == -1)
		return -1;
	record->started_ns = clock_now_ns();
	restart->phase = RESTART_STARTING;
	return 0;
}

/* One more than another process had left there is the new server's. */
static int listener_look_for(struct restart *restart, struct error *error)
{
	uint32_t count;
	if (listeners_count(restart, &count, error) == -1)
		return -1;
	if (count > restart->record->listeners) {
		restart->record->listened_ns = clock_now_ns();
		restart->phase = RESTART_NONE;
	}
	return 0;
}

int restart_turn(struct restart *restart, struct error *error)
{
	if (restart->phase == RESTART_NONE)
		return 0;
	bool runs = process_poll(&restart->stage->server.process);
	if (restart->phase == RESTART_STOPPING) {
		if (runs && clock_now_ns() > restart->kill_at_ns)
			kill(restart->stage->server.process.pid, SIGKILL);
		return runs ? 0 : start_again(restart, error);
	}
	if (runs)
		return listener_look_for(restart, error);
	restart->phase = RESTART_NONE;
	return 0;
}
