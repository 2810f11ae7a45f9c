#include "bench/report/trial_json.h"

#include "bench/client_end.h"
#include "bench/others.h"
#include "bench/report/findings.h"
#include "bench/report/json_text.h"

#include <netinet/tcp.h>
#include <string.h>

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *connections_json(const struct tally *tally)
{
	json_t *errors = json_object();
	for (int error = 0; error < TALLY_ERRNO_MAX; error++)
		if (tally->connect_errors[error])
			json_object_set_new(errors, error ? strerrorname_np(error) : "unknown",
				integer(tally->connect_errors[error]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "attempted",
		integer(tally->attempted), "established", integer(tally->established), "completed",
		integer(tally->outcomes[OUTCOME_COMPLETED]), "short",
		integer(tally->outcomes[OUTCOME_SHORT]), "reset",
		integer(tally->outcomes[OUTCOME_RESET]), "timed_out",
		integer(tally->outcomes[OUTCOME_TIMED_OUT]), "resets_seen",
		integer(tally->resets_seen), "connect_errors", errors);
}

/* Of an outside loader only what the kernel counted is known: the rest is null. */
static json_t *outside_connections_json(const struct figures *figures)
{
	return json_pack("{s:o, s:o, s:n, s:n, s:n, s:n, s:n, s:n}", "attempted",
		integer(figures->attempted), "established", integer(figures->opened), "completed",
		"short", "reset", "timed_out", "resets_seen", "connect_errors");
}

static json_t *numbers_json(const char *const *names, const double *values, size_t count)
{
	json_t *json = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(json, names[i], json_real(values[i]));
	return json;
}

/* What an outside loader says itself, and how it ended. */
static json_t *outside_json(const struct outside_report *outside)
{
	const struct wrk_report *wrk = &outside->wrk;
	json_t *errors = json_object();
	json_t *json = json_pack("{s:o, s:o, s:o, s:i, s:b, s:b, s:f}", "command",
		json_text(outside->command), "output", json_text(outside->output), "end",
		json_text(outside->end), "exit_status", outside->exit_status, "stopped",
		outside->stopped, "killed", outside->killed, "ran_s",
		(double)outside->ran_ns / 1e9);
	for (size_t i = 0; i < WRK_ERRORS; i++)
		json_object_set_new(errors, wrk_error_names[i], integer(wrk->errors[i]));
	if (outside->is_wrk)
		json_object_update_new(json,
			json_pack("{s:o, s:f, s:o, s:o, s:o}", "requests", integer(wrk->requests),
				"requests_per_s", wrk->requests_per_s, "non_success",
				integer(wrk->refused), "errors", json_incref(errors), "latency_us",
				numbers_json(wrk_latency_names, wrk->latency_us, WRK_LATENCIES)));
	json_decref(errors);
	return json;
}

static json_t *latency_json(const struct histogram *h)
{
	double us = 1e3;
	return json_pack("{s:I, s:f, s:f, s:f, s:f, s:f, s:f}", "count",
		(json_int_t)histogram_count(h), "p50", (double)histogram_quantile(h, 0.5) / us,
		"p90", (double)histogram_quantile(h, 0.9) / us, "p99",
		(double)histogram_quantile(h, 0.99) / us, "p999",
		(double)histogram_quantile(h, 0.999) / us, "max", (double)histogram_max(h) / us,
		"mean", histogram_mean(h) / us);
}

static json_t *latencies_json(const struct tally *tally)
{
	json_t *json = json_object();
	for (int i = 0; i < LATENCIES; i++)
		if (histogram_count(tally->latencies[i]) > 0)
			json_object_set_new(
				json, tally_latency_names[i], latency_json(tally->latencies[i]));
	return json;
}

static json_t *time_wait_json(const struct end_figures *end)
{
	return json_pack("{s:o, s:o, s:o, s:f, s:o}", "peak", integer(end->tw_peak), "end",
		integer(end->tw_end), "created", integer(end->tw_created), "per_connection",
		end->tw_per_connection, "disagreement", integer(end->tw_disagreement));
}

static json_t *fin_wait2_json(const struct end_figures *end)
{
	return json_pack("{s:o, s:o}", "peak", integer(end->fin_wait2_peak), "end",
		integer(end->fin_wait2_end));
}

static json_t *counters_json(const struct counters *counters)
{
	json_t *json = json_object();
	for (size_t i = 0; i < counters_row_count; i++) {
		const uint64_t *value =
			(const uint64_t *)((const char *)counters + counters_rows[i].offset);
		json_object_set_new(json, counters_rows[i].name, integer(*value));
	}
	return json;
}

static json_t *sysctls_json(const struct trial *trial)
{
	json_t *json = json_pack("{s:{}, s:{}}", "server", "client");
	for (size_t i = 0; i < trial->setting_count; i++) {
		const struct network_setting *s = &trial->settings[i];
		json_object_set_new(
			json_object_get(json, figures_who(s->end)), s->name, json_string(s->value));
	}
	return json;
}

static json_t *sample_json(const struct trial *trial, const struct sample *sample)
{
	double at = ((double)sample->at_ns - (double)trial->started_ns) / 1e9;
	uint64_t opened =
		sample->server.counters.passive_opens - trial->before.server.counters.passive_opens;
	json_t *json = json_pack("{s:f, s:o, s:o, s:o, s:o}", "t_s", at, "opened", integer(opened),
		"server_tw", integer(sample->server.counters.gauge_tw), "client_tw",
		integer(sample->client.counters.gauge_tw), "client_open",
		integer(sample->client.counters.gauge_inuse));
	if (!trial->outside.is_outside)
		json_object_set_new(json, "completed", integer(sample->progress.completed));
	/* What the census shows stands only in the samples in which it was taken. */
	if (sample->census_fresh) {
		const struct diag_census *s = &sample->server.census, *c = &sample->client.census;
		json_object_set_new(json, "server_fin_wait2", integer(s->states[TCP_FIN_WAIT2]));
		json_object_set_new(json, "client_ports", integer(c->ports_in_use));
		json_object_set_new(json, "server_tw_census", integer(s->states[TCP_TIME_WAIT]));
		json_object_set_new(json, "client_tw_census", integer(c->states[TCP_TIME_WAIT]));
	}
	const struct sample_progress *progress = &sample->progress;
	if (progress->connect_p50_ns)
		json_object_set_new(
			json, "connect_us_p50", json_real((double)progress->connect_p50_ns / 1e3));
	if (progress->loader_cpu_ns || progress->server_cpu_ns) {
		json_object_set_new(
			json, "loader_cpu_s", json_real((double)progress->loader_cpu_ns / 1e9));
		json_object_set_new(
			json, "server_cpu_s", json_real((double)progress->server_cpu_ns / 1e9));
	}
	return json;
}

static json_t *samples_json(const struct trial *trial)
{
	json_t *json = json_array();
	for (size_t i = 0; i < trial->sample_count; i++)
		json_array_append_new(json, sample_json(trial, &trial->samples[i]));
	json_array_append_new(json, sample_json(trial, &trial->after));
	return json;
}

static json_t *witness_json(const struct witness_report *witness)
{
	const struct first_closer_counts *c = &witness->counts;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "connections",
		integer(c->connections), "server", integer(c->server), "client", integer(c->client),
		"both", integer(c->both), "by_reset", integer(c->by_reset), "undecided",
		integer(c->undecided), "segments", integer(witness->segments), "lost",
		integer(witness->lost), "share", (int)witness->share);
}

