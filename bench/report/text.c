#include "bench/report/text.h"
#include "bench/result/view.h"

#include "bench/report/findings.h"
#include "bench/report/latency.h"
#include "bench/report/table.h"
#include "bench/statistics/statistics.h"

#include <stdbool.h>
#include <string.h>

static void invalid_print(const json_t *result, FILE *out)
{
	size_t i, r;
	json_t *trial, *reason;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		if (json_is_true(json_object_get(trial, "valid")))
			continue;
		fprintf(out, "invalid: %s, trial %lld:",
			json_string_value(json_object_get(trial, "strategy")),
			(long long)json_integer_value(json_object_get(trial, "repeat")));
		json_array_foreach(json_object_get(trial, "invalid_because"), r, reason)
			fprintf(out, "%s %s", r ? ";" : "", json_string_value(reason));
		fputc('\n', out);
	}
}

/* What wrk says itself, as it rounds it; the table holds what was measured. */
static void third_party_print(const json_t *result, FILE *out)
{
	size_t i;
	json_t *trial, *errors;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		errors = json_object_get(json_object_get(trial, "third_party"), "errors");
		if (!errors)
			continue;
		fprintf(out,
			"wrk says: %s, trial %lld: %lld requests, %.0f/s, p50 %.2f ms, p99 %.2f "
			"ms; errors: connect %lld, read %lld, write %lld, timeout %lld\n",
			json_string_value(json_object_get(trial, "strategy")),
			(long long)json_integer_value(json_object_get(trial, "repeat")),
			(long long)json_integer_value(view_at(trial, "third_party.requests")),
			json_number_value(view_at(trial, "third_party.requests_per_s")),
			json_number_value(view_at(trial, "third_party.latency_us.p50")) / 1e3,
			json_number_value(view_at(trial, "third_party.latency_us.p99")) / 1e3,
			(long long)json_integer_value(json_object_get(errors, "connect")),
			(long long)json_integer_value(json_object_get(errors, "read")),
			(long long)json_integer_value(json_object_get(errors, "write")),
			(long long)json_integer_value(json_object_get(errors, "timeout")));
	}
}

static void not_run_print(const json_t *result, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "not_run"), i, entry) fprintf(out,
		"not run: %s: %s\n", json_string_value(json_object_get(entry, "strategy")),
		json_string_value(json_object_get(entry, "because")));
}

static void few_print(const json_t *result, FILE *out)
{
	size_t i, few = 0;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry) few +=
		json_integer_value(json_object_get(entry, "valid_trials")) <
		STATISTICS_TRIALS_ADVISED;
	if (few > 0)
		fprintf(out,
			"few: %zu of %zu strategies have fewer than %d valid trials: their medians "
			"say little (--repeat)\n",
			few, json_array_size(json_object_get(result, "summary")),
			STATISTICS_TRIALS_ADVISED);
}

/* What makes a median doubtful. Of all metrics these two are looked at: tails are always wide. */
static void noise_print(const json_t *summary, FILE *out)
{
	static const char *const watched[] = {"rate_per_s", "total_us_p50"};
	const char *name = json_string_value(json_object_get(summary, "strategy"));
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++) {
		const json_t *metric = json_object_get(summary, watched[i]);
		double median = json_number_value(json_object_get(metric, "median"));
		double low = json_number_value(json_object_get(metric, "low"));
		double high = json_number_value(json_object_get(metric, "high"));
		if (high - low > STATISTICS_WIDE * median)
			fprintf(out,
				"noisy: %s, %s: 95 %% interval %.0f to %.0f, %.0f %% of the "
				"median: the machine was not quiet\n",
				name, watched[i], low, high, 100 * (high - low) / median);
	}
}

/* A list of "name=value" that wraps. */
struct wrapped {
	FILE *out;
	const char *label; /* printed before the first */
	size_t width, used;
};

static void wrapped_add(struct wrapped *list, const char *name, const char *value)
{
	/* What stands without a prefix is net.ipv4.*. */
	const char *shown = strncmp(name, "net.ipv4.", 9) == 0 ? name + 9 : name;
	if (list->used == 0)
		list->used = (size_t)fprintf(list->out, "%-9s", list->label);
	if (list->used + strlen(shown) + strlen(value) + 2 > list->width) {
		fputc('\n', list->out);
		list->used = (size_t)fprintf(list->out, "%9s", "");
	}
	list->used += (size_t)fprintf(list->out, " %s=%s", shown, value);
}

