#include "bench/ends/end_json.h"

#include "bench/measure/kernel_tcp_state.h"

#include <stdbool.h>
#include <stddef.h>

/* A figure of the report: a path of the object, and where it is. */
static const struct row {
	const char *path[2]; /* the second is NULL: it is the report's own */
	size_t offset;
	enum { NUMBER, SMALL, FLAG } kind;
} rows[] = {
#define OWN(name, field, kind)                                                                     \
	{                                                                                          \
		{name, NULL}, offsetof(struct server_end_report, field), kind                      \
	}
#define IN(group, name, field, kind)                                                               \
	{                                                                                          \
		{group, name}, offsetof(struct server_end_report, field), kind                     \
	}
	OWN("cpu_ns", cpu_ns, NUMBER),
	OWN("processes_ended", ended, NUMBER),
	OWN("rss_before_bytes", rss_before, NUMBER),
	OWN("rss_peak_bytes", rss_peak, NUMBER),
	IN("accept_queue", "looks", accept_watch.looks, NUMBER),
	IN("accept_queue", "listeners_at_once", accept_watch.at_once, SMALL),
	IN("accept_queue", "listeners_ever", accept_watch.ever, SMALL),
	IN("accept_queue", "waiting_peak", accept_watch.waiting_peak, NUMBER),
	IN("accept_queue", "waiting", accept_watch.waiting, NUMBER),
	IN("close_blocks", "looks", close_watch.looks, NUMBER),
	IN("close_blocks", "blocked", close_watch.blocked, NUMBER),
	IN("close_blocks", "at_once", close_watch.at_once, NUMBER),
	IN("close_blocks", "longest_ms", close_watch.longest_ms, NUMBER),
	IN("stopped", "processes", stop_watch.processes, NUMBER),
	IN("stopped", "stopped_ns", stop_watch.stopped_ns, NUMBER),
	IN("stopped", "at_end", stop_watch.at_end, FLAG),
	IN("descriptors", "looks", descriptor_watch.looks, NUMBER),
	IN("descriptors", "limit_reached", descriptor_watch.reached, NUMBER),
	IN("descriptors", "limit", descriptor_watch.limit, NUMBER),
#undef IN
#undef OWN
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static json_t *row_value(const struct server_end_report *report, const struct row *row)
{
	const void *at = (const char *)report + row->offset;
	switch (row->kind) {
	case FLAG:
		return json_boolean(*(const bool *)at);
	case SMALL:
		return json_integer(*(const uint32_t *)at);
	case NUMBER:
		break;
	}
	return json_integer((json_int_t) * (const uint64_t *)at);
}

/* The member object of that name, which is made where it is not there. */
static json_t *group_of(json_t *object, const char *name)
{
	json_t *group = json_object_get(object, name);
	if (group)
		return group;
	group = json_object();
	return json_object_set_new(object, name, group) == 0 ? group : NULL;
}

static int rows_add(json_t *object, const struct server_end_report *report)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		json_t *into = row->path[1] ? group_of(object, row->path[0]) : object;
		const char *name = row->path[1] ? row->path[1] : row->path[0];
		if (json_object_set_new(into, name, row_value(report, row)) == -1)
			return -1;
	}
	return 0;
}

/* NULL: no process of the server holds any. */
static json_t *holder_json(const struct holder *holder)
{
	return holder->pid == 0 ? json_null()
				: json_pack("{s:I, s:s, s:I, s:I}", "pid", (json_int_t)holder->pid,
					  "name", holder->name, "held", (json_int_t)holder->held,
					  "processes", (json_int_t)holder->processes);
}

static int holders_add(json_t *object, const struct server_end_report *report)
{
	json_t *open = group_of(object, "open_held_by");
	for (size_t i = 0; i < SOCKET_STATES; i++)
		if (report->holders[i].pid != 0 && json_object_set_new(open, socket_state_words[i],
							   holder_json(&report->holders[i])) == -1)
			return -1;
	return json_object_set_new(object, "quiet_held_by", holder_json(&report->quiet_holder)) |
	       json_object_set_new(object, "closed_late_by", holder_json(&report->late_holder));
}

json_t *end_json_report(const struct server_end_report *report)
{
	json_t *object = json_object();
	json_t *backlog = report->backlog_is_known ? json_integer(report->backlog) : json_null();
	if (json_object_set_new(object, "listen_backlog", backlog) == 0 &&
		rows_add(object, report) == 0 && holders_add(object, report) == 0)
		return object;
	json_decref(object);
	return NULL;
}

/* To what stands there already: the kernel has two states of a half-open connection. */
static int number_add(json_t *object, const char *name, uint64_t number)
{
	json_int_t sum = json_integer_value(json_object_get(object, name)) + (json_int_t)number;
	return number ? json_object_set_new(object, name, json_integer(sum)) : 0;
}

static json_t *counters_json(const struct counters *counters)
{
	json_t *object = json_object();
	for (size_t i = 0; i < counters_row_count; i++) {
		const struct counters_row *row = &counters_rows[i];
		uint64_t value = *(const uint64_t *)((const char *)counters + row->offset);
		if (number_add(object, row->name, value) == -1) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *census_json(const struct diag_census *census)
{
	json_t *object = json_object();
	int failed = 0;
	for (unsigned i = 0; i < DIAG_STATES; i++)
		if (kernel_tcp_state(i) != STATE_UNKNOWN)
			failed |= number_add(
				object, tcp_state_text(kernel_tcp_state(i)), census->states[i]);
	failed |= number_add(object, "FIN_WAIT_2_in_tw", census->fin_wait2_in_tw);
	if (!failed)
		return object;
	json_decref(object);
	return NULL;
}

json_t *end_json_sample(const struct sample_end *sample)
{
	const struct counters *counters = &sample->counters;
	return json_pack("{s:o, s:I, s:I, s:o, s:o}", "counters", counters_json(counters),
		"sockstat_inuse", (json_int_t)counters->gauge_inuse, "sockstat_tw",
		(json_int_t)counters->gauge_tw, "load", census_json(&sample->census), "others",
		census_json(&sample->others));
}

json_t *end_json_settings(const struct network *network)
{
	json_t *object = json_object();
	for (size_t i = 0; i < network->setting_count; i++)
		if (json_object_set_new(object, network->settings[i].name,
			    json_string(network->settings[i].value)) == -1) {
			json_decref(object);
			return NULL;
		}
	return object;
}
