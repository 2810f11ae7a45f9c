/* `teardown trace` many times in one process, since most of what a run takes is its beginning: each
 * line of stdin is a run, the terminal's columns and then arguments, with tabs between them. Behind
 * what a run prints stands a line of the separator and its status. */
#include "bench/verb/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR "\x1e"
#define ARGUMENTS_MAX 32

static int trace_run(int argc, char **argv)
{
	struct error error = {0};
	struct verb_call call = {.options = calloc(1, verb_trace.options_size)};
	int status = -1;
	if (!call.options)
		return EXIT_FAILURE;
	verb_trace.set_defaults(call.options);
	if (options_parse(verb_trace.table, argc, argv, call.options, &call.operands, &call.given,
		    &error) == OPTIONS_PARSED)
		status = verb_trace.run(&call, &error);
	if (error.text[0])
		printf("%s\n", error.text);
	free(call.options);
	return status == -1 ? (int)error.status : status;
}

static int line_run(char *line)
{
	char *argv[ARGUMENTS_MAX + 1] = {(char *)"trace"}, *word;
	int argc = 1;
	line[strcspn(line, "\n")] = '\0';
	setenv("COLUMNS", strsep(&line, "\t"), 1);
	while (argc < ARGUMENTS_MAX && (word = strsep(&line, "\t")))
		argv[argc++] = word;
	return trace_run(argc, argv);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	while (getline(&line, &size, stdin) != -1)
		printf(SEPARATOR "%d\n", line_run(line));
	free(line);
	return EXIT_SUCCESS;
}
