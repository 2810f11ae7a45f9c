#include "bench/verb/verb.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct verb *const verbs[] = {&verb_run, &verb_list, &verb_check, &verb_report, &verb_compare,
	&verb_trace, &verb_version};
const size_t verb_count = sizeof(verbs) / sizeof(verbs[0]);

#define WIDTH_DEFAULT 120
#define WIDTH_LEAST 60
#define ERROR_WIDTH_DEFAULT 80

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

unsigned verb_error_width(void)
{
	struct winsize window;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
		return window.ws_col;
	return ERROR_WIDTH_DEFAULT;
}

bool verb_is_terminal(void)
{
	const char *kind = getenv("TERM");
	return isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0;
}
