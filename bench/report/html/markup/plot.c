#include "bench/report/html/markup/plot.h"

#include "bench/report/html/markup/escape.h"
#include "bench/report/html/markup/markup.h"

#include <math.h>
#include <stdlib.h>

#define X_TICKS 5
#define Y_TICKS 4
#define DECADES 7
#define LABEL_MAX 64
/* Between two names at the ends of lines, in pixels. */
#define NAME_GAP 13
/* Lower, what hangs below the letters would be cut off. page.js has the same. */
#define NAME_LOWEST (PLOT_HEIGHT - 4)

void plot_path_write(const struct plot_point *points, size_t count, const struct scale *x,
	const struct scale *y, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%.0f %.0f", i ? " " : "M", scale_place(x, points[i].x),
			scale_place(y, points[i].y));
}

/* Along the highest values, and back along the lowest. */
static void band_write(const struct plot *plot, const struct plot_line *line, FILE *out)
{
	for (size_t i = 0; i < line->count; i++)
		fprintf(out, "%s%.0f %.0f", i ? " " : "M", scale_place(&plot->x, line->points[i].x),
			scale_place(&plot->y, line->points[i].high));
	for (size_t i = line->count; i-- > 0;)
		fprintf(out, " %.0f %.0f", scale_place(&plot->x, line->points[i].x),
			scale_place(&plot->y, line->points[i].low));
	fputc('z', out);
}

static bool has_band(const struct plot_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (line->points[i].high > line->points[i].low)
			return true;
	return false;
}

static void line_write(const struct plot *plot, const struct plot_line *line, FILE *out)
{
	fprintf(out, "<g class=\"%s%s\" data-s=\"%zu\">", line->class, line->is_shown ? "" : " off",
		line->strategy);
	if (has_band(line)) {
		fputs("<path class=\"band\" d=\"", out);
		band_write(plot, line, out);
		fputs("\"/>", out);
	}
	fprintf(out, "<path class=\"line d%u\" d=\"", line->dash);
	plot_path_write(line->points, line->count, &plot->x, &plot->y, out);
	fputs("\"/></g>\n", out);
}

static void grid_write(const struct plot *plot, FILE *out)
{
	double ticks[SCALE_TICKS_MAX];
	size_t count = scale_ticks(&plot->y, plot->y.is_logarithmic ? DECADES : Y_TICKS, ticks);
	fputs("<path class=\"grid\" d=\"", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "M0 %.0fH%d", scale_place(&plot->y, ticks[i]), PLOT_WIDTH);
	fputs("\"/>\n", out);
	if (plot->dashed > 0)
		fprintf(out, "<path class=\"limit\" d=\"M0 %.0fH%d\"/>\n",
			scale_place(&plot->y, plot->dashed), PLOT_WIDTH);
}

static void instants_write(const struct plot *plot, FILE *out)
{
	for (size_t i = 0; i < plot->instant_count; i++)
		fprintf(out, "<path class=\"limit\" d=\"M%.0f 0V%d\"/>\n",
			scale_place(&plot->x, plot->instants[i]), PLOT_HEIGHT);
}

static void y_labels_write(const struct plot *plot, FILE *out)
{
	char text[LABEL_MAX];
	double ticks[SCALE_TICKS_MAX];
	size_t count = scale_ticks(&plot->y, plot->y.is_logarithmic ? DECADES : Y_TICKS, ticks);
	fprintf(out, "<svg class=\"y\" height=\"%d\" aria-hidden=\"true\">", PLOT_HEIGHT);
	for (size_t i = 0; i < count; i++) {
		plot->y_label(ticks[i], text, sizeof(text));
		markup_write(out, "<text x=\"100%%\" y=\"%.0f\">%s</text>",
			scale_place(&plot->y, ticks[i]) + 4, text);
	}
	fputs("</svg>\n", out);
}

static void x_labels_write(const struct plot *plot, FILE *out)
{
	char text[LABEL_MAX];
	double ticks[SCALE_TICKS_MAX];
	size_t count = scale_ticks(&plot->x, plot->x.is_logarithmic ? DECADES : X_TICKS, ticks);
	fputs("<svg class=\"x\" height=\"18\" aria-hidden=\"true\">", out);
	for (size_t i = 0; i < count; i++) {
		double place = scale_place(&plot->x, ticks[i]);
		plot->x_label(ticks[i], text, sizeof(text));
		markup_write(out, "<text x=\"%.1f%%\" y=\"14\">%s</text>", 100 * place / PLOT_WIDTH,
			text);
	}
	fputs("</svg>\n", out);
}

/* A name at the end of a line, and where it would stand if it were alone. */
struct end {
	const struct plot_line *line;
	double wanted, place;
};

static int compare_ends(const void *one, const void *other)
{
	const struct end *a = one, *b = other;
	return (a->wanted > b->wanted) - (a->wanted < b->wanted);
}

