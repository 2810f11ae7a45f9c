/* teardown doctor: what closing does to this host. Reads, changes nothing. */
#include "bench/doctor/check.h"
#include "bench/doctor/host_look.h"
#include "bench/doctor/pile.h"
#include "bench/doctor/sysctl_lines.h"
#include "bench/report/doctor_json.h"
#include "bench/report/doctor_prometheus.h"
#include "bench/report/doctor_text.h"
#include "bench/report/look.h"
#include "bench/report/whole_file.h"
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

struct doctor_options {
	uint64_t for_ns, old_ns, nat_ports;
	bool watch, all, conntrack, who;
	struct option_list sysctl_files;
	const char *json, *prometheus, *explain, *space, *color;
};

static const struct option_row rows[] = {
	{"for", 0, OPTION_DURATION, offsetof(struct doctor_options, for_ns), "TIME",
		"between two looks, of which the second counts what came meanwhile; 0: one look, "
		"which has the rates at which ports are taken all the same",
		0, 3600 * NS_PER_S},
	{"watch", 0, OPTION_FLAG, offsetof(struct doctor_options, watch), NULL,
		"look again and again, until Ctrl-C", 0, 0},
	{"all", 0, OPTION_FLAG, offsetof(struct doctor_options, all), NULL,
		"every finding, where else 40 lines are the most", 0, 0},
	{"json", 0, OPTION_TEXT, offsetof(struct doctor_options, json), "FILE",
		"write findings and pairs as JSON (teardown-doctor/1); -: to stdout, and no text",
		0, 0},
	{"prometheus", 0, OPTION_TEXT, offsetof(struct doctor_options, prometheus), "FILE",
		"write metrics for node_exporter's textfile collector: beside FILE, then renamed",
		0, 0},
	{"explain", 0, OPTION_TEXT, offsetof(struct doctor_options, explain), "ID",
		"what a finding means, where its numbers are from, and its cure; all: of each", 0,
		0},
	{"namespace", 0, OPTION_TEXT, offsetof(struct doctor_options, space), "PID|PATH|all",
		"the network namespace of that process, or that one alone (all, the default: each "
		"that may be entered: with root every one, without the own)",
		0, 0},
	{"older-than", 0, OPTION_DURATION, offsetof(struct doctor_options, old_ns), "TIME",
		"CLOSE_WAITs and FIN_WAIT_2s are a finding when one of them is as old as this", 0,
		UINT64_C(365) * 86400 * NS_PER_S},
	{"nat-ports", 0, OPTION_COUNT, offsetof(struct doctor_options, nat_ports), "N",
		"ports that a gateway before this host gives it for each public destination: "
		"tells how many of them are held",
		1, 65536},
	{"who", 0, OPTION_FLAG, offsetof(struct doctor_options, who), NULL,
		"watch between the looks who opens connections, one that ends at once too: by "
		"perf, "
		"with root (--for is 2 s then, unless given)",
		0, 0},
	{"conntrack", 0, OPTION_FLAG, offsetof(struct doctor_options, conntrack), NULL,
		"list the entries of connection tracking, some 2 us each, and say of which state "
		"they are",
		0, 0},
	{"sysctl-file", 0, OPTION_LIST, offsetof(struct doctor_options, sysctl_files), "FILE...",
		"judge settings that are not applied yet instead of this host: a sysctl.conf, a "
		"Kubernetes or Docker file, or several, of which the last one counts",
		0, 0},
	{"color", 0, OPTION_TEXT, offsetof(struct doctor_options, color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
};

static const struct option_table table = {
	.program = "teardown doctor",
	.usage = "[OPTION...]",
	.about = "Reads this host and changes nothing: which ports run out, when, who opens the "
		 "connections, and what helps.",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.examples = "teardown doctor\n"
		    "teardown doctor --for 10s --json doctor.json\n"
		    "teardown doctor --namespace 4121\n"
		    "teardown doctor --who\n"
		    "teardown doctor --prometheus /var/lib/prometheus/node-exporter/teardown.prom\n"
		    "teardown doctor --sysctl-file /etc/sysctl.d/*.conf\n"
		    "teardown doctor --explain ports-run-out",
};

static void defaults_set(void *target)
{
	struct doctor_options *options = target;
	options->for_ns = NS_PER_S;
	options->old_ns = PILE_OLD_S * NS_PER_S;
}

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

/* Files have no sockets. */
static int files_check(const struct options_given *given, struct error *error)
{
	static const char *const of_hosts[] = {"for", "watch", "namespace", "older-than",
		"nat-ports", "who", "conntrack", "prometheus"};
	for (size_t i = 0; i < sizeof(of_hosts) / sizeof(of_hosts[0]); i++)
		if (options_given_has(given, of_hosts[i]))
			return error_set(error, STATUS_USAGE,
				"--%s: is of a host, and --sysctl-file looks at files alone",
				of_hosts[i]);
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
	if (options->explain)
		return explain(options->explain, error);
	if (look_check(options->color, error) == -1 ||
		(options->sysctl_files.count > 0 && files_check(&call->given, error) == -1))
		return -1;
	if (options->watch && options->for_ns == 0)
		return error_set(error, STATUS_USAGE,
			"--watch looks again after --for, which is then more than 0");
	if (options->who && options->for_ns == 0)
		return error_set(error, STATUS_USAGE,
			"--who watches between the looks: --for is then more than 0");
	if (options->json && strcmp(options->json, "-") != 0 &&
		whole_file_check("--json", options->json, error) == -1)
		return -1;
	if (options->prometheus &&
		whole_file_check("--prometheus", options->prometheus, error) == -1)
		return -1;
	if (options->sysctl_files.count > 0)
		return files_judge(options, &call->operands, error);
	if (call->operands.count > 0)
		return error_set(error, STATUS_USAGE, "doctor takes no argument, but \"%s\" is one",
			call->operands.items[0]);
	interruption_catch();
	if (options->watch)
		return look_on(options, error);
	int status = look_once(options, error);
	return status != -1 && interruption_met ? STATUS_INTERRUPTED : status;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.does = "reads this host: which ports run out, when, whose, and what helps",
	.table = &table,
	.options_size = sizeof(struct doctor_options),
	.set_defaults = defaults_set,
	.takes_operands = true,
	.run = doctor_run,
};
