#include "bench/judge/event_figures.h"

#include "bench/judge/refused.h"

#include <math.h>

bool event_figures_has_come(const struct trial *trial)
{
	return trial->event_count > 0 && trial->events[0].done_ns > 0;
}

uint64_t event_figures_load_ended_ns(const struct trial *trial)
{
	return trial->started_ns + trial->load.warmup_ns + trial->window_ns;
}

uint64_t event_figures_until_ns(const struct trial *trial, size_t index)
{
	bool is_last = index + 1 == trial->event_count || trial->events[index + 1].done_ns == 0;
	return is_last ? event_figures_load_ended_ns(trial) : trial->events[index + 1].done_ns;
}

static double seconds(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? (double)(to_ns - from_ns) / 1e9 : 0;
}

uint64_t event_figures_connected_ns(const struct trial *trial, size_t index)
{
	for (size_t i = index; i < trial->event_count; i++)
		if (trial->totals.events[i].connected_ns > 0)
			return trial->totals.events[i].connected_ns;
	return 0;
}

static double counted_gap_s(const struct trial *trial, size_t index)
{
	const struct event_count *count = &trial->totals.events[index];
	uint64_t again_ns = event_figures_connected_ns(trial, index);
	if (count->refused == 0)
		return 0;
	return seconds(
		count->refused_first_ns, again_ns ? again_ns : event_figures_load_ended_ns(trial));
}

/* By looks at the listeners, where the loader does not tell. */
static double seen_gap_s(const struct trial *trial, size_t index)
{
	uint64_t from_ns = trial->events[index].done_ns,
		 end_ns = event_figures_until_ns(trial, index);
	double longest = 0;
	for (size_t i = 0; i < trial->server_end.listener_gaps.count; i++) {
		const struct listener_gap *gap = &trial->server_end.listener_gaps.list[i];
		if (gap->gone_ns <= from_ns || gap->gone_ns > end_ns || gap->refused == 0)
			continue;
		longest = fmax(longest, seconds(gap->gone_ns, listener_gap_end_ns(gap, end_ns)));
	}
	return longest;
}

/* At the hop where the event was: an event of the server behind a proxy is refused to the proxy. */
static double refused_seen(const struct trial *trial, const struct event_record *record)
{
	bool is_behind = trial->upstream && !record->spec.of_proxy;
	return refused_of(is_behind ? trial->upstream : trial, record->refused_seen).count;
}

struct event_figures event_figures_of(const struct trial *trial, size_t index)
{
	const struct event_count *count = &trial->totals.events[index];
	const struct event_record *record = &trial->events[index];
	if (record->done_ns == 0)
		return (struct event_figures){NAN, NAN, NAN, NAN, NAN};
	if (trial->load.is_third_party)
		return (struct event_figures){
			NAN, NAN, NAN, refused_seen(trial, record), seen_gap_s(trial, index)};
	return (struct event_figures){(double)event_count_lost(count),
		(double)event_count_reset(count), (double)count->unexpected, (double)count->refused,
		counted_gap_s(trial, index)};
}

/* Of the load, what no event counts. */
static double lost_before_all(const struct trial *trial)
{
	const uint64_t *outcomes = trial->totals.outcomes;
	double lost = (double)(outcomes[OUTCOME_SHORT] + outcomes[OUTCOME_RESET] +
			       outcomes[OUTCOME_TIMED_OUT]);
	for (size_t i = 0; i < trial->event_count; i++)
		lost -= (double)event_count_lost(&trial->totals.events[i]);
	return fmax(lost, 0);
}

double event_figures_lost_before(const struct trial *trial, size_t index)
{
	if (trial->events[index].done_ns == 0 || trial->load.is_third_party)
		return NAN;
	return index > 0 ? (double)event_count_lost(&trial->totals.events[index - 1])
			 : lost_before_all(trial);
}

struct event_figures event_figures_of_all(const struct trial *trial)
{
	struct event_figures sum = {NAN, NAN, NAN, NAN, NAN};
	if (event_figures_has_come(trial))
		sum = (struct event_figures){0, 0, 0, 0, 0};
	for (size_t i = 0; i < trial->event_count && trial->events[i].done_ns > 0; i++) {
		struct event_figures one = event_figures_of(trial, i);
		sum.lost += one.lost;
		sum.reset += one.reset;
		sum.unexpected += one.unexpected;
		sum.refused += one.refused;
		sum.no_connection_s = fmax(sum.no_connection_s, one.no_connection_s);
	}
	return sum;
}

static void restart_check(struct reasons *reasons, const struct event_record *record,
	const char *end, uint64_t load_ended_ns)
{
	double at_s = (double)record->spec.at_ns / 1e9;
	if (record->spec.kind != EVENT_RESTART || record->done_ns == 0 || record->listened_ns > 0)
		return;
	if (record->started_ns == 0)
		reasons_add(reasons, "--at %gs=restart: the %s had not ended when the load did",
			at_s, end);
	else if (record->end[0])
		reasons_add(reasons,
			"--at %gs=restart: the %s, started again, ended before it listened: it %s",
			at_s, end, record->end);
	else
		reasons_add(reasons,
			"--at %gs=restart: the load ended %.3g s after the %s was started again, "
			"before it listened",
			at_s, seconds(record->started_ns, load_ended_ns), end);
}

void event_figures_check(struct reasons *reasons, const struct trial *trial)
{
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		const char *end = record->spec.of_proxy ? "proxy" : "server";
		if (record->done_ns == 0 && !trial->failure[0] && !trial->interrupted)
			reasons_add(reasons,
				"the event of --at %gs=%.60s did not come: the load was over (%.3g "
				"s)",
				(double)record->spec.at_ns / 1e9, record->spec.text,
				seconds(trial->started_ns, event_figures_load_ended_ns(trial)));
		restart_check(reasons, record, end, event_figures_load_ended_ns(trial));
	}
}
