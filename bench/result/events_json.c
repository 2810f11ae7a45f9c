#include "bench/result/events_json.h"

#include "bench/judge/event_figures.h"
#include "bench/result/json_scalar.h"

#include <stdio.h>

/* Of the trial's clock; null: never. */
static json_t *instant(const struct trial *trial, uint64_t at_ns)
{
	return at_ns > 0 ? json_real(((double)at_ns - (double)trial->started_ns) / 1e9)
			 : json_null();
}

static json_t *group_json(const struct event_group_count *count, const char *name)
{
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{"connections", count->connections},
		{"completed", count->completed},
		{"short", count->short_},
		{"reset", count->reset},
		{"timed_out", count->timed_out},
		{"connect_errors", count->connect_errors},
		{"lived_on", count->lived_on},
	};
	json_t *json = json_pack("{s:s}", "state", name);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_set_new(json, numbers[i].key, json_count(numbers[i].value));
	return json;
}

/* A third-party loader's connections are not known one by one. */
static json_t *groups_json(const struct trial *trial, size_t index)
{
	json_t *list = json_array();
	for (size_t i = 0; i < EVENT_GROUPS && !trial->load.is_third_party; i++)
		json_array_append_new(list,
			group_json(&trial->totals.events[index].groups[i], event_group_names[i]));
	return list;
}

static json_t *restart_json(const struct trial *trial, const struct event_record *record)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "stopped_s",
		instant(trial, record->stopped_ns), "started_s", instant(trial, record->started_ns),
		"listened_s", instant(trial, record->listened_ns), "time_waits",
		json_count(record->port.time_waits), "in_use", record->port.is_in_use,
		"in_use_with_reuseaddr", record->port.is_in_use_with_reuse);
}

static uint64_t connected_again_ns(const struct trial *trial, size_t index)
{
	return trial->totals.events[index].refused > 0 ? event_figures_connected_ns(trial, index)
						       : 0;
}

static json_t *event_json(const struct trial *trial, size_t index)
{
	static const char *const kinds[] = {[EVENT_SIGNAL] = "signal",
		[EVENT_RESTART] = "restart",
		[EVENT_COMMAND] = "command"};
	const struct event_record *record = &trial->events[index];
	const struct event_count *count = &trial->totals.events[index];
	struct event_figures figures = event_figures_of(trial, index);
	uint64_t until_ns = record->done_ns > 0 ? event_figures_until_ns(trial, index) : 0;
	json_t *json = json_pack("{s:f, s:o, s:s, s:s, s:o}", "at_s",
		(double)record->spec.at_ns / 1e9, "done_s", instant(trial, record->done_ns), "end",
		record->spec.of_proxy ? "proxy" : "server", "kind", kinds[record->spec.kind],
		"event", json_text(record->spec.text));
	json_object_set_new(json, "until_s", instant(trial, until_ns));
	json_object_set_new(
		json, "lost_before", json_rounded_or_null(event_figures_lost_before(trial, index)));
	json_object_set_new(json, "connections", groups_json(trial, index));
	json_object_set_new(json, "queued", json_count(record->queued));
	json_object_set_new(json, "time_waits", json_count(record->time_waits));
	json_object_set_new(json, "lost", json_rounded_or_null(figures.lost));
	json_object_set_new(json, "reset", json_rounded_or_null(figures.reset));
	json_object_set_new(json, "unexpected", json_rounded_or_null(figures.unexpected));
	json_object_set_new(json, "refused", json_rounded_or_null(figures.refused));
	json_object_set_new(json, "no_connection_s", json_real_or_null(figures.no_connection_s));
	json_object_set_new(json, "refused_first_s", instant(trial, count->refused_first_ns));
	json_object_set_new(json, "refused_last_s", instant(trial, count->refused_last_ns));
	json_object_set_new(
		json, "connected_again_s", instant(trial, connected_again_ns(trial, index)));
	json_object_set_new(json, "ended_s", instant(trial, record->ended_ns));
	if (record->end[0])
		json_object_set_new(json, "ended", json_text(record->end));
	if (record->spec.kind == EVENT_RESTART)
		json_object_set_new(json, "restart", restart_json(trial, record));
	return json;
}

json_t *events_json(const struct trial *trial)
{
	if (trial->event_count == 0 || trial->load.is_proxy)
		return NULL;
	json_t *list = json_array();
	for (size_t i = 0; i < trial->event_count; i++)
		json_array_append_new(list, event_json(trial, i));
	return list;
}
