#include "bench/report/command_text.h"

#include <stdbool.h>
#include <string.h>

/* Below the label, so that the lines stand out from those of other labels. */
#define INDENT 10
/* Blank and backslash at a line's end. */
#define MORE 2

/* The length of the piece that begins here, up to the blank before the next option that stands
 * outside quotes. The quotes are those of a POSIX shell; \ outside them takes the next character
 * as it is. */
static size_t piece_length(const char *text)
{
	char quote = '\0';
	size_t at = 0;
	for (; text[at]; at++) {
		if (quote == '\0' && strncmp(text + at, " -", 2) == 0)
			break;
		if (text[at] == '\\' && quote != '\'' && text[at + 1])
			at++;
		else if (quote == '\0' && (text[at] == '\'' || text[at] == '"'))
			quote = text[at];
		else if (text[at] == quote)
			quote = '\0';
	}
	return at;
}

void command_print(const char *label, const char *command, size_t width, FILE *out)
{
	size_t used = (size_t)fprintf(out, "%-*s", INDENT, label);
	for (bool is_first = true; *command; is_first = false) {
		size_t length = piece_length(command + !is_first) + !is_first;
		bool is_last = command[length] == '\0';
		if (!is_first && used + length + (is_last ? 0 : MORE) > width) {
			/* The blank before the option is the indent's. */
			fprintf(out, " \\\n%*s", INDENT - 1, "");
			used = INDENT - 1;
		}
		fprintf(out, "%.*s", (int)length, command);
		used += length;
		command += length;
	}
	fputc('\n', out);
}
