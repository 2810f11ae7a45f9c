#include "bench/report/upstream_text.h"

#include "bench/report/answer/outcome.h"
#include "bench/report/findings_text.h"
#include "bench/report/invalid_text.h"
#include "bench/report/overview.h"
#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/report/runway_text.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A smaller share of resets is not how the proxy closes. */
#define RESETS_TOLD 0.05
#define COLUMNS "time_wait_at,strategy,gives_up,ports,rate_per_s"

/* "first closer: graceful: server; reset: client", of the first trial of each. */
static void closers_write(const json_t *behind, FILE *out)
{
	size_t i;
	json_t *entry;
	fputs("first closer: ", out);
	json_array_foreach(json_object_get(behind, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(behind, strategy, false);
		const char *who =
			json_path_text(json_array_get(trials, 0), "first_closer.measured");
		bool is_server = strcmp(who, "server") == 0, is_client = strcmp(who, "client") == 0;
		fprintf(out, "%s%s: %s", i ? "; " : "", strategy,
			is_server   ? "the upstream"
			: is_client ? "the proxy"
				    : who);
		json_decref(trials);
	}
	fputc('\n', out);
}

/* Connections seen of a strategy's trials, and those of them that the proxy ended with a RST and no
 * FIN of its own. */
struct resets {
	json_int_t reset, seen;
};

static struct resets resets_of(const json_t *trials)
{
	static const char *const phases[] = {"open", "across_fin", "behind_other_fin"};
	struct resets sum = {0};
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *sent = json_path_at(trial, "endings.client.resets_sent");
		sum.seen += json_integer_value(
			json_path_at(trial, "first_closer.packet_tap.connections"));
		for (size_t k = 0; k < sizeof(phases) / sizeof(phases[0]); k++)
			sum.reset += json_integer_value(json_object_get(sent, phases[k]));
	}
	return sum;
}

/* Of strategies on which it is more than an accident. */
static void resets_write(const json_t *behind, FILE *out)
{
	size_t i, told = 0;
	json_t *entry;
	json_array_foreach(json_object_get(behind, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(behind, strategy, false);
		struct resets resets = resets_of(trials);
		json_decref(trials);
		if (resets.reset == 0 || (double)resets.reset < RESETS_TOLD * (double)resets.seen)
			continue;
		fprintf(out, "%s%s: %lld of %lld",
			told++ ? "; "
			       : "reset by the proxy, with no FIN before, of the connections "
				 "seen: ",
			strategy, (long long)resets.reset, (long long)resets.seen);
	}
	if (told > 0)
		fputs(": such a connection leaves no TIME_WAIT at either end and holds no port, "
		      "and the upstream reads ECONNRESET in place of its end\n",
			out);
}

/* The metric's median over the strategy's trials; false where none has it. */
static bool median_of(const json_t *behind, const char *strategy, const char *name, double *value)
{
	const struct metric *metric = metric_find(name, NULL);
	json_t *trials = metric ? metric_trials_shown(behind, strategy, metric) : NULL;
	bool is_known = trials && metric_median(trials, metric, value);
	json_decref(trials);
	return is_known;
}

/* "SYN to SYN-ACK there (median, 99 %, longest): graceful: 2.29 us, 3.77 us, 49.4 us", medians
 * over the trials that are shown. */
static void handshakes_write(const json_t *behind, FILE *out)
{
	static const char *const names[] = {
		"handshake.p50_us", "handshake.p99_us", "handshake.max_us"};
	size_t i, told = 0;
	json_t *entry;
	json_array_foreach(json_object_get(behind, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		double value;
		if (!median_of(behind, strategy, names[0], &value))
			continue;
		fprintf(out, "%s%s:",
			told++ ? "; " : "SYN to SYN-ACK there (median, 99 %, longest): ", strategy);
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			char text[32] = "-";
			if (median_of(behind, strategy, names[k], &value))
				figure_us(value, text, sizeof(text));
			fprintf(out, "%s %s", k ? "," : "", text);
		}
	}
	if (told > 0)
		fputc('\n', out);
}

/* Of several upstreams, those that the proxy connected to: to the fewest, in a trial. */
static void destinations_write(const json_t *behind, FILE *out)
{
	size_t i;
	json_t *trial;
	json_int_t asked = json_integer_value(json_path_at(behind, "options.upstreams"));
	json_int_t least = asked;
	json_array_foreach(json_object_get(behind, "trials"), i, trial)
	{
		const json_t *met = json_path_at(trial, "ports.destinations");
		if (json_is_integer(met) && json_integer_value(met) < least)
			least = json_integer_value(met);
	}
	if (asked > 1 && least == asked)
		fprintf(out, "the proxy connected to each of %lld upstreams\n", (long long)asked);
	else if (asked > 1)
		fprintf(out,
			"the proxy connected to %lld of %lld upstreams: ports to the others were "
			"no use to it\n",
			(long long)least, (long long)asked);
}

void upstream_prose_write(const void *what, FILE *out)
{
	const json_t *behind = what;
	closers_write(behind, out);
	resets_write(behind, out);
	destinations_write(behind, out);
	handshakes_write(behind, out);
	runway_print(behind, PRINTED_WIDTH, TELL_ALL, out);
	invalid_print(behind, PRINTED_WIDTH, TELL_ALL, out);
}

void upstream_print(const json_t *result, const struct text_options *options, FILE *out)
{
	json_t *behind = result_upstream(result);
	if (!behind)
		return;
	result_upstream_drop_told(behind, result);
	fputs("\nBehind the proxy, its connections to the upstream:\n\n", out);
	struct outcomes outcomes = outcomes_of(behind);
	overview_print(behind, &outcomes, COLUMNS, options->width, &options->look, out);
	outcomes_finish(&outcomes);
	char *prose = printed(upstream_prose_write, behind);
	fputc('\n', out);
	if (prose)
		paragraphs_print(prose, options->width, out);
	report_findings_print(behind, options->width, SIZE_MAX, out);
	free(prose);
	json_decref(behind);
}
