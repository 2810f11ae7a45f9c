/* teardown doctor: what closing does to this host. Reads, changes nothing. */
#include "bench/doctor/check.h"
#include "bench/doctor/host_look.h"
#include "bench/doctor/sysctl_lines.h"
#include "bench/report/doctor_json.h"
#include "bench/report/doctor_prometheus.h"
#include "bench/report/doctor_text.h"
#include "bench/report/look.h"
#include "bench/report/whole_file.h"
#include "bench/verb/doctor_options.h"
#include "bench/verb/interruption.h"
#include "bench/verb/verb.h"
#include "common/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a reader takes in at once. */
#define LINES_MOST 40
#define CHECKS_MAX 64

static int unknown_check(const char *id, struct error *error)
{
	const char *ids[CHECKS_MAX];
	for (size_t i = 0; i < doctor_check_count && i < CHECKS_MAX; i++)
		ids[i] = doctor_checks[i]->id;
	const char *near = options_nearest(id, ids, doctor_check_count);
	return error_set(error, STATUS_USAGE,
		"no finding is called \"%s\"%s%s; `teardown doctor --explain all` has them", id,
		near ? ", did you mean " : "", near ? near : "");
}

static int explain(const char *id, struct error *error)
{
	const struct doctor_check *check = doctor_check_find(id);
	if (check) {
		doctor_text_explain(check, verb_width(), stdout);
		return STATUS_OK;
	}
	if (strcmp(id, "all") != 0)
		return unknown_check(id, error);
	for (size_t i = 0; i < doctor_check_count; i++) {
		if (i > 0)
			putchar('\n');
		doctor_text_explain(doctor_checks[i], verb_width(), stdout);
	}
	return STATUS_OK;
}

static int json_content(const void *what, FILE *out)
{
	int result = json_dumpf(what, out, JSON_INDENT(1));
	fputc('\n', out);
	return result;
}

static int json_write(const char *path, const struct doctor_host *host,
	const struct diagnosis *diagnosis, struct error *error)
{
	json_t *content = doctor_json(host, diagnosis);
	int result = content ? 0 : error_set(error, STATUS_FAILED, "no memory for the JSON");
	if (content && strcmp(path, "-") == 0)
		json_content(content, stdout);
	else if (content)
		result = whole_file_write("--json", path, json_content, content, error);
	json_decref(content);
	return result;
}

static int status_of(const struct diagnosis *diagnosis)
{
	if (diagnosis_count(diagnosis, LEVEL_CRITICAL) > 0)
		return STATUS_CRITICAL;
	return diagnosis_count(diagnosis, LEVEL_WARNING) > 0 ? STATUS_WARNING : STATUS_OK;
}

static int outcome_show(const struct doctor_options *options, const struct doctor_host *host,
	const struct diagnosis *diagnosis, struct error *error)
{
	const struct doctor_text_options text = {
		.look = look_of(stdout, options->color),
		.width = verb_width(),
		.lines_most = options->all ? 0 : LINES_MOST,
	};
	if (!options->json || strcmp(options->json, "-") != 0)
		doctor_text_print(host, diagnosis, &text, stdout);
	if (options->json && json_write(options->json, host, diagnosis, error) == -1)
		return -1;
	const struct doctor_look look = {host, diagnosis, time(NULL)};
	if (options->prometheus && whole_file_write("--prometheus", options->prometheus,
					   doctor_prometheus_write, &look, error) == -1)
		return -1;
	fflush(stdout);
	return status_of(diagnosis);
}

static int diagnosis_show(
	const struct doctor_options *options, const struct doctor_host *host, struct error *error)
{
	struct diagnosis diagnosis = diagnosis_of(host);
	int status = outcome_show(options, host, &diagnosis, error);
	diagnosis_finish(&diagnosis);
	return status;
}

static int files_read(
	struct sysctl_lines *lines, const char *const *files, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (sysctl_lines_read(lines, files[i], error) == -1)
			return -1;
	return 0;
}

/* A pattern of the shell leaves all files but the first as operands. */
static int files_judge(const struct doctor_options *options, const struct option_operands *operands,
	struct error *error)
{
	struct sysctl_lines lines = {.count = 0};
	struct doctor_host host = {.namespace_count = 0};
	int status =
		files_read(&lines, options->sysctl_files.items, options->sysctl_files.count, error);
	if (status == 0)
		status = files_read(&lines, operands->items, operands->count, error);
	if (status == 0)
		status = host_look_at_files(&host, &lines, error);
	if (status == 0)
		status = diagnosis_show(options, &host, error);
	doctor_host_finish(&host);
	sysctl_lines_finish(&lines);
	return status;
}

static int look_once(const struct doctor_options *options, struct error *error)
{
	struct doctor_host host;
	const struct host_look_options look = {
		.space = options->space,
		.for_ns = options->for_ns,
		.nat_ports = options->nat_ports,
		.lists_entries = options->conntrack,
		.watches_openers = options->who,
		.old_s = (double)options->old_ns / (double)NS_PER_S,
		.interrupted = &interruption_met,
	};
	int status = host_look(&host, &look, error);
	if (status == 0)
		status = diagnosis_show(options, &host, error);
	doctor_host_finish(&host);
	return status;
}

/* A terminal shows the latest look alone. */
static int look_on(const struct doctor_options *options, struct error *error)
{
	int status = STATUS_OK;
	while (!interruption_met && status != -1) {
		if (isatty(STDOUT_FILENO))
			fputs("\033[H\033[2J", stdout);
		status = look_once(options, error);
		if (!isatty(STDOUT_FILENO))
			putchar('\n');
	}
	return status;
}

static int doctor_run(const struct verb_call *call, struct error *error)
{
	struct doctor_options effective = *(const struct doctor_options *)call->options;
	const struct doctor_options *options = &effective;
	if (options->who && !options_given_has(&call->given, "for"))
		effective.for_ns = 2 * NS_PER_S;
	if (doctor_options_check(call, options, error) == -1)
		return -1;
	if (options->explain)
		return explain(options->explain, error);
	if (options->sysctl_files.count > 0)
		return files_judge(options, &call->operands, error);
	interruption_catch();
	if (options->watch)
		return look_on(options, error);
	int status = look_once(options, error);
	return status != -1 && interruption_met ? STATUS_INTERRUPTED : status;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.does = "reads this host: which ports run out, when, whose, and what helps",
	.table = &doctor_option_table,
	.options_size = sizeof(struct doctor_options),
	.set_defaults = doctor_options_set_defaults,
	.takes_operands = true,
	.run = doctor_run,
};
