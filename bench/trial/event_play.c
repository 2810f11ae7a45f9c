#include "bench/trial/event_play.h"

#include "bench/process/container.h"
#include "bench/process/main_process.h"
#include "common/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define OWN_NAME "teardown-server"
#define COMMAND_STOP_WITHIN_NS NS_PER_S
/* Between two looks at a restart. */
#define NEAR_NS NS_PER_MS

static struct stage *stage_of(const struct event_play *play, const struct event_spec *spec)
{
	return !spec->of_proxy && play->stage->upstream ? play->stage->upstream : play->stage;
}

static const struct server_program_spec *server_spec_of(
	const struct event_play *play, const struct event_spec *spec)
{
	return !spec->of_proxy && play->spec->upstream ? play->spec->upstream->server
						       : play->spec->server;
}

/* Until a third party's loader has sent its first SYN there is no load. */
static uint64_t load_began_ns(const struct event_play *play)
{
	return play->trial->load.is_third_party ? packet_tap_first_syn_ns(play->stage->packet_tap)
						: play->trial->started_ns;
}

static bool is_held_up(const struct event_play *play, const struct event_spec *spec)
{
	return play->restart.phase == RESTART_STOPPING &&
	       play->restart.stage == stage_of(play, spec);
}

static uint64_t next_due_ns(const struct event_play *play)
{
	uint64_t began_ns = load_began_ns(play);
	if (play->done == play->trial->event_count || began_ns == 0)
		return UINT64_MAX;
	const struct event_spec *spec = &play->trial->events[play->done].spec;
	return is_held_up(play, spec) ? UINT64_MAX : began_ns + spec->at_ns;
}

uint64_t event_play_due_ns(const struct event_play *play)
{
	uint64_t due_ns = next_due_ns(play), near_ns = clock_now_ns() + NEAR_NS;
	return play->restart.phase != RESTART_NONE && near_ns < due_ns ? near_ns : due_ns;
}

static void failure_set(
	struct event_play *play, const struct event_record *record, const char *what)
{
	if (!play->trial->failure[0])
		snprintf(play->trial->failure, sizeof(play->trial->failure),
			"--at %gs=%s%.40s: %.300s", (double)record->spec.at_ns / 1e9,
			record->spec.of_proxy ? "proxy:" : "", record->spec.text, what);
}

static struct main_process main_of(const struct event_play *play, const struct event_record *record)
{
	bool is_own = !server_spec_of(play, &record->spec)->command.create;
	return main_process_find(
		&stage_of(play, &record->spec)->server.process, is_own ? OWN_NAME : NULL);
}

/* SIGKILL to the first process of a family: the kernel kills all of them. */
static void signal_send(struct event_play *play, const struct event_record *record)
{
	struct process *server = &stage_of(play, &record->spec)->server.process;
	bool is_kill = record->spec.signal == SIGKILL;
	pid_t pid = is_kill && process_poll(server) ? server->pid : main_of(play, record).pid;
	if (pid == 0 || kill(pid, record->spec.signal) == -1)
		failure_set(play, record, "there was no process to signal");
}

static int command_start(struct event_play *play, struct event_record *record, struct error *error)
{
	struct event_command *own = &play->commands[record - play->trial->events];
	struct stage *stage = stage_of(play, &record->spec);
	char host[INET6_ADDRSTRLEN];
	struct command command;
	uint16_t port = server_spec_of(play, &record->spec)->port;
	int pid = main_of(play, record).inner;
	if (events_command(&record->spec, address_host(&stage->network.server_address, host), port,
		    pid, &command, error) == -1)
		return -1;
	bool is_up = process_poll(&stage->server.process) &&
		     !event_record_is_killed(play->trial->events, record);
	own->host = is_up ? &stage->server.process : NULL;
	if (is_up)
		kill(stage->server.process.pid, CONTAINER_HOLD);
	int result = process_start(&own->process,
		&(struct process_spec){.netns_fd = stage->network.server_netns,
			.argv = command.argv,
			.is_family = !is_up,
			.host = own->host,
			.launcher = &stage->server.launcher},
		error);
	own->is_started = true;
	command_destroy(&command);
	return result;
}

static int queue_take(struct event_play *play, struct event_record *record, struct error *error)
{
	struct accept_queues queues = {.count = 0};
	struct stage *stage = stage_of(play, &record->spec);
	if (accept_watch_look(stage->server.accept_look.watch, &queues, error) == -1)
		return -1;
	for (size_t i = 0; i < queues.count; i++)
		record->queued += queues.list[i].waiting;
	return 0;
}

static int event_do(struct event_play *play, struct event_record *record, struct error *error)
{
	struct stage *stage = stage_of(play, &record->spec);
	struct port_look port;
	if (port_look(&port, &stage->network, &stage->network.server_address, false, error) == -1 ||
		queue_take(play, record, error) == -1)
		return -1;
	record->time_waits = port.time_waits;
	stage->has_events = true;
	record->done_ns = clock_now_ns();
	load_event(&play->stage->load);
	switch (record->spec.kind) {
	case EVENT_SIGNAL:
		signal_send(play, record);
		break;
	case EVENT_RESTART:
		restart_begin(&play->restart, stage, server_spec_of(play, &record->spec), record);
		break;
	case EVENT_COMMAND:
		return command_start(play, record, error);
	}
	return 0;
}

/* That the server has ended is what its latest event came to. */
static void end_look(struct event_play *play, struct event_record *record)
{
	struct process *server = &stage_of(play, &record->spec)->server.process;
	if (record->ended_ns != 0 || is_held_up(play, &record->spec) || process_poll(server))
		return;
	record->ended_ns = clock_now_ns();
	process_describe_end(server, record->end, sizeof(record->end));
}

static void ends_look(struct event_play *play)
{
	bool seen[2] = {false, false};
	for (size_t i = play->done; i-- > 0;) {
		struct event_record *record = &play->trial->events[i];
		if (!seen[record->spec.of_proxy])
			end_look(play, record);
		seen[record->spec.of_proxy] = true;
	}
}

static void command_look(struct event_play *play, size_t i)
{
	struct event_command *own = &play->commands[i];
	char end[300], what[340];
	if (!own->is_started || own->has_ended || process_poll(&own->process))
		return;
	own->has_ended = true;
	if (own->host && process_poll(own->host)) {
		process_tree_release(&own->host->tree, own->process.pid);
		kill(own->host->pid, CONTAINER_RELEASE);
	}
	if (process_exit_status(&own->process) == 0)
		return;
	process_describe_end(&own->process, end, sizeof(end));
	snprintf(what, sizeof(what), "the command %s", end);
	failure_set(play, &play->trial->events[i], what);
}

int event_play_turn(struct event_play *play, struct error *error)
{
	if (play->trial->event_count == 0)
		return 0;
	if (restart_turn(&play->restart, error) == -1)
		return -1;
	if (clock_now_ns() >= next_due_ns(play)) {
		struct event_record *record = &play->trial->events[play->done++];
		if (event_do(play, record, error) == -1)
			return -1;
	}
	for (size_t i = 0; i < play->done; i++)
		command_look(play, i);
	ends_look(play);
	return 0;
}

void event_play_finish(struct event_play *play)
{
	for (size_t i = 0; i < play->done; i++)
		if (play->commands[i].is_started)
			process_stop(&play->commands[i].process, COMMAND_STOP_WITHIN_NS);
}
