#include "bench/report/look.h"

#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	if (locale)
		freelocale(locale);
	return is;
}

static bool is_coloured(FILE *out, const char *when)
{
	const char *kind = getenv("TERM"), *no = getenv("NO_COLOR");
	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(fileno(out)) && kind && strcmp(kind, "dumb") != 0 && !(no && *no);
}

struct look look_of(FILE *out, const char *when)
{
	return (struct look){.has_colour = is_coloured(out, when), .is_utf8 = locale_is_utf8()};
}

int look_check(const char *when, struct error *error)
{
	if (!when || strcmp(when, "auto") == 0 || strcmp(when, "always") == 0 ||
		strcmp(when, "never") == 0)
		return 0;
	return error_set(error, STATUS_USAGE, "--color is auto, always or never, not \"%s\"", when);
}

/* Of the 256 colours those that stand out from black and from white: a contrast of 3.8 or more. */
void look_colour(const struct look *look, enum look_colour colour, FILE *out)
{
	static const char *const codes[LOOK_COLOURS] = {
		[LOOK_PLAIN] = "\033[0m",
		[LOOK_SERVER] = "\033[38;5;32m",
		[LOOK_CLIENT] = "\033[38;5;130m",
		[LOOK_NOBODY] = "\033[38;5;29m",
		[LOOK_BOTH] = "\033[38;5;133m",
		[LOOK_STRONG] = "\033[1m",
		[LOOK_BAD] = "\033[1;31m",
		[LOOK_RST] = "\033[48;5;124;38;5;229m",
		[LOOK_SYN_FIN] = "\033[48;5;247;38;5;16m",
		[LOOK_ODD] = "\033[48;5;235;38;5;210m",
	};
	if (look->has_colour)
		fputs(codes[colour], out);
}

void look_gauge(const struct look *look, double share, size_t cells, FILE *out)
{
	size_t full = (size_t)lround(fmin(fmax(share, 0), 1) * (double)cells);
	if (share < 1 && full == cells && cells > 1)
		full = cells - 1;
	for (size_t i = 0; i < cells; i++)
		fputs(i < full ? look->is_utf8 ? "▮" : "#" : look->is_utf8 ? "·" : ".", out);
}

static bool begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t look_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += begins_character(*text);
	return width;
}

/* Prints as many characters; returns what is behind them. */
static const char *characters_print(const char *text, size_t count, FILE *out)
{
	for (; *text && (count > 0 || !begins_character(*text)); text++) {
		count -= begins_character(*text);
		if (out)
			fputc(*text, out);
	}
	return text;
}

static const char *ellipsis_of(const struct look *look)
{
	return look->is_utf8 ? "…" : "...";
}

void look_cut(const struct look *look, const char *text, size_t width, FILE *out)
{
	size_t own = look_width(ellipsis_of(look));
	bool fits = look_width(text) <= width;
	characters_print(text, fits ? width : width > own ? width - own : 0, out);
	if (!fits)
		fputs(ellipsis_of(look), out);
}

void look_cut_middle(const struct look *look, const char *text, size_t width, FILE *out)
{
	size_t own = look_width(ellipsis_of(look)), all = look_width(text);
	size_t room = width > own ? width - own : 0;
	if (all <= width) {
		fputs(text, out);
		return;
	}
	characters_print(text, room - room / 2, out);
	fputs(ellipsis_of(look), out);
	fputs(characters_print(text, all - room / 2, NULL), out);
}

const char *look_at_most(const struct look *look)
{
	return look->is_utf8 ? "≤" : "<=";
}
