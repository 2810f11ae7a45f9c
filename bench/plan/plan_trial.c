#include "bench/plan/plan_trial.h"

#include "bench/judge/validity.h"
#include "bench/plan/connect_step.h"
#include "common/clock.h"
#include "strategies/core/registry.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* A flag, and a value each: of all texts, and of what needs none. */
#define WORDS_MAX (2 * PLAN_TRIAL_TEXTS + 8)
/* A walk through half of fewer ports takes no longer than connect(2) itself. */
#define SLOW_PORTS_LEAST 1000

/* A command line that grows. */
struct words {
	struct plan_trial_options *options;
	size_t texts;
	int argc;
	char *argv[WORDS_MAX];
};

static void word_add(struct words *words, const char *option)
{
	assert(words->argc < WORDS_MAX - 1);
	words->argv[words->argc++] = (char *)option;
}

static void value_add(struct words *words, const char *option, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void value_add(struct words *words, const char *option, const char *format, ...)
{
	assert(words->texts < PLAN_TRIAL_TEXTS);
	char *text = words->options->texts[words->texts++];
	va_list args;
	va_start(args, format);
	vsnprintf(text, PLAN_TRIAL_TEXT_MAX, format, args);
	va_end(args);
	word_add(words, option);
	word_add(words, text);
}

/* A setting that the strategy requires is its own. */
static void setting_add(struct words *words, const struct td_strategy *strategy, enum td_who end,
	const char *name, double value)
{
	if (!plan_required(strategy, end, name))
		value_add(words, "--sysctl", "%s:%s=%.0f", end == TD_SERVER ? "server" : "client",
			name, value);
}

static void settings_add(
	struct words *words, const struct plan_asked *asked, const struct td_strategy *strategy)
{
	static const char cap[] = "net.ipv4.tcp_max_tw_buckets";
	if (isfinite(asked->time_wait_most)) {
		setting_add(words, strategy, TD_SERVER, cap, asked->time_wait_most);
		setting_add(words, strategy, TD_CLIENT, cap, asked->time_wait_most);
	}
	if (asked->reuses)
		setting_add(words, strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse", 1);
	/* Linux 6.14 has brought the delay; before it is 1 s. */
	if ((asked->reuses || plan_required(strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse")) &&
		asked->reuse_delay_s != 1)
		setting_add(words, strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay",
			asked->reuse_delay_s * 1e3);
}

static void load_add(
	struct words *words, const struct plan_asked *asked, const struct td_strategy *strategy)
{
	double requests = plan_terms_of(asked, strategy).requests_per_connection;
	if (isnan(asked->requests_per_s))
		value_add(words, "--connections", "%d", PLAN_TRIAL_CONNECTIONS);
	else
		value_add(words, requests > 1 ? "--request-rate" : "--rate", "%.0f",
			asked->requests_per_s);
	if (asked->requests_per_connection)
		value_add(words, "--requests-per-connection", "%llu",
			(unsigned long long)asked->requests_per_connection);
	if (asked->response_bytes > 0)
		value_add(words, "--response-bytes", "%.0f", asked->response_bytes);
	if (asked->round_trip_s > 0)
		value_add(words, "--rtt", "%.0fus", asked->round_trip_s * 1e6);
}

/* The trial is told its strategy itself, which may be a plug-in: the name here only has to be one
 * (bench/check/claim.c). */
int plan_trial_options_make(struct plan_trial_options *options, const struct plan_asked *asked,
	const struct td_strategy *strategy, uint64_t duration_ns, struct error *error)
{
	struct words words = {.options = options};
	struct options_given given;
	const char *range = plan_required(strategy, TD_CLIENT, "net.ipv4.ip_local_port_range");
	word_add(&words, "plan");
	word_add(&words, "--strategies");
	word_add(&words, registry_strategies[0]->name);
	value_add(&words, "--duration", "%lluus",
		(unsigned long long)(duration_ns / (NS_PER_MS / 1000)));
	value_add(&words, "--client-addresses", "%.0f", asked->addresses);
	if (!range)
		value_add(&words, "--port-range", "%u-%u", asked->port_low, asked->port_high);
	load_add(&words, asked, strategy);
	settings_add(&words, asked, strategy);
	run_options_set_defaults(&options->run);
	if (options_parse(&run_option_table, words.argc, words.argv, &options->run, NULL, &given,
		    error) != OPTIONS_PARSED)
		return -1;
	return run_options_complete(&options->run, &given, error);
}

static uint64_t refused_of(const struct trial *trial)
{
	return trial->totals.connect_errors[EADDRNOTAVAIL];
}

static double since_s(const struct trial *trial, uint64_t at_ns)
{
	return at_ns > trial->started_ns ? (double)(at_ns - trial->started_ns) / 1e9 : INFINITY;
}

/* Of the last time for which a port is held, once all ports were. */
static double lasting_of(const struct trial *trial, double held_s, double exhausted_s)
{
	double seconds = (double)trial->window_ns / 1e9;
	uint64_t from_ns = trial->started_ns + trial->window_ns - (uint64_t)(held_s * 1e9);
	if (!(exhausted_s + held_s <= seconds))
		return NAN;
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].at_ns >= from_ns)
			return (double)(trial->totals.established -
					trial->samples[i].progress.completed) /
			       (seconds - since_s(trial, trial->samples[i].at_ns));
	return NAN;
}

struct plan_course plan_course_measured(
	const struct trial *trial, const struct figures *figures, const struct plan_terms *terms)
{
	double exhausted_s = since_s(trial, trial->totals.no_port_ns);
	bool is_closed = !trial->load.rate_per_s && !trial->load.request_rate_per_s;
	struct connect_step step = connect_step_of(trial);
	return (struct plan_course){
		.connections = (double)trial->totals.established,
		.refused = is_closed ? NAN : (double)refused_of(trial),
		.ports_held = (double)figures->ports_peak,
		.slow_after_s = is_closed || terms->ports_of_pair < SLOW_PORTS_LEAST
					? NAN
					: since_s(trial, step.at_ns),
		.exhausted_after_s = is_closed ? NAN : exhausted_s,
		.lasting_per_s = lasting_of(trial, terms->hold_s + terms->open_s, exhausted_s),
		.server_time_wait = (double)figures->server.tw_peak,
		.client_time_wait = (double)figures->client.tw_peak,
		.server_skipped = (double)figures->server.counters.tw_overflow,
		.client_skipped = (double)figures->client.counters.tw_overflow,
	};
}

struct reasons plan_trial_reasons(struct trial *trial)
{
	uint64_t refused = refused_of(trial);
	trial->totals.connect_errors[EADDRNOTAVAIL] = 0;
	trial->totals.outcomes[OUTCOME_CONNECT_ERROR] -= refused;
	trial->totals.attempted -= refused;
	/* A start that is milliseconds late changes nothing in minutes; one that is missed does. */
	trial->totals.late = trial->totals.starved = 0;
	struct figures figures = figures_of(trial);
	figures.server.counters.tw_overflow = figures.client.counters.tw_overflow = 0;
	return validity_reasons(trial, &figures);
}
