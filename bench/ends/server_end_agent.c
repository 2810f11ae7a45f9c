/* A server's end on another host, which an agent plays. What it has read there is told at once
 * (samples of now), or behind the load (the report, and the samples of the load). */
#include "bench/ends/agent_link.h"
#include "bench/ends/end_samples.h"
#include "bench/ends/server_end_kind.h"
#include "bench/ends/way.h"
#include "strategies/core/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server_end_agent {
	struct agent_link link;
	uint64_t sample_period_ns;
	struct sample_end now;  /* as it was read last */
	struct sample *samples; /* of the load */
	size_t sample_count;
	uint64_t still_open, close_wait_ms;
	bool has_ended, is_clean;
	char end[300];
};

static int say(struct server_end_agent *agent, enum agent_word word, struct error *error)
{
	return agent_link_ask(&agent->link, &(struct agent_request){.word = word}, error);
}

/* What was measured by then is kept. */
static void lose(struct server_end *end, const struct error *why)
{
	end->remote.is_lost = end->agent->has_ended = true;
	snprintf(end->agent->end, sizeof(end->agent->end), "is lost: %.280s", why->text);
}

/* Once the load has begun. Returns whether there is an answer. */
static bool is_answered(struct server_end *end, enum agent_word word)
{
	struct error why;
	if (!end->remote.is_lost && say(end->agent, word, &why) == -1)
		lose(end, &why);
	return !end->remote.is_lost;
}

static int serve(
	struct server_end *end, const struct server_program_spec *spec, struct error *error)
{
	struct agent_request request = {.word = AGENT_SERVE,
		.port = spec->port,
		.threads = spec->threads,
		.requests_per_connection = spec->requests_per_connection,
		.response_bytes = spec->response_bytes,
		.keep_alive_ns = spec->keep_alive_ns,
		.max_body_bytes = spec->max_body,
		.tls = spec->tls};
	const char *name = spec->strategy->name;
	if (strlen(name) >= sizeof(request.strategy))
		return error_set(error, STATUS_USAGE,
			"the name of strategy %s is too long for an agent", name);
	memcpy(request.strategy, name, strlen(name) + 1);
	address_host(&end->flow.network->server_address, request.address);
	return agent_link_ask(&end->agent->link, &request, error);
}

int server_end_serve_by_agent(struct server_end *end, const struct load_flow *flow,
	const struct server_program_spec *spec, const struct server_agent_spec *agent,
	struct network *network, struct error *error)
{
	end->kind = &server_end_by_agent;
	end->flow = *flow;
	end->agent = calloc(1, sizeof(*end->agent));
	if (!end->agent)
		return error_set(error, STATUS_FAILED, "no memory for an agent");
	end->agent->link.fd = -1;
	end->agent->sample_period_ns = agent->sample_period_ns;
	if (agent_link_open(&end->agent->link, agent->argv, agent->interrupted, error) == -1 ||
		agent_link_join(&end->agent->link, network, spec->strategy, error) == -1)
		return -1;
	end->remote = (struct server_end_remote){
		.exists = true,
		.clock_shift_ns = end->agent->link.clock.shift_ns,
		.clock_bound_ns = end->agent->link.clock.bound_ns,
	};
	if (network->has_isolated_server &&
		way_await(&end->agent->link, network, spec->port, error) == -1)
		return -1;
	return serve(end, spec, error);
}

static int listeners_list(
	const struct server_end *end, struct listeners *listeners, struct error *error)
{
	(void)end;
	(void)listeners;
	return error_set(error, STATUS_FAILED, "an agent does not list what listens on its host");
}

static int begin(struct server_end *end, struct error *error)
{
	struct server_end_agent *agent = end->agent;
	const struct agent_request request = {
		.word = AGENT_LOAD, .sample_period_ns = agent->sample_period_ns};
	if (agent_link_ask(&agent->link, &request, error) == -1)
		return -1;
	agent->now = agent->link.answer.sample;
	end->cpu_before_ns = agent->link.answer.cpu_ns;
	return 0;
}

static int arm(struct server_end *end, const struct server_end_load *load, struct error *error)
{
	const struct agent_request request = {.word = AGENT_ARM,
		.connections = load->connections,
		.timeout_ns = load->timeout_ns};
	if (agent_link_ask(&end->agent->link, &request, error) == -1)
		return -1;
	/* A run that is interrupted from now on still tells what it has. */
	end->agent->link.interrupted = NULL;
	return 0;
}

