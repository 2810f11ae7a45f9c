/* Whether the rate of the first second is that of the last one. */
#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/chart/registry.h"

#include <stdio.h>

static void milliseconds(double us, char *text, size_t size)
{
	snprintf(text, size, "%g", us / 1e3);
}

static bool lasts_is_known(const struct chart_source *source)
{
	return overlay_is_known(source, LINES_RATE);
}

static void lasts_write(struct chart_source *source, FILE *out)
{
	struct plot rate = {
		.id = "rate",
		.title = "Connections opened in a second",
		.unit = "/s",
		.y_label = overlay_brief,
	};
	struct plot connect = {
		.id = "connect",
		.title = "Time of connect(), ms",
		.unit = " ms",
		.per_unit = 1e3,
		.y_label = milliseconds,
	};
	overlay_over_time_write(source, &rate, LINES_RATE, out);
	overlay_over_time_write(source, &connect, LINES_CONNECT_US, out);
}

const struct chart chart_lasts = {
	.id = "lasts",
	.question = "Does it last?",
	.sentence = "The median over the valid trials, and their range. What holds ports may be "
		    "fast at first, and then not.",
	.is_known = lasts_is_known,
	.write = lasts_write,
};
