#include "bench/report/events_sum.h"

#include "bench/result/json_path.h"

#include <math.h>
#include <string.h>

static double number(const json_t *json, const char *path)
{
	return json_number_value(json_path_at(json, path));
}

static bool is_known(const json_t *json, const char *path)
{
	return json_is_number(json_path_at(json, path));
}

static void groups_add(struct event_sum *sum, const json_t *event)
{
	size_t i;
	json_t *group;
	json_array_foreach(json_object_get(event, "connections"), i, group)
	{
		bool is_new = strcmp(json_path_text(group, "state"), "new") == 0;
		double lost = number(group, "short") + number(group, "reset") +
			      number(group, "timed_out");
		*(is_new ? &sum->fresh : &sum->open) += number(group, "connections");
		*(is_new ? &sum->fresh_lost : &sum->open_lost) += lost;
		sum->reset += number(group, "reset");
		sum->timed_out += number(group, "timed_out");
		sum->is_counted = true;
	}
}

/* From the event before it, or the load's start, to the next one, or the load's end. */
static void times_add(struct event_sum *sum, const json_t *event, const json_t *earlier)
{
	double done_s = number(event, "done_s");
	sum->lost_before += number(event, "lost_before");
	sum->before_s += done_s - number(earlier, "done_s");
	sum->behind_s += number(event, "until_s") - done_s;
}

static void event_add(struct event_sum *sum, const json_t *event, const json_t *earlier)
{
	sum->trials++;
	if (!is_known(event, "done_s"))
		return;
	sum->came++;
	groups_add(sum, event);
	times_add(sum, event, earlier);
	sum->unexpected += number(event, "unexpected");
	sum->refused += number(event, "refused");
	sum->queued += number(event, "queued");
	if (!sum->ended && json_object_get(event, "ended"))
		sum->ended = json_path_text(event, "ended");
	sum->no_connection_s = fmax(sum->no_connection_s, number(event, "no_connection_s"));
	sum->is_refused_to_the_end |=
		is_known(event, "refused_first_s") && !is_known(event, "connected_again_s");
}

static void again_add(struct event_again *again, const json_t *event)
{
	const json_t *restart = json_object_get(event, "restart");
	if (!restart || !is_known(event, "done_s"))
		return;
	again->asked++;
	again->in_use += json_is_true(json_object_get(restart, "in_use"));
	again->in_use_with_reuse += json_is_true(json_object_get(restart, "in_use_with_reuseaddr"));
	again->time_waits = fmax(again->time_waits, number(restart, "time_waits"));
	if (is_known(restart, "listened_s")) {
		again->listened++;
		again->longest_s = fmax(
			again->longest_s, number(restart, "listened_s") - number(event, "done_s"));
	} else if (json_object_get(event, "ended")) {
		again->ended = json_path_text(event, "ended");
	}
}

void event_sum_of(
	const json_t *trials, size_t index, struct event_sum *sum, struct event_again *again)
{
	size_t i;
	json_t *trial;
	*sum = (struct event_sum){0};
	*again = (struct event_again){0};
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *events = json_object_get(trial, "events");
		const json_t *event = json_array_get(events, index);
		event_add(sum, event, index > 0 ? json_array_get(events, index - 1) : NULL);
		again_add(again, event);
	}
}

double event_sum_lost(const struct event_sum *sum)
{
	return sum->open_lost + sum->fresh_lost;
}

bool event_sum_went_well(const struct event_sum *sum, const struct event_again *again)
{
	return sum->came == sum->trials && again->listened == again->asked;
}
