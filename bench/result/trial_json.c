#include "bench/result/trial_json.h"

#include "bench/judge/validity.h"
#include "bench/options/client_end.h"
#include "bench/options/third_party.h"
#include "bench/result/findings_json.h"
#include "bench/result/json_scalar.h"
#include "bench/result/load_json.h"

#include <netinet/tcp.h>

static json_t *time_wait_json(const struct end_figures *end)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "peak", json_count(end->tw_peak), "end",
		json_count(end->tw_end), "created", json_count(end->tw_created), "per_connection",
		json_known(end->tw_per_connection), "disagreement",
		json_count(end->tw_disagreement));
}

static json_t *fin_wait2_json(const struct end_figures *end)
{
	return json_pack("{s:o, s:o}", "peak", json_count(end->fin_wait2_peak), "end",
		json_count(end->fin_wait2_end));
}

static json_t *counters_json(const struct counters *counters)
{
	json_t *json = json_object();
	for (size_t i = 0; i < counters_row_count; i++) {
		const uint64_t *value =
			(const uint64_t *)((const char *)counters + counters_rows[i].offset);
		json_object_set_new(json, counters_rows[i].name, json_count(*value));
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
	json_t *json = json_pack("{s:f, s:o, s:o, s:o, s:o}", "t_s", at, "opened",
		json_count(opened), "server_tw", json_count(sample->server.counters.gauge_tw),
		"client_tw", json_count(sample->client.counters.gauge_tw), "client_open",
		json_count(sample->client.counters.gauge_inuse));
	if (!trial->third_party.is_third_party)
		json_object_set_new(json, "completed", json_count(sample->progress.completed));
	/* What the census shows stands only in the samples in which it was taken. */
	if (sample->census_fresh) {
		const struct diag_census *s = &sample->server.census, *c = &sample->client.census;
		json_object_set_new(json, "server_fin_wait2", json_count(s->states[TCP_FIN_WAIT2]));
		json_object_set_new(json, "client_ports", json_count(c->ports_in_use));
		json_object_set_new(json, "server_tw_census", json_count(s->states[TCP_TIME_WAIT]));
		json_object_set_new(json, "client_tw_census", json_count(c->states[TCP_TIME_WAIT]));
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

static json_t *packet_tap_json(const struct packet_tap_report *tap)
{
	const struct first_closer_counts *c = &tap->counts;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "connections",
		json_count(c->connections), "server", json_count(c->server), "client",
		json_count(c->client), "both", json_count(c->both), "by_reset",
		json_count(c->by_reset), "undecided", json_count(c->undecided), "segments",
		json_count(tap->segments), "lost", json_count(tap->lost), "share", (int)tap->share);
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
		declared ? json_pack("{s:b, s:o}", "is_race", strategy->claim_is_race, "share",
				   json_known(figures->claim_share))
			 : json_null());
	json_object_set_new(json, "first_closer",
		json_pack("{s:s?, s:s, s:o}", "declared",
			declared ? figures_who(strategy->first_closer) : NULL, "measured",
			figures->first_closer, "packet_tap", packet_tap_json(&trial->packet_tap)));
}

/* Who does what: names, claims, and whether they held. */
static void identity_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->spec.strategy;
	struct reasons reasons = validity_reasons(trial, figures);
	json_t *because = json_array();
	for (size_t i = 0; i < reasons.count; i++)
		json_array_append_new(because, json_text(reasons.text[i]));
	json_object_set_new(json, "strategy", json_string(strategy->name));
	json_object_set_new(json, "repeat", json_integer(trial->spec.repeat));
	json_object_set_new(json, "order", json_integer(trial->spec.order));
	const struct run_options *options = trial->spec.options;
	bool is_third_party = trial->third_party.is_third_party;
	json_object_set_new(json, "loader", json_string(third_party_loader_name(options)));
	json_object_set_new(json, "server", json_string(third_party_server_name(options)));
	json_object_set_new(json, "source_port",
		json_string(is_third_party ? "loader" : client_end_source(strategy)));
	json_object_set_new(json, "client_close",
		json_string(is_third_party ? "loader" : client_end_close(strategy)));
	json_object_set_new(json, "duration_s", json_real((double)trial->window_ns / 1e9));
	json_object_set_new(json, "valid", json_boolean(reasons.count == 0 && !reasons.incomplete));
	json_object_set_new(json, "invalid_because", because);
	reasons_finish(&reasons);
	struct findings findings = findings_of(trial, figures);
	json_object_set_new(json, "findings", findings_json(&findings));
	findings_finish(&findings);
	claims_set(json, trial, figures);
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
		json_pack("{s:o, s:o, s:o}", "available", json_count(f->ports_available),
			"peak_in_use", json_count(f->ports_peak), "in_use_at_end",
			json_count(f->ports_end)));
	json_object_set_new(
		json, "segments_per_connection", json_known(f->segments_per_connection));
	json_object_set_new(json, "resets_per_connection", json_known(f->resets_per_connection));
	json_object_set_new(json, "cpu_us_per_connection",
		json_pack("{s:o, s:o}", "server", json_known(f->server_cpu_us), "client",
			json_known(f->client_cpu_us)));
	json_object_set_new(json, "server_memory",
		json_pack("{s:o, s:o}", "rss_bytes", json_count(trial->server_rss_peak),
			"bytes_per_connection", json_known(f->server_bytes_per_connection)));
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
	load_json_set(json, trial, &figures);
	kernel_set(json, trial, &figures);
	json_object_set_new(json, "samples_missed", json_count(trial->samples_missed));
	json_object_set_new(
		json, "sampler_cost_ms", json_real((double)trial->sampler_cost_ns / 1e6));
	json_object_set_new(json, "samples", samples_json(trial));
	return json;
}
