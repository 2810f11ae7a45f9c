#include "bench/report/html/markup/markup.h"

#include "bench/report/html/markup/escape.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define CONVERSION_MAX 16

static void number_write(FILE *out, const char *conversion, double value)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(out, conversion, value);
#pragma GCC diagnostic pop
}

void markup_write(FILE *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	while (*format) {
		char conversion[CONVERSION_MAX];
		size_t plain = strcspn(format, "%");
		fwrite(format, 1, plain, out);
		format += plain;
		if (!*format)
			break;
		size_t length = 1 + strcspn(format + 1, "sdufg%") + 1;
		assert(length < sizeof(conversion) && !memchr(format, '*', length));
		memcpy(conversion, format, length);
		conversion[length] = '\0';
		format += length;
		switch (format[-1]) {
		case 's':
			escape_html(va_arg(args, const char *), out);
			break;
		case 'd':
			fprintf(out, "%d", va_arg(args, int));
			break;
		case 'u':
			fprintf(out, "%zu", va_arg(args, size_t));
			break;
		case '%':
			fputc('%', out);
			break;
		default:
			number_write(out, conversion, va_arg(args, double));
		}
	}
	va_end(args);
}

void markup_thousands(double value, char *text, size_t size)
{
	char digits[64];
	int length = snprintf(digits, sizeof(digits), "%.0f", value);
	size_t used = 0;
	for (int i = 0; i < length && used + 2 < size; i++) {
		bool is_first = i == 0 || digits[i - 1] == '-';
		if (!is_first && (length - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
}

void markup_lines_write(FILE *out, const char *class, const char *lines)
{
	bool is_begun = false;
	while (*lines) {
		size_t length = strcspn(lines, "\n");
		if (length > 0 && !is_begun) {
			markup_write(out, class ? "<ul class=\"%s\">\n" : "<ul>\n", class);
			is_begun = true;
		}
		if (length > 0) {
			fputs("<li>", out);
			escape_html_part(lines, length, out);
			fputs("</li>\n", out);
		}
		lines += length + (lines[length] == '\n');
	}
	if (is_begun)
		fputs("</ul>\n", out);
}