/* Down from the top, then up from the bottom: none lies on another one while there is room. */
static void ends_spread(struct end *ends, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ends[i].place = i == 0 ? fmax(ends[i].wanted, NAME_GAP - 4)
				       : fmax(ends[i].wanted, ends[i - 1].place + NAME_GAP);
	for (size_t i = count; i-- > 0;)
		ends[i].place = fmin(
			ends[i].place, i + 1 == count ? NAME_LOWEST : ends[i + 1].place - NAME_GAP);
}

static void names_write(const struct plot *plot, FILE *out)
{
	struct end *ends = calloc(plot->count + 1, sizeof(*ends));
	size_t shown = 0;
	for (size_t i = 0; ends && i < plot->count; i++) {
		const struct plot_line *line = &plot->lines[i];
		if (!line->is_shown || line->count == 0)
			continue;
		ends[shown].line = line;
		ends[shown++].wanted = scale_place(&plot->y, line->points[line->count - 1].y) + 4;
	}
	if (ends && shown > 0) {
		qsort(ends, shown, sizeof(*ends), compare_ends);
		ends_spread(ends, shown);
	}
	fprintf(out, "<svg class=\"ends\" height=\"%d\" aria-hidden=\"true\">", PLOT_HEIGHT);
	for (size_t i = 0; i < shown; i++)
		markup_write(out, "<text class=\"%s\" x=\"4\" y=\"%.0f\">%s</text>",
			ends[i].line->class, ends[i].place, ends[i].line->name);
	fputs("</svg>\n", out);
	free(ends);
}

static void data_points_write(const struct plot *plot, const struct plot_line *line, FILE *data)
{
	double per_unit = plot->per_unit > 0 ? plot->per_unit : 1;
	fputc('[', data);
	for (size_t i = 0; i < line->count; i++)
		fprintf(data, "%s%.0f,%.5g", i ? "," : "", scale_place(&plot->x, line->points[i].x),
			line->points[i].y / per_unit);
	fputc(']', data);
}

/* The places that any line has a point at, and what the read-out calls them. */
static void data_places_write(const struct plot *plot, FILE *data)
{
	char text[LABEL_MAX];
	const struct plot_line *longest = &plot->lines[0];
	for (size_t i = 1; i < plot->count; i++)
		if (plot->lines[i].count > longest->count)
			longest = &plot->lines[i];
	for (size_t i = 0; i < longest->count; i++) {
		plot->x_read(longest->points[i].x, text, sizeof(text));
		fprintf(data, "%s[%.0f,", i ? "," : "",
			scale_place(&plot->x, longest->points[i].x));
		escape_script_string(text, data);
		fputc(']', data);
	}
}

static void data_write(const struct plot *plot, FILE *data)
{
	escape_script_string(plot->id, data);
	fputs(":{\"axis\":", data);
	escape_script_string(plot->axis, data);
	fputs(",\"unit\":", data);
	escape_script_string(plot->unit, data);
	fputs(",\"at\":[", data);
	data_places_write(plot, data);
	fputs("],\"lines\":{", data);
	for (size_t i = 0; i < plot->count; i++) {
		fprintf(data, "%s\"%zu\":{\"end\":%.0f,\"points\":", i ? "," : "",
			plot->lines[i].strategy,
			plot->lines[i].count
				? scale_place(&plot->y,
					  plot->lines[i].points[plot->lines[i].count - 1].y)
				: 0);
		data_points_write(plot, &plot->lines[i], data);
		fputc('}', data);
	}
	fputs("}}", data);
}

void plot_write(const struct plot *plot, FILE *out, FILE *data)
{
	markup_write(out,
		"<div class=\"plot\" data-chart=\"%s\">\n"
		"<p class=\"caption\">%s",
		plot->id, plot->title);
	if (plot->dashed > 0)
		markup_write(out, " <span class=\"quiet\">dashes: %s%s</span>", plot->dashed_label,
			plot->instant_count > 0 ? ";" : "");
	if (plot->instant_count > 0)
		markup_write(out, " <span class=\"quiet\">events: %s</span>", plot->instants_label);
	fputs("</p>\n<div class=\"axes\">\n", out);
	y_labels_write(plot, out);
	markup_write(out,
		"<svg class=\"drawing\" viewBox=\"0 0 %d %d\" height=\"%d\" "
		"preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">\n",
		PLOT_WIDTH, PLOT_HEIGHT, PLOT_HEIGHT, plot->title);
	grid_write(plot, out);
	instants_write(plot, out);
	for (size_t i = 0; i < plot->count; i++)
		line_write(plot, &plot->lines[i], out);
	fputs("</svg>\n", out);
	names_write(plot, out);
	x_labels_write(plot, out);
	fputs("</div>\n<output class=\"read\"></output>\n</div>\n", out);
	data_write(plot, data);
}