/* The agent looks by itself. */
static bool look_first(struct server_end *end)
{
	(void)end;
	return false;
}

static void look_near(struct server_end *end)
{
	(void)end;
}

static int look(struct server_end *end, bool is_late, struct error *error)
{
	(void)error;
	struct error why;
	struct server_end_agent *agent = end->agent;
	int answered = end->remote.is_lost ? 0 : agent_link_beat(&agent->link, is_late, &why);
	if (answered == -1)
		lose(end, &why);
	if (answered != 1)
		return 0;
	agent->has_ended = !agent->link.answer.runs;
	memcpy(agent->end, agent->link.answer.end, sizeof(agent->end));
	return 0;
}

static bool runs(struct server_end *end)
{
	return !end->agent->has_ended;
}

static void describe(struct server_end *end, char *text, size_t size)
{
	snprintf(text, size, "%s", end->agent->end);
}

static uint64_t cpu_ns(struct server_end *end)
{
	(void)end;
	return 0;
}

static int load_is_over(struct server_end *end, struct error *error)
{
	(void)error;
	is_answered(end, AGENT_STOP);
	return 0;
}

static int64_t waiting(struct server_end *end, struct error *error)
{
	(void)error;
	if (!is_answered(end, AGENT_SETTLE))
		return 0;
	end->agent->now = end->agent->link.answer.sample;
	return (int64_t)end->agent->link.answer.waiting;
}

static void sample_take(const struct server_end *end, struct sample *sample)
{
	sample->server = end->agent->now;
}

/* The agent does so at the report. */
static int settled(struct server_end *end, struct error *error)
{
	(void)end;
	(void)error;
	return 0;
}

static int samples_read(struct server_end *end, uint64_t count, struct error *error)
{
	struct error why;
	struct server_end_agent *agent = end->agent;
	agent->samples = calloc(count + 1, sizeof(*agent->samples));
	if (!agent->samples)
		return error_set(error, STATUS_FAILED, "no memory for the agent's samples");
	if (agent_link_samples(&agent->link, agent->samples, count, &why) == -1)
		lose(end, &why);
	else
		agent->sample_count = count;
	return 0;
}

/* What is still open is known there. */
static int report_take(
	struct server_end *end, const struct held_sockets *still_open, struct error *error)
{
	(void)still_open;
	struct server_end_agent *agent = end->agent;
	if (!is_answered(end, AGENT_REPORT))
		return 0;
	end->report = agent->link.answer.report;
	agent->still_open = agent->link.answer.still_open;
	agent->close_wait_ms = agent->link.answer.close_wait_ms;
	return samples_read(end, agent->link.answer.samples, error);
}

/* Sockets of both ends are of the same connections: those of one end are among the other's, where
 * these are more. */
static void open_take(const struct server_end *end, struct census_open *open)
{
	if (end->agent->still_open > open->connections)
		open->connections = end->agent->still_open;
	open->server_close_wait_ms = end->agent->close_wait_ms;
}

static void samples_take(const struct server_end *end, struct sample *samples, size_t count)
{
	end_samples_join(samples, count, end->agent->samples, end->agent->sample_count);
}

static int stop(struct server_end *end)
{
	struct server_end_agent *agent = end->agent;
	struct error error;
	if (!agent || agent->link.is_over || end->remote.is_lost)
		return agent && agent->is_clean ? 0 : -1;
	if (say(agent, AGENT_CLOSE, &error) == -1) {
		snprintf(agent->end, sizeof(agent->end), "%.290s", error.text);
		return -1;
	}
	agent->has_ended = true;
	agent->is_clean = agent->link.answer.clean;
	memcpy(agent->end, agent->link.answer.end, sizeof(agent->end));
	return agent->is_clean ? 0 : -1;
}

static void clear(struct server_end *end)
{
	if (!end->agent)
		return;
	agent_link_close(&end->agent->link);
	free(end->agent->samples);
	free(end->agent);
	end->agent = NULL;
}

const struct server_end_kind server_end_by_agent = {
	.listeners = listeners_list,
	.begin = begin,
	.arm = arm,
	.look_first = look_first,
	.look_near = look_near,
	.look = look,
	.look_at_program = look_near,
	.runs = runs,
	.describe = describe,
	.cpu_ns = cpu_ns,
	.load_is_over = load_is_over,
	.waiting = waiting,
	.sample = sample_take,
	.settled = settled,
	.report = report_take,
	.open = open_take,
	.samples = samples_take,
	.stop = stop,
	.clear = clear,
};
