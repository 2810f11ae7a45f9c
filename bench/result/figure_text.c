#include "bench/result/figure_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

/* Up to here four digits are read as fast as three and a letter. */
#define BRIEF_WHOLE 9999.5

void figure_brief(double value, char *text, size_t size)
{
	static const char letters[] = "kMGT";
	size_t letter = 0;
	if (value < BRIEF_WHOLE) {
		snprintf(text, size, value < 9.995 ? "%.3g" : "%.0f", value);
		return;
	}
	for (value /= 1e3; value >= 999.5 && letters[letter + 1]; letter++)
		value /= 1e3;
	snprintf(text, size, value < 99.95 ? "%.1f%c" : "%.0f%c", value, letters[letter]);
}

void figure_percent(double share, char *text, size_t size)
{
	double percent = 100 * share;
	if (!(percent > 0))
		snprintf(text, size, "0");
	else if (percent < 0.95)
		snprintf(text, size, "%.2g %%", percent);
	else if (percent < 9.95)
		snprintf(text, size, "%.1f %%", percent);
	else if (percent > 99.9 && percent < 100)
		snprintf(text, size, ">99.9 %%");
	else if (percent >= 99.5 && percent < 100)
		snprintf(text, size, "%.1f %%", floor(10 * percent) / 10);
	else
		snprintf(text, size, "%.0f %%", percent);
}

void figure_percent_whole(double share, char *text, size_t size)
{
	if (share > 0 && share < 0.01)
		snprintf(text, size, "<1 %%");
	else if (share > 0 && share < 0.095)
		snprintf(text, size, "%.0f %%", 100 * share);
	else
		figure_percent(share, text, size);
}

void figure_bytes(double bytes, char *text, size_t size)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	size_t unit = 0;
	if (!(bytes > 0)) {
		snprintf(text, size, "0");
		return;
	}
	for (; bytes >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		bytes /= 1e3;
	/* 1 MB, not 1.0 MB, is what was asked for. */
	bool is_whole = fabs(bytes - round(bytes)) < 0.05;
	snprintf(text, size, bytes < 9.95 && !is_whole ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

void figure_us(double us, char *text, size_t size)
{
	static const char *const units[] = {"us", "ms", "s"};
	size_t unit = 0;
	for (; us >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		us /= 1e3;
	int places = us < 9.995 ? 2 : us < 99.95 ? 1 : 0;
	snprintf(text, size, "%.*f %s", places, us, units[unit]);
}
