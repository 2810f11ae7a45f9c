#include "bench/result/load_json.h"

#include "bench/result/json_scalar.h"

#include <string.h>

static json_t *connections_json(const struct tally *tally)
{
	json_t *errors = json_object();
	for (int error = 0; error < TALLY_ERRNO_MAX; error++)
		if (tally->connect_errors[error])
			json_object_set_new(errors, error ? strerrorname_np(error) : "unknown",
				json_count(tally->connect_errors[error]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "attempted",
		json_count(tally->attempted), "established", json_count(tally->established),
		"completed", json_count(tally->outcomes[OUTCOME_COMPLETED]), "short",
		json_count(tally->outcomes[OUTCOME_SHORT]), "reset",
		json_count(tally->outcomes[OUTCOME_RESET]), "timed_out",
		json_count(tally->outcomes[OUTCOME_TIMED_OUT]), "resets_seen",
		json_count(tally->resets_seen), "connect_errors", errors);
}

/* Of a third-party loader only what the kernel counted is known: the rest is null. */
static json_t *third_party_connections_json(const struct figures *figures)
{
	return json_pack("{s:o, s:o, s:n, s:n, s:n, s:n, s:n, s:n}", "attempted",
		json_count(figures->attempted), "established", json_count(figures->opened),
		"completed", "short", "reset", "timed_out", "resets_seen", "connect_errors");
}

static json_t *numbers_json(const char *const *names, const double *values, size_t count)
{
	json_t *json = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(json, names[i], json_real(values[i]));
	return json;
}

/* What a third-party loader says itself, and how it ended. */
static json_t *third_party_json(const struct third_party_report *report)
{
	const struct wrk_report *wrk = &report->wrk;
	json_t *errors = json_object();
	json_t *json = json_pack("{s:o, s:o, s:o, s:i, s:b, s:b, s:f}", "command",
		json_text(report->command), "output", json_text(report->output), "end",
		json_text(report->end), "exit_status", report->exit_status, "stopped",
		report->stopped, "killed", report->killed, "ran_s", (double)report->ran_ns / 1e9);
	for (size_t i = 0; i < WRK_ERRORS; i++)
		json_object_set_new(errors, wrk_error_names[i], json_count(wrk->errors[i]));
	if (report->is_wrk)
		json_object_update_new(json,
			json_pack("{s:o, s:f, s:o, s:o, s:o}", "requests",
				json_count(wrk->requests), "requests_per_s", wrk->requests_per_s,
				"non_success", json_count(wrk->refused), "errors",
				json_incref(errors), "latency_us",
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
		options->arrivals, "rate_per_s", json_count(options->rate), "intended",
		json_count(tally->attempted + tally->missed), "late", json_count(tally->late),
		"starved", json_count(tally->starved), "missed", json_count(tally->missed));
}

void load_json_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct tally *tally = &trial->tally;
	json_object_set_new(json, "loop", loop_json(trial));
	const struct third_party_report *report = &trial->third_party;
	if (report->is_third_party) {
		json_object_set_new(json, "connections", third_party_connections_json(figures));
		json_object_set_new(json, "exchanges",
			report->is_wrk ? json_count(report->wrk.requests) : json_null());
		json_object_set_new(json, "bytes", json_null());
		json_object_set_new(json, "third_party", third_party_json(report));
	} else {
		json_object_set_new(json, "connections", connections_json(tally));
		json_object_set_new(json, "exchanges", json_count(tally->exchanges));
		json_object_set_new(json, "bytes",
			json_pack("{s:o, s:o}", "promised", json_count(tally->bytes_promised),
				"received", json_count(tally->bytes_received)));
	}
	json_object_set_new(json, "rate_per_s", json_known(figures->rate_per_s));
	json_object_set_new(json, "exchanges_per_s",
		report->is_third_party && !report->is_wrk ? json_null()
							  : json_known(figures->exchanges_per_s));
	json_object_set_new(json, "latency_us", latencies_json(tally));
}
