#include "bench/report/prometheus.h"

#include "bench/report/answer/outcome.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/output_beside.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MAX_HERE 4096

/* In quotes: a backslash, a quote and a line feed have a backslash in front. */
static void label_write(const char *text, FILE *out)
{
	fputs("{strategy=\"", out);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		fputs(*text == '\n' ? "\\n" : (char[]){*text, '\0'}, out);
	}
	fputs("\"} ", out);
}

static void head_write(const char *name, const char *sentence, const char *unit, FILE *out)
{
	fprintf(out, "# HELP teardown_%s %s%s%s%s\n", name, sentence, unit ? " Unit: " : "",
		unit ? unit : "", unit ? "." : "");
	fprintf(out, "# TYPE teardown_%s gauge\n", name);
}

static void metric_write(const json_t *result, const struct metric *metric, FILE *out)
{
	size_t i;
	bool has_head = false;
	json_t *entry;
	char sentence[400];
	struct field_leaf leaf = {.field = metric->field};
	snprintf(leaf.path, sizeof(leaf.path), "trials[].%s", metric->path);
	field_leaf_text(&leaf, metric->field->sentence, sentence, sizeof(sentence));
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		struct outcome_figure figure = outcome_figure_of(result, strategy, metric->path);
		if (!figure.is_known)
			continue;
		if (!has_head)
			head_write(metric->name, sentence, metric->field->unit, out);
		has_head = true;
		fprintf(out, "teardown_%s", metric->name);
		label_write(strategy, out);
		fprintf(out, "%.10g\n", figure.spread.median);
	}
}

static void trials_write(const json_t *result, const char *name, const char *help, FILE *out)
{
	size_t i;
	json_t *entry;
	fprintf(out, "# HELP teardown_%s %s\n# TYPE teardown_%s gauge\n", name, help, name);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		fprintf(out, "teardown_%s", name);
		label_write(json_path_text(entry, "strategy"), out);
		fprintf(out, "%" JSON_INTEGER_FORMAT "\n",
			json_integer_value(json_object_get(entry, name)));
	}
}

static void content_write(const json_t *result, FILE *out)
{
	struct metric_list metrics = metrics_summary();
	trials_write(result, "trials", "Trials of the strategy.", out);
	trials_write(result, "valid_trials", "Those of them that are valid.", out);
	for (size_t i = 0; i < metrics.count; i++)
		metric_write(result, &metrics.items[i], out);
}

/* A new file beside `path`, by a name that the collector does not read; it is another user. Returns
 * -1 with errno. */
static int beside_open(const char *path, char *beside, size_t size)
{
	int fd = output_beside_open(path, beside, size);
	mode_t mask = umask(0);
	umask(mask);
	if (fd != -1)
		fchmod(fd, 0666 & ~mask);
	return fd;
}

/* A pipe, a device or a link stays, and is written into. */
static bool is_written_into(const char *path)
{
	struct stat found;
	return lstat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

/* Takes the descriptor over. Returns 0, or -1 with errno. */
static int all_write(const json_t *result, int fd)
{
	FILE *out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -1;
	}
	content_write(result, out);
	bool failed = ferror(out);
	return fclose(out) != 0 || failed ? -1 : 0;
}

int prometheus_write(const json_t *result, const char *path, struct error *error)
{
	char beside[PATH_MAX_HERE] = "";
	int fd = is_written_into(path) ? open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
				       : beside_open(path, beside, sizeof(beside));
	if (fd == -1)
		return error_set_errno(error, STATUS_USAGE, "--prometheus %s", path);
	if (all_write(result, fd) == 0 && (!beside[0] || rename(beside, path) == 0))
		return 0;
	error_set_errno(error, STATUS_FAILED, "--prometheus %s", path);
	if (beside[0])
		unlink(beside);
	return -1;
}

int prometheus_check(const char *path, struct error *error)
{
	if (is_written_into(path) ? access(path, W_OK) == 0 : output_beside_check(path) == 0)
		return 0;
	return error_set_errno(error, STATUS_USAGE, "--prometheus %s", path);
}
