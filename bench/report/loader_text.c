#include "bench/report/loader_text.h"

#include "bench/report/remarks.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <stdbool.h>
#include <string.h>

#define LAST_LINES 3
/* A loader's start that takes this share of its time is worth a word. */
#define STARTUP_LONG 0.1

/* The metric of one trial as a person is shown it; "-" where there is none. */
static void metric_print(const json_t *trial, const char *path, FILE *out)
{
	char text[64] = "-";
	double value;
	const struct metric *metric = metric_find(path, NULL);
	if (metric && metric_value(trial, metric, &value))
		metric_format(metric, value, text, sizeof(text));
	fputs(text, out);
}

/* A loader's errors, where there were any. */
static void errors_print(const json_t *trial, FILE *out)
{
	const char *kind;
	json_t *count, *errors = json_object_get(json_object_get(trial, "third_party"), "errors");
	size_t met = 0;
	json_object_foreach(errors, kind, count)
	{
		if (json_integer_value(count) > 0)
			fprintf(out, "%s %s %" JSON_INTEGER_FORMAT, met++ ? "," : "; errors:", kind,
				json_integer_value(count));
	}
	fprintf(out, "%s\n", met ? "" : "; no errors");
}

/* Whether as many requests are taken as the loader says. */
static bool is_believed(const json_t *trial)
{
	const json_t *said = json_path_at(trial, "third_party.requests");
	const json_t *taken = json_path_at(trial, "exchanges");
	return !said || !taken || json_number_value(said) <= json_number_value(taken);
}

/* What a loader whose output is known says itself, as it rounds it; the table holds what was
 * measured. What it does not say is left out. */
static void said_print(const json_t *trial, FILE *out)
{
	static const char of_exchanges[] = "exchanges_per_connection";
	static const struct {
		const char *before, *path, *behind;
		const char *unless; /* left out where this is known */
	} parts[] = {
		{": ", "third_party.requests", " requests"},
		{", ", of_exchanges, " a connection"},
		{", ", "third_party.requests_per_s", "/s"},
		{", mean ", "third_party.latency_us.mean", " ms", "third_party.latency_us.p50"},
		{", p50 ", "third_party.latency_us.p50", " ms"},
		{", p99 ", "third_party.latency_us.p99", " ms"},
	};
	const char *kind = json_string_value(json_path_at(trial, "third_party.kind"));
	bool is_lookalike = json_is_true(json_path_at(trial, "third_party.lookalike"));
	/* A file of before there were several. */
	fprintf(out, is_lookalike ? "the loader, which prints as %s does, says: " : "%s says: ",
		kind ? kind : "wrk");
	remarks_trial_print(trial, out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!json_path_at(trial, parts[i].path) ||
			(strcmp(parts[i].path, of_exchanges) == 0 && !is_believed(trial)) ||
			(parts[i].unless && json_path_at(trial, parts[i].unless)))
			continue;
		fputs(parts[i].before, out);
		metric_print(trial, parts[i].path, out);
		fputs(parts[i].behind, out);
	}
	json_int_t refused = json_integer_value(json_path_at(trial, "third_party.non_success"));
	if (refused > 0)
		fprintf(out, ", %" JSON_INTEGER_FORMAT " of them without success", refused);
	errors_print(trial, out);
}

/* The last lines of a loader that is not known, with text in them. */
static void last_lines_print(const json_t *trial, FILE *out)
{
	const char *output = json_path_text(trial, "third_party.output");
	const char *lines[LAST_LINES] = {NULL};
	size_t lengths[LAST_LINES], count = 0;
	for (size_t length; *output; output += length + (output[length] == '\n')) {
		length = strcspn(output, "\n");
		if (strspn(output, " \t\r") >= length)
			continue;
		lines[count % LAST_LINES] = output;
		lengths[count++ % LAST_LINES] = length;
	}
	if (count == 0)
		return;
	fputs("the loader says: ", out);
	remarks_trial_print(trial, out);
	size_t first = count > LAST_LINES ? count - LAST_LINES : 0;
	for (size_t i = first; i < count; i++)
		fprintf(out, "%s%.*s", i == first ? ": " : " | ", (int)lengths[i % LAST_LINES],
			lines[i % LAST_LINES]);
	fputc('\n', out);
}

/* Figures of the loader's own are of what it takes for its time. */
static void startup_print(const json_t *trial, FILE *out)
{
	double startup_s = json_number_value(json_path_at(trial, "third_party.startup_s"));
	double ran_s = json_number_value(json_path_at(trial, "third_party.ran_s"));
	if (!(startup_s > STARTUP_LONG * ran_s))
		return;
	fputs("start-up: ", out);
	remarks_trial_print(trial, out);
	fprintf(out,
		": the loader sent its first SYN %.2f s after its start: conn/s and ports are of "
		"the %.2f s from then to its end",
		startup_s, ran_s - startup_s);
	bool is_its_own = json_path_at(trial, "third_party.requests_per_s") &&
			  !json_is_true(json_path_at(trial, "exchanges_at_most"));
	fputs(is_its_own ? "; requests/s are what it says itself, of what it takes for its time\n"
			 : "\n",
		out);
}

/* What stopped it, only the loader knows. */
static void idle_print(const json_t *trial, FILE *out)
{
	const json_t *from = json_path_at(trial, "third_party.idle_from_s");
	if (!from || !json_is_true(json_object_get(trial, "valid")))
		return;
	double loaded_s = json_number_value(json_path_at(trial, "third_party.ran_s")) -
			  json_number_value(json_path_at(trial, "third_party.startup_s"));
	fputs("idle: ", out);
	remarks_trial_print(trial, out);
	fprintf(out,
		": the loader opened its last connection %.2f s after its first SYN, had none open "
		"then, and ran for %.2f s: conn/s is the mean of that time, and no rate that goes "
		"on\n",
		json_number_value(from), loaded_s);
}

/* It may have had something to say, had it ended by itself. */
static void no_result_print(const json_t *trial, FILE *out)
{
	if (!json_is_true(json_path_at(trial, "third_party.stopped")) ||
		json_path_at(trial, "third_party.kind") ||
		json_integer_value(json_path_at(trial, "connections.attempted")) == 0)
		return;
	fputs("no result: ", out);
	remarks_trial_print(trial, out);
	fputs(": the loader was stopped (SIGINT) when the window ended, and printed no result that "
	      "is known; {duration_s} in its command tells it how long to run\n",
		out);
}

static void loader_print(const json_t *trial, FILE *out)
{
	startup_print(trial, out);
	idle_print(trial, out);
	no_result_print(trial, out);
	if (json_path_at(trial, "third_party.requests"))
		said_print(trial, out);
	else if (json_path_at(trial, "third_party"))
		last_lines_print(trial, out);
}

void loader_text_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial) loader_print(trial, out);
}
