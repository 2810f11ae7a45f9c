#include "bench/verb/plan_verify.h"

#include "bench/network/netns.h"
#include "bench/plan/plan_scale.h"
#include "bench/plan/plan_trial.h"
#include "bench/process/ending_signals.h"
#include "bench/report/progress.h"
#include "bench/trial/host_check.h"
#include "bench/trial/trial_process.h"
#include "bench/verb/verb.h"
#include "common/clock.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

/* What is played at the same time is to leave any machine idle for most of the time: a trial takes
 * 5 % of a processor, even of few connections. */
#define RATE_AT_ONCE 1000
#define AT_ONCE_OF_CPU 4
/* Twice the life of a TIME_WAIT, and some more. */
#define DURATION_NS (140 * NS_PER_S)
#define TICK_NS NS_PER_S
#define TIME_TEXT_MAX 64

/* One strategy's trial. */
struct play {
	struct plan_verified *verified;
	struct plan_terms terms;
	struct plan_trial_options options;
};

struct plays {
	struct play *list;
	size_t count;
	struct trial_spec *specs; /* of those that are played at the same time */
	struct trial_outcome *outcomes;
	size_t at_once;
	uint64_t duration_ns, began_ns, told_ns;
	bool is_rewritten;
};

static bool is_playable(const struct play *play)
{
	return !play->verified->cannot.text[0];
}

/* Of a closed loop what its ports let through. */
static double rate_expected(const struct play *play)
{
	double held_s = play->terms.hold_s + play->terms.open_s;
	return isinf(play->verified->rate) ? play->terms.ports / held_s : play->verified->rate;
}

static void on_tick(void *argument, const struct trial_live *lives, size_t count)
{
	struct plays *plays = argument;
	uint64_t now = clock_now_ns(), completed = 0, failed = 0;
	char left[TIME_TEXT_MAX];
	if (!plays->is_rewritten || ending_signals_met || now - plays->told_ns < TICK_NS)
		return;
	plays->told_ns = now;
	for (size_t i = 0; i < count; i++) {
		completed += lives[i].completed;
		failed += lives[i].failed;
	}
	uint64_t gone = now - plays->began_ns;
	progress_time_text(
		plays->duration_ns > gone ? plays->duration_ns - gone : 0, left, sizeof(left));
	ending_signals_hold();
	fprintf(stderr, "\r\033[K%s left: %llu connections, %llu without a port", left,
		(unsigned long long)completed, (unsigned long long)failed);
	fflush(stderr);
	ending_signals_release();
}

static void outcome_take(struct play *play, struct trial_outcome *outcome)
{
	struct plan_verified *verified = play->verified;
	if (outcome->result == -1) {
		verified->cannot = outcome->error;
		return;
	}
	struct trial *trial = &outcome->trial;
	struct figures figures = figures_of(trial);
	verified->seconds = (double)trial->window_ns / 1e9;
	verified->predicted = plan_course_of(&play->terms, verified->rate, verified->seconds);
	verified->measured = plan_course_measured(trial, &figures, &play->terms);
	verified->reasons = plan_trial_reasons(trial);
	trial_finish(trial);
}

/* Those from `first` on that are played at the same time: one at least. Returns behind the last. */
static size_t group_end(const struct plays *plays, size_t first)
{
	double rate = 0;
	size_t next = first;
	for (size_t count = 0; next < plays->count; next++) {
		if (!is_playable(&plays->list[next]))
			continue;
		rate += rate_expected(&plays->list[next]);
		if (count > 0 && (rate > RATE_AT_ONCE || count == plays->at_once))
			break;
		count++;
	}
	return next;
}

static void group_play(struct plays *plays, size_t first, size_t end)
{
	struct play *members[RUN_STRATEGIES_MAX];
	size_t count = 0;
	for (size_t i = first; i < end; i++) {
		struct play *play = &plays->list[i];
		if (!is_playable(play))
			continue;
		plays->specs[count] = (struct trial_spec){
			.options = &play->options.run,
			.strategy = play->verified->strategy,
			.repeat = 1,
			.order = (uint32_t)i + 1,
			.interrupted = &ending_signals_met,
			.tick = on_tick,
			.tick_argument = plays,
		};
		members[count++] = play;
	}
	plays->began_ns = clock_now_ns();
	trial_run_all(plays->specs, plays->outcomes, count);
	for (size_t i = 0; i < count; i++)
		outcome_take(members[i], &plays->outcomes[i]);
}

/* How many times some are played at the same time. */
static size_t groups_count(const struct plays *plays)
{
	size_t groups = 0;
	for (size_t next = 0; next < plays->count; next = group_end(plays, next))
		groups++;
	return groups;
}

