#include "bench/report/clients_text.h"

#include "bench/load/clients/behaviour.h"
#include "bench/result/json_path.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Counts, and what is said of each that is not 0. */
static const struct count {
	const char *key, *words;
} counts[] = {
	{"truncated", "responses ended in the middle"},
	{"short", "connections ended in the server's FIN before their end"},
	{"reset", "connections were reset before their end"},
	{"timed_out", "connections were given up (--timeout)"},
	{"connect_errors", "connections did not open"},
	{"closed_idle", "connections were closed by the server while the client paused"},
	{"reset_idle", "connections were reset by the server while the client paused"},
	{"held", "connections were held to the end"},
};
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

/* Shorter times are printed as 0: requests that were sent ahead of a response waited for none. */
#define IDLE_SHOWN_S 0.0005

/* One behaviour, over the trials of a strategy. */
struct sum {
	double connections, attempted, responses, refused, of[COUNTS], raced, pauses, pauses_cut;
	double idle_least_s, idle_most_s;
};

static double number(const json_t *json, const char *key)
{
	return json_number_value(json_object_get(json, key));
}

static void races_add(struct sum *sum, const json_t *client)
{
	double raced = number(client, "unanswered_kept");
	double least = number(client, "idle_least_s"), most = number(client, "idle_most_s");
	if (raced <= 0)
		return;
	if (sum->raced == 0 || least < sum->idle_least_s)
		sum->idle_least_s = least;
	if (most > sum->idle_most_s)
		sum->idle_most_s = most;
	sum->raced += raced;
}

static void client_add(struct sum *sum, const json_t *client)
{
	sum->connections = number(client, "connections");
	sum->attempted += number(client, "attempted");
	sum->responses += number(client, "responses");
	sum->refused += number(client, "refused");
	sum->pauses += number(client, "pauses");
	sum->pauses_cut += number(client, "pauses_cut");
	for (size_t i = 0; i < COUNTS; i++)
		sum->of[i] += number(client, counts[i].key);
	races_add(sum, client);
}

static bool is_to_pause(const char *behaviour)
{
	struct error error;
	const struct client_behaviour *known = client_behaviour_find(behaviour, &error);
	return known && client_behaviour_thinks(known);
}

/* Where each connection had one request, there was nothing to pause before. */
static bool none_paused(const char *behaviour, const struct sum *sum)
{
	double ended = 0;
	for (size_t i = 0; i < COUNTS; i++)
		if (strcmp(counts[i].key, "closed_idle") == 0 ||
			strcmp(counts[i].key, "reset_idle") == 0)
			ended += sum->of[i];
	return is_to_pause(behaviour) && sum->responses > 0 && sum->pauses + ended == 0;
}

/* `id` is what the paragraph begins with, `expected` the status that was wanted (--expect). */
static void sum_print(const char *id, const char *strategy, const char *behaviour,
	const char *expected, const struct sum *sum, FILE *out)
{
	fprintf(out, "%s: %s: %.0f of %s: %.0f connections, %.0f whole responses", id, strategy,
		sum->connections, behaviour, sum->attempted, sum->responses);
	if (sum->refused > 0)
		fprintf(out, "; %.0f responses were no %s", sum->refused, expected);
	if (none_paused(behaviour, sum))
		fputs("; none paused, as no connection was kept for a second request", out);
	if (sum->raced > 0)
		fprintf(out, "; %.0f requests on a kept connection got no answer", sum->raced);
	if (sum->raced > 0 && sum->idle_most_s >= IDLE_SHOWN_S)
		fprintf(out, ", after %.3f to %.3f s idle", sum->idle_least_s, sum->idle_most_s);
	if (sum->pauses_cut > 0)
		fprintf(out,
			"; the load's end cut %.0f of %.0f pauses short, and their requests were "
			"sent at once",
			sum->pauses_cut, sum->pauses);
	for (size_t i = 0; i < COUNTS; i++)
		if (sum->of[i] > 0)
			fprintf(out, "; %.0f %s", sum->of[i], counts[i].words);
	fputc('\n', out);
}

/* The same behaviours stand in each trial, in the same order. */
static void lists_print(const json_t *trials, const char *id, const char *path,
	const char *strategy, const char *expected, FILE *out)
{
	const json_t *first = json_path_at(json_array_get(trials, 0), path);
	for (size_t k = 0; k < json_array_size(first); k++) {
		size_t i;
		json_t *trial;
		struct sum sum = {0};
		json_array_foreach((json_t *)trials, i, trial)
			client_add(&sum, json_array_get(json_path_at(trial, path), k));
		sum_print(id, strategy, json_path_text(json_array_get(first, k), "behaviour"),
			expected, &sum, out);
	}
}

/* What the clients sent, where not all of it has come to the server. */
static void sent_print(const json_t *trials, const char *strategy, FILE *out)
{
	size_t i;
	json_t *trial;
	double taken = 0, arrived = 0;
	json_array_foreach((json_t *)trials, i, trial)
	{
		taken += json_number_value(json_path_at(trial, "sent.taken_bytes"));
		arrived += json_number_value(json_path_at(trial, "sent.arrived_bytes"));
	}
	if (arrived < taken)
		fprintf(out,
			"clients: %s: %.3g of %.3g MB that they sent came to the server; their "
			"kernel dropped the rest, as a RST ended the connections\n",
			strategy, arrived / 1e6, taken / 1e6);
}

/* What those beside the load cost the server. */
static void server_print(const json_t *trials, const char *strategy, FILE *out)
{
	size_t i;
	json_t *trial;
	double peak = 0, end = 0, reopened = 0;
	/* What is left, and what of it is no leak, are of one trial: the one with the most. */
	if (!json_is_object(json_path_at(json_array_get(trials, 0), "beside")))
		return;
	json_array_foreach((json_t *)trials, i, trial)
	{
		double trial_peak =
			json_number_value(json_path_at(trial, "beside.server.held_peak"));
		double trial_end = json_number_value(json_path_at(trial, "beside.server.held_end"));
		double trial_reopened =
			json_number_value(json_path_at(trial, "beside.server.reopened_end"));
		double leak = trial_end - trial_reopened, worst = end - reopened;
		peak = fmax(peak, trial_peak);
		if (leak > worst || (leak == worst && trial_end > end)) {
			end = trial_end;
			reopened = trial_reopened;
		}
	}
	fprintf(out,
		"beside: %s: the server held descriptors of %.0f connections that are not the "
		"load's, at most, and of %.0f when all was over; the table leaves them out, but "
		"for CPU and memory\n",
		strategy, peak, end);
	if (reopened > 0)
		fprintf(out,
			"beside: %s: %.0f of those that were left at the end are no leak: no "
			"client has them, the kernel made each of a late ACK that passed as the "
			"answer to a SYN cookie (docs/run.md, Clients that do not behave)\n",
			strategy, reopened);
}

void clients_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *entry;
	const char *given = json_string_value(json_path_at(result, "options.expect"));
	const char *expected = given ? given : "2xx";
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		lists_print(trials, "clients", "clients", strategy, expected, out);
		sent_print(trials, strategy, out);
		lists_print(trials, "beside", "beside.clients", strategy, expected, out);
		server_print(trials, strategy, out);
		json_decref(trials);
	}
}
