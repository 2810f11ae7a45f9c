#include "bench/result/trial_json.h"

#include "bench/judge/server_ports.h"
#include "bench/judge/validity.h"
#include "bench/result/clients_json.h"
#include "bench/result/events_json.h"
#include "bench/result/fields/field.h"
#include "bench/result/fields/sample_row.h"
#include "bench/result/findings_json.h"
#include "bench/result/json_path.h"
#include "bench/result/json_scalar.h"
#include "bench/result/load_json.h"
#include "bench/result/ramp_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TRIAL "trials[]."
#define SAMPLE "trials[].samples[]."

/* What fields are read from, and the object that they are written to. */
struct writer {
	json_t *json;
	const struct trial *trial;
	const struct figures *figures;
	const struct sample_row *sample; /* NULL: a trial is written */
};

static const void *object_of(const struct writer *writer, const struct field_leaf *leaf)
{
	switch (leaf->field->source.object) {
	case FIELD_OF_TRIAL:
		return writer->trial;
	case FIELD_OF_FIGURES:
		return writer->figures;
	case FIELD_OF_END:
		return leaf->end ? &writer->figures->client : &writer->figures->server;
	case FIELD_OF_SAMPLE:
		return writer->sample;
	case FIELD_BY_HAND:
		break;
	}
	return NULL;
}

static json_t *number(const struct field *field, double value)
{
	if (isnan(value))
		return field->presence == FIELD_NULLABLE ? json_null() : NULL;
	return field->kind == FIELD_COUNT ? json_integer((json_int_t)value) : json_real(value);
}

/* The leaf's value; NULL: it is left out. */
static json_t *value_read(const struct writer *writer, const struct field_leaf *leaf)
{
	const struct field *field = leaf->field;
	if (field->known && !field->known(writer->trial))
		return field->presence == FIELD_NULLABLE ? json_null() : NULL;
	if (field->kind == FIELD_OBJECT)
		return json_object();
	const char *object = object_of(writer, leaf);
	if (!object)
		return NULL;
	const void *value = object + field->source.offset;
	switch (field->source.type) {
	case FIELD_U64:
		return json_count(*(const uint64_t *)value);
	case FIELD_U32:
		return json_count(*(const uint32_t *)value);
	case FIELD_DOUBLE:
		return number(field, *(const double *)value);
	case FIELD_STRING:
		return json_text(*(const char *const *)value);
	case FIELD_BOOL:
		break;
	}
	return json_boolean(*(const bool *)value);
}

/* Writes a leaf of the trial, or of the sample, that the table says how to read. */
static void leaf_write(void *argument, const struct field_leaf *leaf)
{
	const struct writer *writer = argument;
	const char *prefix = writer->sample ? SAMPLE : TRIAL;
	if (strncmp(leaf->path, prefix, strlen(prefix)) != 0)
		return;
	const char *path = leaf->path + strlen(prefix);
	if (strpbrk(path, "[{"))
		return;
	json_t *value = value_read(writer, leaf);
	if (value)
		json_path_put(writer->json, path, value);
}

/* Only what the census of this sample found; a state that no socket was in is left out. */
static void sample_states_set(
	json_t *json, const char *key, const struct sample *sample, const struct sample_end *end)
{
	json_t *states = json_object_get(json, key);
	for (size_t i = 0; i < SOCKET_STATES && sample->census_fresh; i++)
		if (end->census.by_owner[i] > 0)
			json_object_set_new(
				states, socket_state_words[i], json_count(end->census.by_owner[i]));
	if (json_object_size(states) == 0)
		json_object_del(json, key);
}

static json_t *sample_json(const struct trial *trial, const struct sample *sample)
{
	struct sample_row row = sample_row(trial, sample);
	struct writer writer = {.json = json_object(), .trial = trial, .sample = &row};
	/* The rows of a sample have no {words}: there is nothing to expand. */
	for (size_t i = 0; i < field_group_sample.count; i++) {
		struct field_leaf leaf = {.field = &field_group_sample.fields[i]};
		snprintf(leaf.path, sizeof(leaf.path), "%s", leaf.field->path);
		leaf_write(&writer, &leaf);
	}
	sample_states_set(writer.json, "server_states", sample, &sample->server);
	sample_states_set(writer.json, "client_states", sample, &sample->client);
	return writer.json;
}

static json_t *samples_json(const struct trial *trial)
{
	json_t *json = json_array();
	for (size_t i = 0; i < trial->sample_count; i++)
		json_array_append_new(json, sample_json(trial, &trial->samples[i]));
	json_array_append_new(json, sample_json(trial, &trial->after));
	return json;
}

static void counters_set(json_t *json, const char *end, const struct counters *counters)
{
	char path[FIELD_PATH_MAX];
	for (size_t i = 0; i < counters_row_count; i++) {
		const struct counters_row *row = &counters_rows[i];
		const uint64_t *value = (const uint64_t *)((const char *)counters + row->offset);
		snprintf(path, sizeof(path), "counters.%s.%s", end, row->name);
		json_path_put(json, path, json_count(*value));
	}
}

/* A state that no socket was in is left out. */
static void states_set(
	json_t *json, const char *end, const char *when, const uint64_t counts[SOCKET_STATES])
{
	char path[FIELD_PATH_MAX];
	for (size_t i = 0; i < SOCKET_STATES; i++) {
		if (counts[i] == 0)
			continue;
		snprintf(path, sizeof(path), "states.%s.%s.%s", end, when, socket_state_words[i]);
		json_path_put(json, path, json_count(counts[i]));
	}
}