static size_t playable_count(const struct plays *plays)
{
	size_t count = 0;
	for (size_t i = 0; i < plays->count; i++)
		count += is_playable(&plays->list[i]);
	return count;
}

static void announce(const struct plays *plays)
{
	char time[TIME_TEXT_MAX];
	size_t groups = groups_count(plays), count = playable_count(plays);
	progress_time_text(groups * plays->duration_ns, time, sizeof(time));
	fprintf(stderr, "verify: %zu %s%s: about %s\n", count,
		count == 1 ? "strategy" : "strategies",
		count == 1    ? ""
		: groups == 1 ? " at the same time"
			      : ", some of them at the same time",
		time);
}

/* Whether this host can play it; else `cannot` says why. `number`: which of the strategies it is.
 */
static void play_prepare(
	struct play *play, const struct plan_asked *scaled, uint64_t duration_ns, size_t number)
{
	struct plan_verified *verified = play->verified;
	struct run_options *run = &play->options.run;
	struct error *cannot = &verified->cannot;
	play->terms = plan_terms_of(scaled, verified->strategy);
	verified->ports = play->terms.ports;
	verified->rate = isnan(scaled->requests_per_s)
				 ? INFINITY
				 : scaled->requests_per_s / play->terms.requests_per_connection;
	if (isinf(verified->rate) && play->terms.hold_s + play->terms.open_s == 0) {
		error_set(cannot, STATUS_USAGE, "ports are no limit, and no --rate is asked for");
		return;
	}
	if (verified->strategy->claim_is_race) {
		error_set(cannot, STATUS_USAGE, "who is left with TIME_WAIT is a race");
		return;
	}
	if (plan_trial_options_make(
		    &play->options, scaled, verified->strategy, duration_ns, cannot) == -1)
		return;
	/* From one address to one destination connect(2) goes through the ports in one walk, in
	 * whichever namespace it is called: each strategy has a destination of its own. */
	run->server_port += number;
	host_check_strategy(run, verified->strategy, cannot);
}

static int all_play(struct plays *plays, struct error *error)
{
	size_t count = playable_count(plays);
	if (count == 0)
		return error_set(error, plays->list[0].verified->cannot.status,
			"--verify: nothing can be played: %s: %s",
			plays->list[0].verified->strategy->name,
			plays->list[0].verified->cannot.text);
	announce(plays);
	size_t next = 0;
	while (next < plays->count && !ending_signals_met) {
		size_t end = group_end(plays, next);
		group_play(plays, next, end);
		next = end;
	}
	for (; next < plays->count; next++)
		if (is_playable(&plays->list[next]))
			error_set(&plays->list[next].verified->cannot, STATUS_INTERRUPTED,
				"interrupted before it began");
	if (plays->is_rewritten)
		fputs("\r\033[K", stderr);
	return 0;
}

/* From a signal's handler. */
static void nothing_to_give_up(void)
{
}

static int plays_begin(struct plays *plays, const struct plan_options *options,
	const struct plan_asked *asked, struct plan_verified *verified)
{
	struct plan_asked scaled = plan_scale(asked, (double)options->verify_ports);
	assert(plays->count > 0);
	*plays = (struct plays){
		.list = calloc(plays->count, sizeof(*plays->list)),
		.count = plays->count,
		.specs = calloc(plays->count, sizeof(*plays->specs)),
		.outcomes = calloc(plays->count, sizeof(*plays->outcomes)),
		.at_once = AT_ONCE_OF_CPU * (size_t)get_nprocs(),
		.duration_ns = options->duration_ns ? options->duration_ns : DURATION_NS,
		.is_rewritten = verb_is_terminal(),
	};
	if (!plays->list || !plays->specs || !plays->outcomes)
		return -1;
	for (size_t i = 0; i < plays->count; i++) {
		plays->list[i].verified = &verified[i];
		play_prepare(&plays->list[i], &scaled, plays->duration_ns, i);
	}
	return 0;
}

int plan_verify_play(const struct plan_options *options, const struct plan_asked *asked,
	const struct td_strategy *const *strategies, size_t count, struct plan_verified *verified,
	struct error *error)
{
	struct plays plays = {.count = count};
	for (size_t i = 0; i < count; i++)
		verified[i] = (struct plan_verified){.strategy = strategies[i]};
	if (netns_prepare(error) == -1)
		return -1;
	ending_signals_catch("trial", nothing_to_give_up);
	int result = plays_begin(&plays, options, asked, verified);
	if (result == -1)
		error_set(error, STATUS_FAILED, "no memory");
	else
		result = all_play(&plays, error);
	free(plays.outcomes);
	free(plays.specs);
	free(plays.list);
	return result;
}

void plan_verify_finish(struct plan_verified *verified, size_t count)
{
	for (size_t i = 0; i < count; i++)
		reasons_finish(&verified[i].reasons);
}
