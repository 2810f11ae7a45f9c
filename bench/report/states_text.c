#include "bench/report/states_text.h"

#include "bench/findings/terms.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Within this share of the TIME_WAITs made an estimate is as good as a count. */
#define NARROW 0.01

/* Of one end, over all trials of a strategy. */
struct orphans {
	json_int_t unfinished, expired, killed;
	size_t trials;       /* that had any */
	bool are_told_apart; /* in each of them */
};

struct doubt {
	json_int_t least, most;
	size_t trials;
	bool is_unknown; /* in one of them at least */
};

static const json_t *value_at(
	const json_t *trial, const char *object, const char *end, const char *key)
{
	char path[80];
	snprintf(path, sizeof(path), "%s.%s.%s", object, end, key);
	return json_path_at(trial, path);
}

static json_int_t count_at(
	const json_t *trial, const char *object, const char *end, const char *key)
{
	return json_integer_value(value_at(trial, object, end, key));
}

static void orphans_add(struct orphans *orphans, const json_t *trial, const char *end)
{
	json_int_t unfinished = count_at(trial, "fin_wait2", end, "unfinished");
	if (unfinished == 0)
		return;
	orphans->trials++;
	orphans->unfinished += unfinished;
	orphans->expired += count_at(trial, "fin_wait2", end, "expired");
	orphans->killed += count_at(trial, "fin_wait2", end, "killed");
	orphans->are_told_apart &= json_is_integer(value_at(trial, "fin_wait2", end, "expired"));
}

static void doubt_add(struct doubt *doubt, const json_t *trial, const char *end)
{
	const char *by = json_path_string(value_at(trial, "time_wait", end, "created_by"));
	json_int_t least = count_at(trial, "time_wait", end, "created_least");
	json_int_t most = count_at(trial, "time_wait", end, "created_most");
	bool is_unknown = strcmp(by, "nothing") == 0;
	bool is_estimate = strcmp(by, "estimate") == 0;
	if (!(is_estimate || is_unknown) || (double)(most - least) <= NARROW * (double)most)
		return;
	doubt->least = doubt->trials && doubt->least < least ? doubt->least : least;
	doubt->most = doubt->most > most ? doubt->most : most;
	doubt->is_unknown |= is_unknown;
	doubt->trials++;
}

static void orphans_print(const struct orphans *orphans, const char *strategy, const char *end,
	const char *other, FILE *out)
{
	fprintf(out,
		"no TIME_WAIT: %s: at the %s %lld sockets waited in FIN_WAIT_2, closed, and never "
		"got the %s's FIN",
		strategy, end, (long long)orphans->unfinished, other);
	const struct term terms[] = {{(double)orphans->expired, "expired"},
		{(double)orphans->killed, "were killed by data or a reset"}};
	char ways[TERMS_SIZE];
	terms_text(terms, sizeof(terms) / sizeof(terms[0]), ways);
	if (orphans->are_told_apart)
		fprintf(out, "%s%s", ways[0] ? ": " : "", ways);
	fprintf(out, " (%zu %s)\n", orphans->trials, orphans->trials == 1 ? "trial" : "trials");
}

static void doubt_print(const struct doubt *doubt, const char *strategy, const char *end, FILE *out)
{
	fprintf(out,
		"%s: %s: TIME_WAITs made at the %s, %s; the kernel's counters, which count orphans "
		"in FIN_WAIT_2 too, allow %lld to %lld (%zu %s)\n",
		doubt->is_unknown ? "unknown" : "estimated", strategy, end,
		doubt->is_unknown ? "since no packets were seen"
				  : "from the packets of a share of the connections",
		(long long)doubt->least, (long long)doubt->most, doubt->trials,
		doubt->trials == 1 ? "trial" : "trials");
}

static void end_print(
	const json_t *trials, const char *strategy, const char *end, const char *other, FILE *out)
{
	struct orphans orphans = {.are_told_apart = true};
	struct doubt doubt = {.trials = 0};
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		orphans_add(&orphans, trial, end);
		doubt_add(&doubt, trial, end);
	}
	if (orphans.trials > 0)
		orphans_print(&orphans, strategy, end, other, out);
	if (doubt.trials > 0)
		doubt_print(&doubt, strategy, end, out);
}

void states_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		end_print(trials, strategy, "server", "client", out);
		end_print(trials, strategy, "client", "server", out);
		json_decref(trials);
	}
}
