/* teardown version: what this is, and with --verbose what this host has for it. */
#include "teardown/version.h"
#include "bench/options/options.h"
#include "bench/trial/host_check.h"
#include "bench/trial/host_feature.h"
#include "bench/verb/verb.h"
#include "strategies/core/registry.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

struct version_options {
	bool verbose;
};

static const struct option_row rows[] = {
	{"verbose", 'v', OPTION_FLAG, offsetof(struct version_options, verbose), NULL,
		"the kernel too, what it has of what teardown uses, found by trying, and what is "
		"not to be had without",
		0, 0},
};

static const struct option_table table = {
	.program = "teardown version",
	.usage = "[OPTION...]",
	.about = "Shows the version.",
	.groups = OPTION_ROWS(rows),
	.examples = "# for a report of a fault\nteardown version --verbose",
};

#define ROW "%-22s "

static void host_print(void)
{
	struct utsname host;
	if (uname(&host) == 0)
		printf(ROW "%s %s %s\n", "kernel", host.sysname, host.release, host.machine);
	printf(ROW "%s\n", "user", geteuid() == 0 ? "root" : "an ordinary one");
}

/* Returns whether anything can be run. */
static bool features_print(void)
{
	for (size_t i = 0; i < host_feature_count; i++) {
		const struct host_feature *feature = &host_features[i];
		struct error why = {0};
		if (feature->probe(&why) == 0) {
			printf(ROW "yes\n", feature->name);
			continue;
		}
		printf(ROW "no: %s; without, %s\n", feature->name, why.text, feature->costs);
		if (feature->is_needed)
			return false;
	}
	return true;
}

/* The same question that a run asks before its first trial. */
static void strategies_print(void)
{
	struct run_options options;
	struct error why = {0};
	size_t able = 0;
	run_options_set_defaults(&options);
	const struct options_given none = {.table = &run_option_table};
	if (run_options_complete(&options, &none, &why) == -1) {
		printf(ROW "unknown: %s\n", "strategies", why.text);
		return;
	}
	for (size_t i = 0; i < registry_count; i++)
		able += host_check_strategy(&options, registry_strategies[i], &why) == 0;
	printf(ROW "%zu of %zu can be run\n", "strategies", able, registry_count);
	for (size_t i = 0; i < registry_count && able < registry_count; i++)
		if (host_check_strategy(&options, registry_strategies[i], &why) == -1)
			printf(ROW "not %s: %s\n", "", registry_strategies[i]->name, why.text);
}

static int version_run(const struct verb_call *call, struct error *error)
{
	const struct version_options *options = call->options;
	(void)error;
	puts("teardown " TD_VERSION);
	if (!options->verbose)
		return STATUS_OK;
	host_print();
	fflush(stdout); /* a probe forks */
	if (features_print())
		strategies_print();
	else
		printf(ROW "none can be run\n", "strategies");
	return STATUS_OK;
}

const struct verb verb_version = {
	.name = "version",
	.does = "the version; with -v what this host's kernel has, and lacks",
	.table = &table,
	.options_size = sizeof(struct version_options),
	.run = version_run,
};
