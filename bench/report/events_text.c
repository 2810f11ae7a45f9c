#include "bench/report/events_text.h"

#include "bench/report/events_many.h"
#include "bench/report/events_sum.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <string.h>

static double per_s(double count, double seconds)
{
	return seconds > 0 ? count / seconds : 0;
}

/* What was lost before it, too, shows by the rates whether the event changed anything. */
static void before_print(const struct event_sum *sum, FILE *out)
{
	if (sum->lost_before > 0)
		fprintf(out, "; %.0f lost before it (%.3g/s before, %.3g/s behind)",
			sum->lost_before, per_s(sum->lost_before, sum->before_s),
			per_s(event_sum_lost(sum), sum->behind_s));
}

static void lost_print(const struct event_sum *sum, FILE *out)
{
	double lost = event_sum_lost(sum), cut = lost - sum->reset - sum->timed_out;
	const char *where = sum->lost_before > 0 ? " behind it" : "";
	if (lost == 0) {
		fprintf(out, "0 lost%s (%.0f were open, %.0f new)", where, sum->open, sum->fresh);
		return;
	}
	fprintf(out, "%.0f lost%s (%.0f of %.0f open, %.0f of %.0f new", lost, where,
		sum->open_lost, sum->open, sum->fresh_lost, sum->fresh);
	const char *before = ": ";
	if (sum->reset > 0)
		fprintf(out, "%s%.0f reset", before, sum->reset);
	before = sum->reset > 0 ? ", " : before;
	if (cut > 0)
		fprintf(out, "%s%.0f closed before the response's end", before, cut);
	before = sum->reset > 0 || cut > 0 ? ", " : before;
	if (sum->timed_out > 0)
		fprintf(out, "%s%.0f timed out", before, sum->timed_out);
	fputc(')', out);
}

static bool costs_nothing(const struct event_sum *sum, const struct event_again *again)
{
	double cost = event_sum_lost(sum) + sum->refused + sum->unexpected;
	return event_sum_went_well(sum, again) && sum->is_counted && cost == 0;
}

static void refused_print(const struct event_sum *sum, enum brevity brevity, FILE *out)
{
	fprintf(out, "%s%.0f refused", sum->is_counted ? ", " : "", sum->refused);
	if (sum->refused > 0 && sum->is_refused_to_the_end)
		fputs(", and no connection to the end", out);
	else if (sum->refused > 0)
		fprintf(out, ", no connection for %.3g s", sum->no_connection_s);
	if (sum->unexpected > 0)
		fprintf(out, "; %.0f responses without the expected status", sum->unexpected);
	if (sum->queued > 0 && brevity < TELL_LEAST)
		fprintf(out, "; %.0f waited to be accepted", sum->queued);
}

/* What refuses no server that sets SO_REUSEADDR does no harm where it listened again. */
static void port_print(const struct event_again *again, enum brevity brevity, FILE *out)
{
	bool is_harmless = again->in_use_with_reuse == 0 && again->listened == again->asked;
	if (again->in_use == 0 || (is_harmless && brevity >= TELL_BRIEFLY))
		return;
	fprintf(out, "; %.0f TIME_WAIT%s left, and bind(2) said EADDRINUSE without SO_REUSEADDR%s",
		again->time_waits, again->time_waits == 1 ? " was" : "s were",
		again->in_use_with_reuse > 0 ? ", and with it" : ", not with it");
}

static void again_print(const struct event_again *again, enum brevity brevity, FILE *out)
{
	if (again->asked == 0)
		return;
	if (again->listened == again->asked)
		fprintf(out, "; it listened again after %.3g s", again->longest_s);
	else if (again->ended)
		fprintf(out, "; it did not listen again in %zu of %zu trials: it %s",
			again->asked - again->listened, again->asked, again->ended);
	else
		fprintf(out, "; the load ended before it listened again, in %zu of %zu trials",
			again->asked - again->listened, again->asked);
	port_print(again, brevity, out);
}

/* The server of a run with a proxy is the one behind it. */
static const char *end_name(const json_t *result, const json_t *event)
{
	const char *end = json_path_text(event, "end");
	return result_has_hops(result) && strcmp(end, "server") == 0 ? "upstream" : end;
}

void event_name_print(const json_t *result, const json_t *event, FILE *out)
{
	const char *kind = json_path_text(event, "kind");
	bool has_hops = result_has_hops(result);
	fprintf(out, "%s%s%s%.48s", has_hops ? end_name(result, event) : "", has_hops ? ":" : "",
		strcmp(kind, "command") == 0 ? "command:" : "", json_path_text(event, "event"));
}

/* Without what it had said. */
static void ended_print(const json_t *result, const json_t *event, const char *ended, FILE *out)
{
	fprintf(out, "; the %s %.*s", end_name(result, event), (int)strcspn(ended, ":"), ended);
}

/* The same events stand in each trial, in the same order. Returns whether it was printed: one that
 * cost nothing is not, where least is told. */
static bool event_print(const json_t *result, const json_t *trials, size_t index,
	const char *strategy, enum brevity brevity, FILE *out)
{
	struct event_sum sum;
	struct event_again again;
	const json_t *first =
		json_array_get(json_path_at(json_array_get(trials, 0), "events"), index);
	event_sum_of(trials, index, &sum, &again);
	if (brevity == TELL_LEAST && costs_nothing(&sum, &again))
		return false;
	fprintf(out, "events: %s: %gs=", strategy,
		json_number_value(json_object_get(first, "at_s")));
	event_name_print(result, first, out);
	fputs(": ", out);
	if (sum.came > 0) {
		if (sum.is_counted) {
			lost_print(&sum, out);
			before_print(&sum, out);
		}
		refused_print(&sum, brevity, out);
		again_print(&again, brevity, out);
	}
	if (sum.came < sum.trials)
		fprintf(out, "%sit did not come in %zu of %zu trials", sum.came > 0 ? "; " : "",
			sum.trials - sum.came, sum.trials);
	else if (again.asked == 0 && sum.ended)
		ended_print(result, first, sum.ended, out);
	fputc('\n', out);
	return true;
}

void events_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i, quiet = 0;
	json_t *entry;
	bool are_many = brevity == TELL_LEAST && events_many_print(result, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		size_t count = json_array_size(json_path_at(json_array_get(trials, 0), "events"));
		for (size_t k = 0; k < count; k++)
			if (!are_many || !events_many_has(trials, k))
				quiet += !event_print(result, trials, k, strategy, brevity, out);
		json_decref(trials);
	}
	if (quiet > 0)
		fprintf(out, "events: %zu more: nothing lost or refused\n", quiet);
}
