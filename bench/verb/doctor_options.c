#include "bench/verb/doctor_options.h"

#include "bench/doctor/pile.h"
#include "bench/report/look.h"
#include "bench/report/whole_file.h"
#include "common/clock.h"

#include <stddef.h>
#include <string.h>

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

const struct option_table doctor_option_table = {
	.program = "teardown doctor",
	.usage = "[OPTION...]",
	.about = "Reads this host and changes nothing: which ports run out, when, who opens the "
		 "connections, and what helps.",
	.groups = OPTION_ROWS(rows),
	.examples = "teardown doctor\n"
		    "teardown doctor --for 10s --json doctor.json\n"
		    "teardown doctor --namespace 4121\n"
		    "teardown doctor --who\n"
		    "teardown doctor --prometheus /var/lib/prometheus/node-exporter/teardown.prom\n"
		    "teardown doctor --sysctl-file /etc/sysctl.d/*.conf\n"
		    "teardown doctor --explain ports-run-out",
};

void doctor_options_set_defaults(void *target)
{
	struct doctor_options *options = target;
	options->for_ns = NS_PER_S;
	options->old_ns = PILE_OLD_S * NS_PER_S;
}

/* Of a host, which files are not; and of what is shown, beside which --explain shows another text.
 */
static const char *const of_looks[] = {"for", "watch", "namespace", "older-than", "nat-ports",
	"who", "conntrack", "prometheus", "json", "all", "sysctl-file"};
#define OF_HOSTS 8
#define OF_LOOKS (sizeof(of_looks) / sizeof(of_looks[0]))

static int without_check(
	const struct options_given *given, size_t count, const char *why, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (options_given_has(given, of_looks[i]))
			return error_set(error, STATUS_USAGE, "--%s: %s", of_looks[i], why);
	return 0;
}

static int operands_check(const struct verb_call *call, struct error *error)
{
	if (call->operands.count == 0)
		return 0;
	return error_set(error, STATUS_USAGE, "doctor takes no argument, but \"%s\" is one",
		call->operands.items[0]);
}

static int places_check(const struct doctor_options *options, struct error *error)
{
	if (options->json && strcmp(options->json, "-") != 0 &&
		whole_file_check("--json", options->json, error) == -1)
		return -1;
	return options->prometheus ? whole_file_check("--prometheus", options->prometheus, error)
				   : 0;
}

int doctor_options_check(
	const struct verb_call *call, const struct doctor_options *options, struct error *error)
{
	bool is_of_files = options->sysctl_files.count > 0;
	if (options->explain)
		return without_check(&call->given, OF_LOOKS,
			       "does nothing beside --explain, which looks at nothing", error) == -1
			       ? -1
			       : operands_check(call, error);
	if (look_check(options->color, error) == -1 ||
		(is_of_files && without_check(&call->given, OF_HOSTS,
					"is of a host, and --sysctl-file looks at files alone",
					error) == -1))
		return -1;
	if (options->watch && options->for_ns == 0)
		return error_set(error, STATUS_USAGE,
			"--watch looks again after --for, which is then more than 0");
	if (options->who && options->for_ns == 0)
		return error_set(error, STATUS_USAGE,
			"--who watches between the looks: --for is then more than 0");
	if (places_check(options, error) == -1)
		return -1;
	return is_of_files ? 0 : operands_check(call, error);
}