/* Nothing is declared of a server of others: null. */
static void claims_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->spec.strategy;
	bool declared = trial_is_declared(trial);
	json_object_set_new(json, "holder",
		json_pack("{s:s?, s:s}", "declared",
			declared ? figures_who(strategy->holder) : NULL, "measured",
			figures->holder));
	json_object_set_new(json, "claim",
		declared ? json_pack("{s:b, s:f}", "is_race", strategy->claim_is_race, "share",
				   figures->claim_share)
			 : json_null());
	json_object_set_new(json, "first_closer",
		json_pack("{s:s?, s:s, s:o}", "declared",
			declared ? figures_who(strategy->first_closer) : NULL, "measured",
			figures->first_closer, "witness", witness_json(&trial->witness)));
}

/* Who does what: names, claims, and whether they held. */
static void identity_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->spec.strategy;
	struct reasons reasons = figures_invalid_because(trial, figures);
	json_t *because = json_array();
	for (size_t i = 0; i < reasons.count; i++)
		json_array_append_new(because, json_text(reasons.text[i]));
	json_object_set_new(json, "strategy", json_string(strategy->name));
	json_object_set_new(json, "repeat", json_integer(trial->spec.repeat));
	json_object_set_new(json, "order", json_integer(trial->spec.order));
	const struct run_options *options = trial->spec.options;
	bool outside = trial->outside.is_outside;
	json_object_set_new(json, "loader", json_string(others_loader_name(options)));
	json_object_set_new(json, "server", json_string(others_server_name(options)));
	json_object_set_new(
		json, "source_port", json_string(outside ? "loader" : client_end_source(strategy)));
	json_object_set_new(
		json, "client_close", json_string(outside ? "loader" : client_end_close(strategy)));
	json_object_set_new(json, "duration_s", json_real((double)trial->window_ns / 1e9));
	json_object_set_new(json, "valid", json_boolean(reasons.count == 0));
	json_object_set_new(json, "invalid_because", because);
	struct findings findings = findings_of(trial, figures);
	json_object_set_new(json, "findings", report_findings_json(&findings));
	claims_set(json, trial, figures);
}

