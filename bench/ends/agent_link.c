#include "bench/ends/agent_link.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "teardown/version.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PINGS 64
#define BEAT_NS (2 * NS_PER_S)
#define ANSWER_WITHIN_NS (10 * NS_PER_S)
/* Said within BEAT_NS of what cut the link: that is told within 10 s. */
#define BEAT_WITHIN_NS (6 * NS_PER_S)
/* Of a command that has to come to the other host first, for which ssh has 10 s (agent_options.c).
 */
#define HELLO_WITHIN_NS (14 * NS_PER_S)
/* Longer than the server may take to listen, and to end (server_program.c), and than a link may
 * take to come up (link.c). */
#define SERVE_WITHIN_NS (12 * NS_PER_S)
#define END_WITHIN_NS (2 * NS_PER_S)
#define TURN_MS 20

static uint64_t within_ns(const struct agent_link *link, enum agent_word word)
{
	if (link->within_ns)
		return link->within_ns;
	switch (word) {
	case AGENT_HELLO:
		return HELLO_WITHIN_NS;
	case AGENT_BEAT:
		return BEAT_WITHIN_NS;
	case AGENT_OPEN:
	case AGENT_SERVE:
	case AGENT_CLOSE:
		return SERVE_WITHIN_NS;
	default:
		return ANSWER_WITHIN_NS;
	}
}

/* That the command has ended says more than that its stream has. */
static int gone(struct agent_link *link, struct error *error)
{
	char end[300];
	uint64_t due_ns = clock_now_ns() + NS_PER_S;
	while (process_poll(&link->process) && clock_now_ns() < due_ns)
		clock_pause(NS_PER_MS);
	if (process_poll(&link->process))
		return error_set(error, STATUS_FAILED, "the agent has closed its output");
	process_describe_end(&link->process, end, sizeof(end));
	return error_set(error, STATUS_FAILED, "the agent is gone: its command %s", end);
}

/* Returns 1 with a line, 0 where none came in this turn, or -1. */
static int line_take(struct agent_link *link, unsigned turn_ms, const char **line, size_t *length,
	struct error *error)
{
	switch (line_reader_take(&link->reader, turn_ms, line, length)) {
	case LINE_READY:
		return 1;
	case LINE_NONE:
		return 0;
	case LINE_TOO_LONG:
		return error_set(error, STATUS_FAILED, "the agent's answer is longer than %d bytes",
			LINE_BYTES_MAX);
	case LINE_FAILED:
	case LINE_END:
		break;
	}
	return gone(link, error);
}

static int silent(const struct agent_link *link, enum agent_word word, struct error *error)
{
	uint64_t ms = within_ns(link, word) / NS_PER_MS;
	return error_set(error, STATUS_FAILED, "the agent has not answered \"%s\" for %llu %s",
		agent_words[word], (unsigned long long)(ms < 1000 ? ms : ms / 1000),
		ms < 1000 ? "ms" : "s");
}

static int line_await(struct agent_link *link, enum agent_word word, uint64_t from_ns,
	const char **line, size_t *length, struct error *error)
{
	for (;;) {
		int taken = line_take(link, TURN_MS, line, length, error);
		if (taken != 0)
			return taken == 1 ? 0 : -1;
		if (link->interrupted && *link->interrupted)
			return error_set(error, STATUS_INTERRUPTED, "interrupted");
		if (clock_now_ns() - from_ns > within_ns(link, word))
			return silent(link, word, error);
	}
}