static void sysctls_set(json_t *json, const struct trial *trial)
{
	for (size_t i = 0; i < trial->setting_count; i++) {
		const struct network_setting *s = &trial->settings[i];
		bool of_nat = s->end == TD_NONE;
		json_t *settings = json_object_get(json, "sysctls");
		const char *host = of_nat ? "nat" : figures_who(s->end);
		if (of_nat && !json_object_get(settings, host))
			json_object_set_new(settings, host, json_object());
		json_object_set_new(json_object_get(settings, host), s->name, json_text(s->value));
	}
}

/* Nothing is declared of a third-party server: null. */
static json_t *declared(const struct trial *trial, enum td_who who)
{
	return trial_is_declared(trial) ? json_string(figures_who(who)) : json_null();
}

/* Where the other connections of an end led, and those that failed. */
static void others_to_set(json_t *json, const char *end, const struct end_figures *figures)
{
	const struct other_end *others = &figures->others;
	char path[FIELD_PATH_MAX], text[TCP_SEGMENT_END_TEXT];
	snprintf(path, sizeof(path), "other_connections.%s.to", end);
	if (others->to.port != 0)
		json_path_put(json, path,
			json_string(others->to_several ? "several"
						       : tcp_segment_end_text(&others->to, text)));
	snprintf(path, sizeof(path), "other_connections.%s.failed_to", end);
	if (others->failing.to.port != 0)
		json_path_put(
			json, path, json_string(tcp_segment_end_text(&others->failing.to, text)));
	snprintf(path, sizeof(path), "other_connections.%s.unsent_to", end);
	if (figures->others_unsent_to.port != 0)
		json_path_put(json, path,
			json_string(tcp_segment_end_text(&figures->others_unsent_to, text)));
}

/* Its place, or nothing where there is none. */
static void others_runway_set(
	json_t *json, const struct trial *trial, const char *end, const struct end_figures *figures)
{
	char path[FIELD_PATH_MAX], text[TCP_SEGMENT_END_TEXT];
	json_t *others = json_object_get(json_object_get(json, "other_connections"), end);
	if (json_object_size(json_object_get(others, "runway")) == 0) {
		json_object_del(others, "runway");
		return;
	}
	snprintf(path, sizeof(path), "other_connections.%s.runway.to", end);
	json_path_put(json, path,
		json_string(server_ports_end(trial).over_all_places
				    ? "several"
				    : tcp_segment_end_text(&figures->others.busiest.to, text)));
}

/* Names and claims. */
static void identity_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->strategy;
	json_path_put(json, "strategy", json_text(trial_row(trial)));
	json_path_put(json, "repeat", json_integer(trial->repeat));
	json_path_put(json, "order", json_integer(trial->order));
	json_path_put(json, "source_port", json_string(trial->load.source_port));
	json_path_put(json, "client_close", json_string(trial->load.client_close));
	json_path_put(json, "duration_s", json_real((double)trial->window_ns / 1e9));
	json_path_put(json, "holder.declared", declared(trial, strategy->holder));
	json_path_put(json, "first_closer.declared", declared(trial, strategy->first_closer));
	if (figures->first_closer_unknown)
		json_path_put(json, "first_closer.unknown_because",
			json_string(figures->first_closer_unknown));
	if (trial->remote.exists)
		json_path_put(json, "remote.server_port", json_integer(trial->server.port));
	if (trial_is_declared(trial))
		json_path_put(json, "claim.is_race", json_boolean(strategy->claim_is_race));
}

static void verdict_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	struct reasons reasons = validity_reasons(trial, figures);
	struct findings findings = findings_of(trial, figures);
	json_t *because = json_array();
	for (size_t i = 0; i < reasons.count; i++)
		json_array_append_new(because, json_text(reasons.text[i]));
	json_path_put(json, "valid", json_boolean(reasons.count == 0 && !reasons.incomplete));
	json_path_put(json, "invalid_because", because);
	json_path_put(json, "findings", findings_json(&findings));
	findings_finish(&findings);
	reasons_finish(&reasons);
}

json_t *trial_json(const struct trial *trial)
{
	struct figures figures = figures_of(trial);
	struct writer writer = {.json = json_object(), .trial = trial, .figures = &figures};
	json_t *json = writer.json;
	fields_expand(leaf_write, &writer);
	identity_set(json, trial, &figures);
	verdict_set(json, trial, &figures);
	load_json_set(json, trial, &figures);
	states_set(json, "server", "peak", figures.server.state_peak);
	states_set(json, "server", "end", figures.server.state_end);
	states_set(json, "client", "peak", figures.client.state_peak);
	states_set(json, "client", "end", figures.client.state_end);
	counters_set(json, "server", &figures.server.counters);
	counters_set(json, "client", &figures.client.counters);
	others_to_set(json, "server", &figures.server);
	others_to_set(json, "client", &figures.client);
	others_runway_set(json, trial, "server", &figures.server);
	others_runway_set(json, trial, "client", &figures.client);
	sysctls_set(json, trial);
	if (trial->upstream)
		json_object_set_new(json, "upstream", trial_json(trial->upstream));
	json_t *clients = clients_json(trial);
	if (clients)
		json_object_set_new(json, "clients", clients);
	json_t *events = events_json(trial);
	if (events)
		json_object_set_new(json, "events", events);
	ramp_json_set(json, trial);
	json_t *beside = beside_json(trial);
	if (beside)
		json_object_set_new(json, "beside", beside);
	if (json_object_size(json_object_get(json, "runway")) == 0)
		json_object_del(json, "runway");
	json_path_put(json, "sampler_cost_ms", json_real((double)trial->sampler_cost_ns / 1e6));
	json_path_put(json, "samples", samples_json(trial));
	return json;
}