/* What decided when a connection began. */
static json_t *loop_json(const struct trial *trial)
{
	const struct run_options *options = trial->spec.options;
	const struct tally *tally = &trial->tally;
	/* What decides in a command of others, nobody says. */
	if (options->loader_command)
		return json_pack("{s:s}", "kind", "unknown");
	if (options->arrives == ARRIVALS_CLOSED)
		return json_pack("{s:s}", "kind", "closed");
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "kind", "open", "arrivals",
		options->arrivals, "rate_per_s", integer(options->rate), "intended",
		integer(tally->attempted + tally->missed), "late", integer(tally->late), "starved",
		integer(tally->starved), "missed", integer(tally->missed));
}

static void load_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct tally *tally = &trial->tally;
	json_object_set_new(json, "loop", loop_json(trial));
	const struct outside_report *outside = &trial->outside;
	if (outside->is_outside) {
		json_object_set_new(json, "connections", outside_connections_json(figures));
		json_object_set_new(json, "exchanges",
			outside->is_wrk ? integer(outside->wrk.requests) : json_null());
		json_object_set_new(json, "bytes", json_null());
		json_object_set_new(json, "outside", outside_json(outside));
	} else {
		json_object_set_new(json, "connections", connections_json(tally));
		json_object_set_new(json, "exchanges", integer(tally->exchanges));
		json_object_set_new(json, "bytes",
			json_pack("{s:o, s:o}", "promised", integer(tally->bytes_promised),
				"received", integer(tally->bytes_received)));
	}
	json_object_set_new(json, "rate_per_s", json_real(figures->rate_per_s));
	json_object_set_new(json, "exchanges_per_s",
		outside->is_outside && !outside->is_wrk ? json_null()
							: json_real(figures->exchanges_per_s));
	json_object_set_new(json, "latency_us", latencies_json(tally));
}

static void kernel_set(json_t *json, const struct trial *trial, const struct figures *f)
{
	json_object_set_new(json, "time_wait",
		json_pack("{s:o, s:o}", "server", time_wait_json(&f->server), "client",
			time_wait_json(&f->client)));
	json_object_set_new(json, "fin_wait2",
		json_pack("{s:o, s:o}", "server", fin_wait2_json(&f->server), "client",
			fin_wait2_json(&f->client)));
	json_object_set_new(json, "ports",
		json_pack("{s:o, s:o, s:o}", "available", integer(f->ports_available),
			"peak_in_use", integer(f->ports_peak), "in_use_at_end",
			integer(f->ports_end)));
	json_object_set_new(json, "segments_per_connection", json_real(f->segments_per_connection));
	json_object_set_new(json, "resets_per_connection", json_real(f->resets_per_connection));
	json_object_set_new(json, "cpu_us_per_connection",
		json_pack("{s:f, s:f}", "server", f->server_cpu_us, "client", f->client_cpu_us));
	json_object_set_new(json, "server_memory",
		json_pack("{s:o, s:f}", "rss_bytes", integer(trial->server_rss_peak),
			"bytes_per_connection", f->server_bytes_per_connection));
	json_object_set_new(json, "counters",
		json_pack("{s:o, s:o}", "server", counters_json(&f->server.counters), "client",
			counters_json(&f->client.counters)));
	json_object_set_new(json, "sysctls", sysctls_json(trial));
}

json_t *trial_json(const struct trial *trial)
{
	json_t *json = json_object();
	struct figures figures = figures_of(trial);
	identity_set(json, trial, &figures);
	load_set(json, trial, &figures);
	kernel_set(json, trial, &figures);
	json_object_set_new(json, "samples_missed", integer(trial->samples_missed));
	json_object_set_new(
		json, "sampler_cost_ms", json_real((double)trial->sampler_cost_ns / 1e6));
	json_object_set_new(json, "samples", samples_json(trial));
	return json;
}
