#include "bench/report/ramp_text.h"

#include "bench/result/json_path.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What a break is, in words; before it stands at which rate. */
static const struct {
	const char *what, *words;
	const char *counted; /* what its connections are */
} sentences[] = {
	{"no-port", "the client had no free port (EADDRNOTAVAIL", " connections)"},
	{"refused", "a connection was refused (ECONNREFUSED", " in all)"},
	{"connect-error", "connect(2) failed otherwise (", " times)"},
	{"reset", "a connection was reset before the response's end (", " in all)"},
	{"short", "a connection was closed before the response's end (", " in all)"},
	{"timed-out", "a connection timed out (", " in all)"},
	{"unexpected", "a response had not the expected status (", " in all)"},
	{"all-in-use", "all of --connections were in use (", " starts waited)"},
	{"loader-late", "the loader fell behind, not the server (", " starts late)"},
};
#define SENTENCES (sizeof(sentences) / sizeof(sentences[0]))

static double number(const json_t *json, const char *key)
{
	return json_number_value(json_object_get(json, key));
}

static double held_of(const json_t *trial)
{
	return json_number_value(json_path_at(trial, "ramp.held_per_s"));
}

/* The trial of the strategy that held up to the median rate; of an even number the lower one. */
static const json_t *middle_of(const json_t *trials)
{
	size_t i, k, count = json_array_size(trials);
	json_t *one, *other;
	json_array_foreach((json_t *)trials, i, one)
	{
		size_t below = 0;
		json_array_foreach((json_t *)trials, k, other) below +=
			held_of(other) < held_of(one) || (held_of(other) == held_of(one) && k < i);
		if (below == (count - 1) / 2)
			return one;
	}
	return NULL;
}

static void span_print(const json_t *trials, FILE *out)
{
	size_t i, count = json_array_size(trials);
	json_t *trial;
	double low = INFINITY, high = 0;
	json_array_foreach((json_t *)trials, i, trial)
	{
		low = fmin(low, held_of(trial));
		high = fmax(high, held_of(trial));
	}
	if (count > 1 && round(low) == round(high))
		fprintf(out, " (all %zu trials)", count);
	else if (count > 1)
		fprintf(out, " (%zu trials: %.0f to %.0f/s)", count, low, high);
}

/* The longest latency of the part in which it left, and of the ramp's beginning. */
static void latency_print(const json_t *ramp, double t_s, FILE *out)
{
	size_t i;
	json_t *step;
	double first_ms = 0, most_ms = 0;
	json_array_foreach(json_object_get(ramp, "steps"), i, step)
	{
		double ms = number(step, "p99_us") / 1e3;
		if (first_ms == 0)
			first_ms = ms;
		if (number(step, "t_s") >= t_s)
			most_ms = fmax(most_ms, ms);
	}
	fprintf(out, "latency left (p99 %.3g ms at first, up to %.*f ms from there on)", first_ms,
		most_ms < 10, most_ms);
}

/* The first one's rate is the one that was held. */
static void break_print(const json_t *ramp, const json_t *one, bool is_first, FILE *out)
{
	const char *what = json_path_text(one, "what");
	if (is_first)
		fprintf(out, "; there (%.2f s) ", number(one, "t_s"));
	else
		fprintf(out, "; at %.0f/s (%.2f s) ", number(one, "rate_per_s"),
			number(one, "t_s"));
	for (size_t i = 0; i < SENTENCES; i++)
		if (strcmp(what, sentences[i].what) == 0)
			fprintf(out, "%s%s%.0f%s", sentences[i].words,
				strchr(sentences[i].words, '(')[1] ? ": " : "",
				number(one, "connections"), sentences[i].counted);
	if (strcmp(what, "latency") == 0)
		latency_print(ramp, number(one, "t_s"), out);
}

static void findings_met_print(const json_t *ramp, FILE *out)
{
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(ramp, "findings"), i, one)
		fprintf(out, "%s%s at %.0f/s", i == 0 ? "; findings: " : ", ",
			json_path_text(one, "id"), number(one, "rate_per_s"));
}

static void strategy_print(
	const json_t *trials, const char *strategy, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *one;
	const json_t *trial = middle_of(trials);
	const json_t *ramp = json_object_get(trial, "ramp");
	const json_t *breaks = json_object_get(ramp, "breaks");
	if (!ramp)
		return;
	fprintf(out, "ramp: %s: held %s %.0f/s", strategy,
		json_array_size(breaks) > 0 ? "up to" : "to the end,", held_of(trial));
	span_print(trials, out);
	json_array_foreach((json_t *)breaks, i, one) if (i == 0 || brevity < TELL_LEAST)
		break_print(ramp, one, i == 0, out);
	if (brevity < TELL_LEAST)
		findings_met_print(ramp, out);
	fputc('\n', out);
}

void ramp_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		strategy_print(trials, strategy, brevity, out);
		json_decref(trials);
	}
}
