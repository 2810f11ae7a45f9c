#include "bench/report/events_many.h"

#include "bench/report/answer/enumeration.h"
#include "bench/report/events_sum.h"
#include "bench/report/events_text.h"
#include "bench/result/json_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As many sentences of their own are read at a glance. */
#define FEW 3

struct one {
	const char *strategy;
	struct event_sum sum;
	struct event_again again;
};

/* One event, at all strategies of which it is told here. */
struct many {
	size_t count;
	struct one *list; /* those that lost the least first */
};

struct range {
	double least, most;
};

bool events_many_has(const json_t *trials, size_t index)
{
	struct event_sum sum;
	struct event_again again;
	event_sum_of(trials, index, &sum, &again);
	bool stayed_away = sum.is_refused_to_the_end || (again.asked == 0 && sum.ended);
	return sum.is_counted && sum.unexpected == 0 && sum.lost_before == 0 && !stayed_away &&
	       event_sum_went_well(&sum, &again);
}

static int compare_lost(const void *a, const void *b)
{
	const struct one *one = a, *other = b;
	double left = event_sum_lost(&one->sum), right = event_sum_lost(&other->sum);
	return left == right ? strcmp(one->strategy, other->strategy)
			     : (left > right) - (left < right);
}

static struct many many_of(const json_t *result, size_t index)
{
	size_t i;
	json_t *entry, *summary = json_object_get(result, "summary");
	struct many many = {0, calloc(json_array_size(summary) + 1, sizeof(*many.list))};
	if (!many.list)
		return many;
	json_array_foreach(summary, i, entry)
	{
		struct one *one = &many.list[many.count];
		one->strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, one->strategy, false);
		event_sum_of(trials, index, &one->sum, &one->again);
		many.count += events_many_has(trials, index);
		json_decref(trials);
	}
	qsort(many.list, many.count, sizeof(*many.list), compare_lost);
	return many;
}

static void range_add(struct range *range, double value)
{
	range->least = fmin(range->least, value);
	range->most = fmax(range->most, value);
}

static void range_print(const struct range *range, const char *unit, FILE *out)
{
	if (range->least == range->most)
		fprintf(out, "%.3g%s", range->least, unit);
	else
		fprintf(out, "%.3g to %.3g%s", range->least, range->most, unit);
}

/* The number of those that lost nothing. */
static size_t whole_print(const struct many *many, FILE *out)
{
	size_t whole = 0;
	while (whole < many->count && event_sum_lost(&many->list[whole].sum) == 0)
		whole++;
	if (whole == 0)
		return 0;
	fputs("nothing lost: ", out);
	for (size_t part = 1; part <= enumeration_written(whole); part++)
		fprintf(out, "%s%s", enumeration_separator(part, whole),
			many->list[part - 1].strategy);
	enumeration_end(whole, out);
	return whole;
}

/* "nothing lost: graceful and keep-alive; connections lost: bind-reuse 1, reset 8" */
static void lost_print(const struct many *many, FILE *out)
{
	size_t whole = whole_print(many, out);
	for (size_t i = whole; i < many->count; i++)
		fprintf(out, "%s%s %.0f",
			i > whole   ? ", "
			: whole > 0 ? "; connections lost: "
				    : "connections lost: ",
			many->list[i].strategy, event_sum_lost(&many->list[i].sum));
}

static void others_print(const struct many *many, FILE *out)
{
	struct range refused = {INFINITY, 0}, none_s = refused, again_s = refused;
	for (size_t i = 0; i < many->count; i++) {
		const struct one *one = &many->list[i];
		range_add(&refused, one->sum.refused);
		range_add(&none_s, one->sum.no_connection_s);
		range_add(&again_s, one->again.longest_s);
	}
	fputs("; each: ", out);
	range_print(&refused, " refused", out);
	if (refused.most > 0) {
		fputs(", no connection for ", out);
		range_print(&none_s, " s", out);
	}
	if (many->count > 0 && many->list[0].again.asked > 0) {
		fputs("; it listened again after ", out);
		range_print(&again_s, " s", out);
	}
}

static void event_of_many_print(const json_t *result, size_t index, FILE *out)
{
	struct many many = many_of(result, index);
	const json_t *events =
		json_path_at(json_array_get(json_object_get(result, "trials"), 0), "events");
	const json_t *event = json_array_get(events, index);
	if (many.count > 0) {
		fprintf(out, "events: %gs=", json_number_value(json_object_get(event, "at_s")));
		event_name_print(result, event, out);
		fputs(": ", out);
		lost_print(&many, out);
		others_print(&many, out);
		fputc('\n', out);
	}
	free(many.list);
}

bool events_many_print(const json_t *result, FILE *out)
{
	const json_t *first = json_array_get(json_object_get(result, "trials"), 0);
	size_t events = json_array_size(json_object_get(first, "events"));
	if (json_array_size(json_object_get(result, "summary")) <= FEW)
		return false;
	for (size_t i = 0; i < events; i++)
		event_of_many_print(result, i, out);
	return true;
}