static void wrapped_end(const struct wrapped *list)
{
	if (list->used > 0)
		fputc('\n', list->out);
}

/* Whether most strategies ran with this value. */
static bool is_usual(const json_t *result, const char *end, const char *name, const json_t *value)
{
	size_t i, same = 0, all = json_array_size(json_object_get(result, "trials"));
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		json_t *settings = json_object_get(json_object_get(trial, "sysctls"), end);
		same += json_equal(json_object_get(settings, name), (json_t *)value) != 0;
	}
	return same * 2 > all;
}

/* Settings of one end that one strategy has and most have not. */
static void differing_print(
	const json_t *result, const char *strategy, const char *end, struct wrapped *list)
{
	json_t *trials = view_trials(result, strategy, false), *value;
	const json_t *common = json_object_get(view_at(result, "network.sysctls"), end);
	const char *name;
	json_t *settings =
		json_object_get(json_object_get(json_array_get(trials, 0), "sysctls"), end);
	json_object_foreach(settings, name,
		value) if (!json_object_get(common, name) && !is_usual(result, end, name, value))
		wrapped_add(list, name, json_string_value(value));
	json_decref(trials);
}

static void own_settings_print(const json_t *result, const char *strategy, size_t width, FILE *out)
{
	static const char *const ends[] = {"server", "client"};
	for (size_t e = 0; e < 2; e++) {
		struct wrapped list = {.out = out, .width = width};
		char label[96];
		snprintf(label, sizeof(label), "  %s alone, %s:", strategy, ends[e]);
		list.label = label;
		differing_print(result, strategy, ends[e], &list);
		wrapped_end(&list);
	}
}

/* Settings that all trials share: those of both ends, or those that one end has alone. */
static void shared_print(const json_t *result, const char *label, const char *end,
	const char *other, bool both, struct wrapped *list)
{
	const char *name;
	json_t *value;
	const json_t *all = view_at(result, "network.sysctls");
	json_t *others = json_object_get(all, other);
	list->label = label;
	json_object_foreach(json_object_get(all, end), name,
		value) if (json_equal(value, json_object_get(others, name)) == both)
		wrapped_add(list, name, json_string_value(value));
}

static void settings_print(const json_t *result, size_t width, FILE *out)
{
	struct wrapped both = {.out = out, .width = width}, server = both, client = both;
	shared_print(result, "both:", "server", "client", true, &both);
	wrapped_end(&both);
	shared_print(result, "server:", "server", "client", false, &server);
	wrapped_end(&server);
	shared_print(result, "client:", "client", "server", false, &client);
	wrapped_end(&client);
}

static void legend_print(const json_t *result, FILE *out)
{
	long long rate = (long long)json_integer_value(view_at(result, "options.rate"));
	fputs("\nMedians of valid trials; their 95 % interval is bootstrapped. Latency is of an "
	      "exchange; a connection's first includes its handshake.\n",
		out);
	if (rate > 0)
		fprintf(out,
			"Open loop: %lld connections/s, %s arrivals; latency counts from the "
			"instant at which a connection was to begin.\n",
			rate, json_string_value(view_at(result, "options.arrivals")));
	else
		fputs("Closed loop: the next connection begins when one is closed, so a slow "
		      "server is asked less often (--rate: open loop).\n",
			out);
}

void text_print(const json_t *result, unsigned width, bool latency, FILE *out)
{
	size_t i;
	json_t *entry;
	table_print(result, width, out);
	legend_print(result, out);
	if (latency)
		latency_print(result, out);
	third_party_print(result, out);
	invalid_print(result, out);
	not_run_print(result, out);
	report_findings_print(result, width, out);
	few_print(result, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry) noise_print(entry, out);
	fprintf(out, "\nkernel:   %s, %lld CPUs, %s, %s\n",
		json_string_value(view_at(result, "host.kernel")),
		(long long)json_integer_value(view_at(result, "host.cpus")),
		json_string_value(view_at(result, "host.cpu_model")),
		json_is_true(view_at(result, "host.root")) ? "as root" : "as an ordinary user");
	settings_print(result, width, out);
	json_array_foreach(json_object_get(result, "summary"), i, entry) own_settings_print(
		result, json_string_value(json_object_get(entry, "strategy")), width, out);
	fprintf(out, "repeat:   %s\n", json_string_value(view_at(result, "command_line")));
}
