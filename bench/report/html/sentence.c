#include "bench/report/html/sentence.h"

#include "bench/report/html/markup/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What a name is made of; a name that stands in a longer one is none. */
static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* The longest name of a strategy that stands at `at`, whole; 0: none does. */
static size_t name_at(const char *text, const char *at, const struct outcomes *outcomes)
{
	size_t longest = 0;
	if (at > text && is_of_name(at[-1]))
		return 0;
	for (size_t i = 0; i < outcomes->count; i++) {
		const char *name = outcomes->list[i].strategy;
		size_t length = strlen(name);
		if (length > longest && strncmp(at, name, length) == 0 && !is_of_name(at[length]))
			longest = length;
	}
	return longest;
}

static void sentence_write(const char *text, const struct outcomes *outcomes, FILE *out)
{
	const char *plain = text;
	for (const char *at = text; *at;) {
		size_t length = name_at(text, at, outcomes);
		if (length == 0) {
			at++;
			continue;
		}
		escape_html_part(plain, (size_t)(at - plain), out);
		fputs("<b>", out);
		escape_html_part(at, length, out);
		fputs("</b>", out);
		plain = at += length;
	}
	escape_html(plain, out);
}

void sentences_write(const struct answer *answer, const struct outcomes *outcomes, FILE *out)
{
	for (size_t i = 0; i < answer->count; i++) {
		if (i < 2)
			fprintf(out, "<p class=\"%s\">", i ? "answer more" : "answer");
		sentence_write(answer->list[i].text, outcomes, out);
		fputs(i == 0 || i + 1 == answer->count ? "</p>\n" : " ", out);
	}
}
