#include "bench/verb/verb.h"
#include "common/error.h"
#include "common/inherited_signals.h"
#include "common/options.h"
#include "common/stack_limit.h"
#include "common/standard_streams.h"
#include "strategies/core/registry.h"
#include "teardown/version.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A trial was seen to take 390 KiB. */
#define STACK_LEAST ((size_t)1 << 20)
#define VERBS_MAX 32

static void usage_print(FILE *out)
{
	fputs("usage: teardown VERB [OPTION...]\n\n"
	      "How should this connection be closed? Measures it on a private network.\n\n",
		out);
	for (size_t i = 0; i < verb_count; i++)
		fprintf(out, "  %-8s %s\n", verbs[i]->name, verbs[i]->does);
	fputs("\nexample: teardown run -s graceful,reset\n"
	      "\n`teardown VERB --help` shows the options. Exit status: 0 ok, 1 failed, 2 usage,\n"
	      "3 this host cannot (says what is missing), 90 and 91 a warning and something\n"
	      "critical of doctor, 99 a --fail-if threshold crossed, 130 interrupted after a\n"
	      "partial report.\n",
		out);
}

/* What was printed and could not be written was not shown. */
static int output_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs("teardown: what was printed could not be written to stdout\n", stderr);
	return status == STATUS_OK ? STATUS_FAILED : status;
}

static void error_print(const struct error *error)
{
	if (error->text[0])
		fprintf(stderr, "teardown: %s\n", error->text);
}

/* Parses the verb's own arguments, then does it. */
static int verb_play(const struct verb *verb, int argc, char **argv)
{
	struct error error = {0};
	struct verb_call call = {.options = calloc(1, verb->options_size)};
	struct option_operands *operands = verb->takes_operands ? &call.operands : NULL;
	int status = STATUS_OK;
	if (!call.options) {
		fputs("teardown: no memory\n", stderr);
		return STATUS_FAILED;
	}
	if (verb->set_defaults)
		verb->set_defaults(call.options);
	switch (options_parse(
		verb->table, argc, argv, call.options, operands, &call.given, &error)) {
	case OPTIONS_HELP_SHOWN:
		break;
	case OPTIONS_REFUSED:
		status = -1;
		break;
	case OPTIONS_PARSED:
		status = verb->run(&call, &error);
		break;
	}
	error_print(&error);
	free(call.options);
	return status == -1 ? (int)error.status : status;
}

static int verb_unknown(const char *name)
{
	const char *names[VERBS_MAX];
	assert(verb_count <= VERBS_MAX);
	for (size_t i = 0; i < verb_count; i++)
		names[i] = verbs[i]->name;
	const char *near = options_nearest(name, names, verb_count);
	struct error error;
	if (registry_find(name, NULL))
		error_set(&error, STATUS_USAGE, "\"%s\" is a strategy, no verb: teardown run -s %s",
			name, name);
	else
		error_set(&error, STATUS_USAGE, "unknown verb \"%s\"%s%s; see teardown --help",
			name, near ? ", did you mean " : "", near ? near : "");
	error_print(&error);
	return STATUS_USAGE;
}

/* `teardown help run` is `teardown run --help`. */
static int help_of(const char *name)
{
	char *arguments[] = {(char *)name, (char *)"--help", NULL};
	for (size_t i = 0; i < verb_count; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return output_finish(verb_play(verbs[i], 2, arguments));
	return verb_unknown(name);
}

int main(int argc, char **argv)
{
	struct error error = {0};
	inherited_signals_settle();
	if (!standard_streams_open())
		return STATUS_FAILED;
	if (stack_limit_settle(STACK_LEAST, &error) == -1) {
		error_print(&error);
		return (int)error.status;
	}
	if (argc < 2) {
		usage_print(stderr);
		return STATUS_USAGE;
	}
	const char *name = argv[1];
	bool is_help =
		strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0;
	if (is_help && argc > 2)
		return help_of(argv[2]);
	if (is_help) {
		usage_print(stdout);
		return STATUS_OK;
	}
	if (strcmp(name, "--version") == 0) {
		puts("teardown " TD_VERSION);
		return STATUS_OK;
	}
	for (size_t i = 0; i < verb_count; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return output_finish(verb_play(verbs[i], argc - 1, argv + 1));
	return verb_unknown(name);
}
