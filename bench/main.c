#include "bench/verb/verb.h"
#include "common/error.h"
#include "common/options.h"
#include "teardown/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_DEFAULT 120
#define WIDTH_LEAST 60

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *does;
} verbs[] = {
	{"run", verb_run, "compare ways of closing under load, side by side"},
	{"list", verb_list, "every strategy: both ends, holder, what it gives up and requires"},
	{"report", verb_report, "print the table of a result file again"},
	{"compare", verb_compare, "two result files, or two strategies of one, with statistics"},
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static void usage_print(FILE *out)
{
	fputs("usage: teardown VERB [OPTION…]\n\n"
	      "How should this connection be closed? Measures it on a private network.\n\n",
		out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  %-8s %s\n", verbs[i].name, verbs[i].does);
	fputs("\n`teardown VERB --help` shows the options. Exit status: 0 ok, 1 failed, 2 usage,\n"
	      "3 this host cannot (says what is missing), 99 a --fail-if threshold crossed,\n"
	      "130 interrupted after a partial report.\n",
		out);
}

int verb_fail(const struct error *error)
{
	fprintf(stderr, "teardown: %s\n", error->text);
	return (int)error->status;
}

unsigned verb_width(void)
{
	struct winsize window;
	const char *columns = getenv("COLUMNS");
	unsigned width = WIDTH_DEFAULT;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
		width = window.ws_col;
	else if (columns && atoi(columns) > 0)
		width = (unsigned)atoi(columns);
	return width < WIDTH_LEAST ? WIDTH_LEAST : width;
}

/* What was printed and could not be written was not shown. */
static int output_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs("teardown: what was printed could not be written to stdout\n", stderr);
	return status == STATUS_OK ? STATUS_FAILED : status;
}

static int verb_unknown(const char *name)
{
	const char *names[VERBS];
	for (size_t i = 0; i < VERBS; i++)
		names[i] = verbs[i].name;
	const char *near = options_nearest(name, names, VERBS);
	fprintf(stderr, "teardown: unknown verb \"%s\"%s%s; see teardown --help\n", name,
		near ? ", did you mean " : "", near ? near : "");
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage_print(stderr);
		return STATUS_USAGE;
	}
	const char *name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		usage_print(stdout);
		return STATUS_OK;
	}
	if (strcmp(name, "--version") == 0) {
		puts("teardown " TD_VERSION);
		return STATUS_OK;
	}
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return output_finish(verbs[i].run(argc - 1, argv + 1));
	return verb_unknown(name);
}
