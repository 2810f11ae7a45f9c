#include "bench/report/html/markup/escape.h"

#include "common/printable.h"

#include <stdlib.h>
#include <string.h>

/* To be freed; NULL when there is no memory. */
static char *cleaned(const char *text, size_t length)
{
	char *clean = strndup(text, length);
	if (clean)
		printable_clean(clean, PRINTABLE_LINES);
	return clean;
}

void escape_html_part(const char *text, size_t length, FILE *out)
{
	static const char special[] = "&<>\"'";
	static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	char *clean = cleaned(text, length);
	for (const char *at = clean ? clean : ""; *at; at++) {
		const char *found = strchr(special, *at);
		if (found)
			fputs(names[found - special], out);
		else
			fputc(*at, out);
	}
	free(clean);
}

void escape_html(const char *text, FILE *out)
{
	escape_html_part(text, strlen(text), out);
}

void escape_script_string(const char *text, FILE *out)
{
	char *clean = cleaned(text, strlen(text));
	fputc('"', out);
	for (const char *at = clean ? clean : ""; *at; at++) {
		unsigned char c = (unsigned char)*at;
		if (c < 0x20 || strchr("\"\\<>&'", c))
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
	free(clean);
}
