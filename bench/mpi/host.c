#include "bench/mpi/host.h"

#include "bench/process/ending_signals.h"
#include "bench/verb/run_trials.h"
#include "common/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Rank 0 waits for all others before it speaks. */
#define RANK0_WAITS 3

/* The process that plays. Of all hosts' progress that of rank 0 is shown. */
static void play(struct run_options *options, const struct options_given *given, int fd)
{
	struct fleet_share share;
	struct fleet_message message;
	struct error error = {.text = ""};
	if (fleet_link_take(fd, UINT64_MAX, &ending_signals_met, &message, &error) == -1 ||
		message.word != FLEET_START)
		return;
	memcpy(&share, message.text, sizeof(share));
	free(message.text);
	options->quiet |= share.rank > 0;
	if (fleet_share_take(options, share.rank, share.hosts, &error) == -1 ||
		run_options_complete(options, given, &error) == -1)
		fleet_link_send(fd, FLEET_FAILED, error.text, strlen(error.text), &error);
	else
		run_trials_play_for_fleet(options, fd);
}

int host_start(struct host *host, const struct fleet_options *options,
	const struct options_given *given, struct error *error)
{
	int fds[2];
	struct run_options own = options->run;
	pid_t speaker = getpid();
	*host = (struct host){.options = options};
	gethostname(host->name, sizeof(host->name) - 1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1)
		return error_set_errno(error, STATUS_FAILED, "socketpair");
	pid_t pid = fork();
	if (pid == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fds[0]);
		if (getppid() == speaker)
			play(&own, given, fds[1]);
		_exit(STATUS_OK);
	}
	close(fds[1]);
	host->fd = fds[0];
	return 0;
}

int host_begin(struct host *host, uint32_t rank, uint32_t hosts, struct error *error)
{
	const struct fleet_share share = {rank, hosts};
	return fleet_link_send(host->fd, FLEET_START, &share, sizeof(share), error);
}

struct fleet_message host_hear(const struct host *host, uint64_t within_ns)
{
	struct fleet_message message;
	struct error error = {.text = ""};
	if (fleet_link_take(host->fd, clock_now_ns() + within_ns, &ending_signals_met, &message,
		    &error) == 0)
		return message;
	free(message.text);
	message = (struct fleet_message){.word = FLEET_FAILED, .text = malloc(sizeof(error.text))};
	if (message.text) {
		snprintf(message.text, sizeof(error.text), "the process that plays %.900s",
			error.text);
		message.size = strlen(message.text);
	}
	return message;
}

uint64_t host_trial_ns(const struct host *host)
{
	const struct run_options *run = &host->options->run;
	return run->warmup_ns + run->duration_ns + 2 * run->timeout_ns + host->options->deadline_ns;
}

/* Says what the process that plays has said. Returns its word; FLEET_FAILED where rank 0 is not
 * there any more, with an error. */
static int word_pass_on(struct host *host, struct speech *speech, uint64_t within_ns,
	enum fleet_word *word, struct agent_clock *clock, struct error *error)
{
	uint64_t patience_ns = RANK0_WAITS * host->options->deadline_ns + within_ns;
	struct fleet_message message = host_hear(host, within_ns);
	int result = 0;
	*word = speech->word = message.word;
	if (message.word == FLEET_READY)
		result = clock_compare(clock, patience_ns, error);
	if (clock->pings > 0)
		speech->bound_us = (clock->bound_ns + NS_PER_US - 1) / NS_PER_US;
	if (result == 0)
		result = speech_send(speech, &message, patience_ns, error);
	free(message.text);
	return result;
}

/* Has the load begin when rank 0 says. Returns 1; 0 where it is over; or -1. */
static int start_pass_on(struct host *host, const struct speech *speech,
	const struct agent_clock *clock, struct error *error)
{
	struct agreed_start start;
	if (start_take(&start, RANK0_WAITS * host->options->deadline_ns, error) == -1)
		return -1;
	if (start.at_ns == 0)
		return 0;
	start.at_ns += (uint64_t)clock->shift_ns;
	start.bound_us = speech->bound_us;
	return fleet_link_send(host->fd, FLEET_START, &start, sizeof(start), error) == -1 ? -1 : 1;
}

int host_follow(struct host *host, struct error *error)
{
	const uint64_t deadline_ns = host->options->deadline_ns;
	struct agent_clock clock = {.pings = 0};
	struct speech speech = {.word = FLEET_READY};
	struct fleet_message nothing = {.size = 0};
	enum fleet_word word = FLEET_READY;
	memcpy(speech.host, host->name, sizeof(speech.host));
	int result = speech_send(&speech, &nothing, RANK0_WAITS * deadline_ns, error);
	while (result == 0 && word == FLEET_READY) {
		result = word_pass_on(host, &speech, deadline_ns, &word, &clock, error);
		if (result == -1 || word != FLEET_READY)
			break;
		int begun = start_pass_on(host, &speech, &clock, error);
		if (begun != 1)
			return begun;
		result = word_pass_on(host, &speech, host_trial_ns(host), &word, &clock, error);
		word = word == FLEET_RESULT ? FLEET_READY : word;
	}
	return result;
}
