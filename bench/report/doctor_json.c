#include "bench/report/doctor_json.h"

#include "bench/doctor/conntrack_kinds.h"
#include "bench/doctor/forecast.h"
#include "bench/doctor/words.h"
#include "bench/result/json_scalar.h"

#include <math.h>
#include <stdio.h>

#define TEXT_SIZE (DIAGNOSED_TEXT * (DIAGNOSED_LINES + 1) + 16)

static json_t *number(double value)
{
	bool is_whole = value == floor(value) && fabs(value) < 1e15;
	return is_whole ? json_rounded_or_null(value) : json_real_or_null(value);
}

/* The headline and the lines as one sentence. */
static json_t *sentence(const struct diagnosed *found)
{
	char text[TEXT_SIZE];
	size_t length = (size_t)snprintf(text, sizeof(text), "%s", found->headline);
	for (size_t i = 0; i < found->line_count && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
			i == 0 ? ": " : "; ", found->lines[i]);
	return json_string(text);
}

static json_t *found_json(const struct diagnosed *found)
{
	json_t *object = json_pack("{s:s,s:s,s:s,s:o,s:s}", "id", found->check->id, "level",
		diagnosis_level_name(found->level), "namespace", found->space->name, "text",
		sentence(found), "cure", found->cure);
	for (size_t i = 0; i < found->number_count; i++)
		json_object_set_new(
			object, found->numbers[i].name, number(found->numbers[i].value));
	return object;
}

static json_t *rates_json(const struct doctor_pair *pair)
{
	json_t *rates = json_object();
	for (size_t i = 0; i < DOCTOR_WINDOWS; i++) {
		char key[16];
		snprintf(key, sizeof(key), "%us", doctor_windows_s[i]);
		json_object_set_new(
			rates, key, number((double)pair->made[i] / doctor_windows_s[i]));
	}
	return rates;
}

static json_t *pair_json(const struct doctor_host *host, const struct doctor_namespace *space,
	const struct doctor_pair *pair)
{
	struct forecast forecast = forecast_of(pair, &space->settings, &host->life);
	struct word source, destination;
	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:o,s:b,s:o,s:o,s:o}", "namespace", space->name,
		"source", word_source(&source, pair), "destination",
		word_destination(&destination, pair), "held",
		(json_int_t)pair->held[0] + pair->held[1], "time_wait", (json_int_t)pair->time_wait,
		"available", (json_int_t)forecast.available, "rate_per_s", rates_json(pair),
		"reuse", forecast.reuses, "exhausted_in_s", number(forecast.exhausted_in_s),
		"levels_off_at", number(forecast.levels_off_at), "cliff_in_s",
		number(forecast.cliff_in_s));
}

static json_t *host_json(const struct doctor_host *host)
{
	return json_pack("{s:s,s:s,s:o,s:{s:f,s:f,s:f},s:I}", "name", host->name, "kernel",
		host->kernel, "hz", host->life.hz ? json_integer(host->life.hz) : json_null(),
		"time_wait_life", "least_s", host->life.least_s, "mean_s", host->life.mean_s,
		"most_s", host->life.most_s, "namespaces", (json_int_t)host->namespace_count);
}

static json_t *setting(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

/* null: they were not listed. */
/* Of a namespace that ended meanwhile its inode. */
static json_t *opener_json(const struct doctor_host *host, const struct doctor_opener *opener)
{
	const struct doctor_pair pair = {.source = opener->source,
		.destination = opener->destination,
		.port = opener->port,
		.is_ipv6 = opener->is_ipv6};
	struct word source, destination;
	char name[48];
	snprintf(name, sizeof(name), "net:[%llu]", (unsigned long long)opener->space);
	for (size_t i = 0; i < host->namespace_count; i++)
		if (host->namespaces[i].inode == opener->space)
			snprintf(name, sizeof(name), "%s", host->namespaces[i].name);
	return json_pack("{s:o,s:s,s:s,s:s,s:s,s:i,s:I,s:I}", "namespace",
		opener->space ? json_string(name) : json_null(), "source",
		word_source(&source, &pair), "destination", word_destination(&destination, &pair),
		"name", opener->process.name, "unit", opener->process.unit, "pid",
		(int)opener->process.pid, "processes", (json_int_t)opener->processes, "opened",
		(json_int_t)opener->opened);
}

/* null: nobody asked, or they could not be seen. */
static json_t *openers_json(const struct doctor_host *host)
{
	if (host->watched_s <= 0)
		return json_null();
	json_t *openers = json_array();
	for (size_t i = 0; i < host->opener_count; i++)
		json_array_append_new(openers, opener_json(host, &host->openers[i]));
	return openers;
}

static json_t *entries_json(const struct doctor_namespace *space)
{
	struct conntrack_kind kinds[CONNTRACK_KINDS];
	if (!space->has_entries)
		return json_null();
	json_t *object = json_object();
	size_t count = conntrack_kinds_of(&space->entries, kinds);
	for (size_t i = 0; i < count; i++)
		json_object_set_new(
			object, kinds[i].name, json_integer((json_int_t)kinds[i].count));
	return object;
}

static json_t *namespace_json(const struct doctor_namespace *space)
{
	const struct doctor_settings *settings = &space->settings;
	return json_pack("{s:s,s:[i,i],s:I,s:o,s:o,s:o,s:o}", "name", space->name, "ports",
		(int)settings->ports.low, (int)settings->ports.high, "ports_available",
		(json_int_t)settings->ports.available[0] + settings->ports.available[1], "tw_reuse",
		setting(settings->tw_reuse), "tw_reuse_delay_ms",
		setting(settings->tw_reuse_delay_ms), "tw_buckets",
		setting(settings->max_tw_buckets), "conntrack_entries", entries_json(space));
}

json_t *doctor_json(const struct doctor_host *host, const struct diagnosis *diagnosis)
{
	json_t *unseen = json_array(), *findings = json_array(), *pairs = json_array(),
	       *spaces = json_array();
	for (size_t i = 0; i < host->unseen_count; i++)
		json_array_append_new(unseen, json_string(host->unseen[i].text));
	for (size_t i = 0; i < diagnosis->count; i++)
		json_array_append_new(findings, found_json(&diagnosis->list[i]));
	for (size_t i = 0; i < host->namespace_count; i++)
		json_array_append_new(spaces, namespace_json(&host->namespaces[i]));
	for (size_t i = 0; i < host->namespace_count; i++)
		for (size_t j = 0; j < host->namespaces[i].pair_count; j++)
			json_array_append_new(pairs, pair_json(host, &host->namespaces[i],
							     &host->namespaces[i].pairs[j]));
	return json_pack("{s:s,s:o,s:{s:f,s:f,s:o,s:o,s:I,s:I},s:o,s:o,s:o,s:o}", "schema",
		"teardown-doctor/1", "host", host_json(host), "look", "seconds", host->seconds,
		"cpu_ms", host->cpu_ms, "unseen", unseen, "watched_s",
		host->watched_s > 0 ? json_real(host->watched_s) : json_null(), "openers_left_out",
		(json_int_t)host->openers_left_out, "records_lost", (json_int_t)host->records_lost,
		"namespaces", spaces, "findings", findings, "pairs", pairs, "openers",
		openers_json(host));
}