/* An agent that does not read has answers to write: a line of the bench's always finds room. */
static int line_say(
	struct agent_link *link, const struct agent_request *request, struct error *error)
{
	char line[AGENT_REQUEST_SIZE];
	size_t length = agent_request_text(request, line);
	if (length == 0)
		return error_set(error, STATUS_FAILED, "no memory for a request");
	ssize_t n = send(link->fd, line, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	link->said_ns = clock_now_ns();
	if (n == (ssize_t)length)
		return 0;
	if (n == -1 && errno != EAGAIN)
		return gone(link, error);
	return silent(link, request->word, error);
}

static int answer_take(struct agent_link *link, enum agent_word word, const char *line,
	size_t length, struct error *error)
{
	struct error why;
	int64_t shift_ns = word == AGENT_PING ? 0 : link->clock.shift_ns;
	if (agent_answer_parse(line, length, word, shift_ns, &link->answer, &why) == 0)
		return 0;
	return error_set(
		error, why.status, "the agent answers \"%s\": %s", agent_words[word], why.text);
}

static int beat_answer(struct agent_link *link, unsigned turn_ms, struct error *error)
{
	const char *line;
	size_t length;
	int taken = line_take(link, turn_ms, &line, &length, error);
	if (taken == 1) {
		link->is_beat_due = false;
		return answer_take(link, AGENT_BEAT, line, length, error) == -1 ? -1 : 1;
	}
	if (taken == 0 && clock_now_ns() - link->said_ns > within_ns(link, AGENT_BEAT))
		return silent(link, AGENT_BEAT, error);
	return taken;
}

static int lost(struct error *error)
{
	return error_set(error, STATUS_FAILED, "the agent is lost");
}

static int beat(struct agent_link *link, bool closes_late, struct error *error)
{
	const struct agent_request request = {.word = AGENT_BEAT, .closes_late = closes_late};
	int taken = link->is_beat_due ? beat_answer(link, 0, error) : 0;
	if (taken == -1 || link->is_beat_due || clock_now_ns() - link->said_ns < BEAT_NS)
		return taken;
	link->is_beat_due = line_say(link, &request, error) == 0;
	return link->is_beat_due ? taken : -1;
}

int agent_link_beat(struct agent_link *link, bool closes_late, struct error *error)
{
	int result = link->is_lost ? lost(error) : beat(link, closes_late, error);
	link->is_lost |= result == -1;
	return result;
}

static int ask(struct agent_link *link, const struct agent_request *request, struct error *error)
{
	const char *line;
	size_t length;
	while (link->is_beat_due)
		if (beat_answer(link, TURN_MS, error) == -1)
			return -1;
	if (line_say(link, request, error) == -1 ||
		line_await(link, request->word, link->said_ns, &line, &length, error) == -1)
		return -1;
	link->is_over = request->word == AGENT_CLOSE;
	return answer_take(link, request->word, line, length, error);
}

int agent_link_ask(
	struct agent_link *link, const struct agent_request *request, struct error *error)
{
	int result = link->is_lost ? lost(error) : ask(link, request, error);
	link->is_lost |= result == -1;
	return result;
}

int agent_link_join(struct agent_link *link, struct network *network,
	const struct td_strategy *strategy, struct error *error)
{
	struct agent_request open = {.word = AGENT_OPEN};
	const char *kind = network->has_isolated_server ? "isolated" : "shared";
	if (strategy)
		snprintf(open.strategy, sizeof(open.strategy), "%s", strategy->name);
	if (agent_link_ask(link, &open, error) == -1)
		return -1;
	if (strcmp(link->answer.network_kind, kind) != 0)
		return error_set(error, STATUS_USAGE,
			"--network %s: the agent's network is %s, as its own command line says",
			kind, link->answer.network_kind);
	link->host.applies = link->answer.applies;
	return network_add_settings(network, &link->answer.network, error);
}

int agent_link_samples(
	struct agent_link *link, struct sample *samples, size_t count, struct error *error)
{
	const char *line;
	size_t length;
	for (size_t i = 0; i < count; i++) {
		struct error why;
		if (line_await(link, AGENT_REPORT, clock_now_ns(), &line, &length, error) == -1)
			return -1;
		if (agent_answer_sample(line, length, link->clock.shift_ns, &samples[i], &why) ==
			-1)
			return error_set(error, STATUS_FAILED, "the agent's sample %zu: %s", i + 1,
				why.text);
	}
	return 0;
}

static int greet(struct agent_link *link, struct error *error)
{
	const struct agent_request hello = {.word = AGENT_HELLO, .protocol = AGENT_PROTOCOL};
	if (agent_link_ask(link, &hello, error) == -1)
		return -1;
	if (strcmp(link->answer.version, TD_VERSION) != 0)
		return error_set(error, STATUS_HOST_CANNOT,
			"the agent is of teardown %s, and this is teardown %s: both hosts need the "
			"same version",
			link->answer.version, TD_VERSION);
	link->host.cpus = link->answer.cpus;
	memcpy(link->host.version, link->answer.version, sizeof(link->host.version));
	memcpy(link->host.kernel, link->answer.kernel, sizeof(link->host.kernel));
	return 0;
}

static int clocks_compare(struct agent_link *link, struct error *error)
{
	const struct agent_request ping = {.word = AGENT_PING};
	for (int i = 0; i < PINGS; i++) {
		uint64_t asked_ns = clock_now_ns();
		if (agent_link_ask(link, &ping, error) == -1)
			return -1;
		agent_clock_ping(&link->clock, asked_ns, link->answer.at_ns, clock_now_ns());
	}
	return 0;
}

static int command_start(struct agent_link *link, char *const *argv, struct error *error)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1)
		return error_set_errno(error, STATUS_FAILED, "socketpair");
	link->fd = fds[0];
	line_reader_init(&link->reader, fds[0]);
	int result = process_start(&link->process,
		&(struct process_spec){.netns_fd = NETNS_OWN, .argv = argv, .stream_fd = fds[1]},
		error);
	close(fds[1]);
	return result;
}

int agent_link_open(struct agent_link *link, char *const *argv, const volatile bool *interrupted,
	struct error *error)
{
	link->interrupted = interrupted;
	link->clock = (struct agent_clock){.pings = 0};
	link->is_beat_due = link->is_over = link->is_lost = false;
	if (command_start(link, argv, error) == -1 || greet(link, error) == -1)
		return -1;
	return clocks_compare(link, error);
}

void agent_link_close(struct agent_link *link)
{
	uint64_t due_ns = clock_now_ns() + END_WITHIN_NS;
	if (link->fd == -1)
		return;
	while (link->is_over && process_poll(&link->process) && clock_now_ns() < due_ns)
		clock_pause(NS_PER_MS);
	process_stop(&link->process, END_WITHIN_NS);
	close(link->fd);
	link->fd = -1;
}
