/* The one place in which a text becomes HTML. Everything that a page holds and that is not written
 * by this program as it stands (names, commands, reasons, findings) goes through here. */
#ifndef BENCH_REPORT_HTML_MARKUP_ESCAPE_H
#define BENCH_REPORT_HTML_MARKUP_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* Writes the text for the content of an element, or of an attribute in double or single quotes: it
 * can end neither. What turns the direction of writing, is no character, or is no UTF-8, is written
 * as "?". */
void escape_html(const char *text, FILE *out);

/* The same of the first `length` bytes. */
void escape_html_part(const char *text, size_t length, FILE *out);

/* Writes a JSON string, its quotes included, for the content of a script element: it holds no "<",
 * so neither "</script" nor "<!--" can stand in it. */
void escape_script_string(const char *text, FILE *out);

#endif
