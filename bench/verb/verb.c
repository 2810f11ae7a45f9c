#include "bench/verb/verb.h"

#include "bench/report/paragraph.h"
#include "common/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct verb *const verbs[] = {&verb_run, &verb_list, &verb_check, &verb_report, &verb_compare,
	&verb_trace, &verb_lab, &verb_doctor, &verb_plan, &verb_agent, &verb_merge, &verb_version};
const size_t verb_count = sizeof(verbs) / sizeof(verbs[0]);

#define WIDTH_DEFAULT 120
#define WIDTH_LEAST 60
#define ERROR_WIDTH_DEFAULT 80

unsigned verb_width(void)
{
	unsigned columns = terminal_columns(STDOUT_FILENO);
	if (columns == 0)
		return WIDTH_DEFAULT;
	return columns < WIDTH_LEAST ? WIDTH_LEAST : columns;
}

struct verb_lines *verb_lines_begin(struct verb_lines *lines)
{
	*lines = (struct verb_lines){.width = terminal_columns(STDOUT_FILENO)};
	if (lines->width > 0)
		lines->out = open_memstream(&lines->text, &lines->size);
	if (!lines->out)
		lines->out = stdout;
	return lines;
}

void verb_lines_end(struct verb_lines *lines)
{
	if (lines->out != stdout && fclose(lines->out) == 0)
		paragraphs_hang(lines->text,
			lines->width < WIDTH_LEAST ? WIDTH_LEAST : lines->width, stdout);
	free(lines->text);
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
