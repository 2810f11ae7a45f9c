#include "bench/ends/agent.h"

#include "bench/ends/agent_acts.h"
#include "common/clock.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define TURN_MS 20
/* The other side is gone that has said nothing for so long. */
#define SILENCE_S 10
/* Where it does not read its answers either, a signal ends the agent: the server dies with it. */
#define STUCK_S 15

static int line_play(struct agent *agent, const char *line, size_t length, struct error *error)
{
	struct agent_request request;
	if (agent_request_parse(line, length, &request, error) == -1)
		return -1;
	const struct agent_act *act = &agent_acts[request.word];
	if (agent->phase < act->from || agent->phase > act->until)
		return error_set(
			error, STATUS_USAGE, "%s: it is not its turn", agent_words[request.word]);
	if (act->play(agent, &request, error) == -1)
		return -1;
	if (act->to != AGENT_NEW)
		agent->phase = act->to;
	agent->heard_ns = clock_now_ns();
	return 0;
}

static int silence_check(const struct agent *agent, struct error *error)
{
	if (clock_now_ns() - agent->heard_ns < SILENCE_S * NS_PER_S)
		return 0;
	return error_set(
		error, STATUS_FAILED, "the other side has said nothing for %d s", SILENCE_S);
}

/* A turn of the load. Returns for how long the next may be waited for, in milliseconds; or -1. */
static int turn(struct agent *agent, struct error *error)
{
	if (agent->phase != AGENT_ARMED)
		return TURN_MS;
	bool is_near = server_end_look_first(&agent->end);
	if (is_near)
		server_end_look_near(&agent->end);
	server_end_look_at_program(&agent->end);
	if (server_end_look(&agent->end, agent->closes_late, error) == -1)
		return -1;
	return is_near ? 1 : TURN_MS;
}

static int play(struct agent *agent, struct error *error)
{
	while (agent->phase != AGENT_CLOSED) {
		const char *line;
		size_t length;
		int within_ms = turn(agent, error);
		if (within_ms == -1)
			return -1;
		alarm(STUCK_S);
		switch (line_reader_take(&agent->reader, (unsigned)within_ms, &line, &length)) {
		case LINE_READY:
			if (line_play(agent, line, length, error) == -1)
				return -1;
			break;
		case LINE_NONE:
			if (silence_check(agent, error) == -1)
				return -1;
			break;
		case LINE_TOO_LONG:
			return error_set(error, STATUS_USAGE, "a line is longer than %d bytes",
				LINE_BYTES_MAX);
		case LINE_END:
			return error_set(error, STATUS_FAILED, "the other side is gone");
		case LINE_FAILED:
			return error_set_errno(
				error, STATUS_FAILED, "the other side cannot be read");
		}
	}
	return 0;
}

static void agent_finish(struct agent *agent)
{
	if (agent->sampler)
		sampler_stop(agent->sampler, NULL);
	server_end_stop(&agent->end);
	server_end_clear(&agent->end);
	sampler_destroy(agent->sampler);
	restorer_end(&agent->spare);
	network_destroy(&agent->network);
	restorer_end(&agent->applied);
	alarm(0);
	free(agent);
}

int agent_play(int in_fd, FILE *out, const struct agent_spec *spec, struct error *error)
{
	struct agent *agent = calloc(1, sizeof(*agent));
	struct error unsaid;
	if (!agent)
		return error_set(error, STATUS_FAILED, "no memory for an agent");
	line_reader_init(&agent->reader, in_fd);
	agent->out = out;
	agent->spec = spec;
	agent->network = (struct network)NETWORK_NONE;
	agent->applied = agent->spare = (struct restorer)RESTORER_NONE;
	agent->network.server_addresses = 1;
	agent->end = (struct server_end)SERVER_END_NONE;
	agent->heard_ns = clock_now_ns();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	int result = play(agent, error);
	if (result == -1)
		agent_answer_send(agent, json_pack("{s:s}", "error", error->text), &unsaid);
	agent_finish(agent);
	return result;
}
