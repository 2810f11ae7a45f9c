#include "bench/report/html/comparison_page.h"

#include "bench/report/comparison_table.h"
#include "bench/report/conditions_text.h"
#include "bench/report/html/comparison_rows.h"
#include "bench/report/html/data_part.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/method_part.h"
#include "bench/report/html/sides_part.h"
#include "bench/report/printed.h"
#include "common/bounded_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MAX 200
/* Differences that the first lines name; of more, how many there are. */
#define TOLD_MOST 4

static size_t verdicts_count(const struct comparison *comparison, enum comparison_verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < comparison->row_count; i++)
		count += comparison_verdict(&comparison->rows[i]) == verdict;
	return count;
}

static void name_set(const struct comparison *comparison, char *name, size_t size)
{
	if (strcmp(comparison->a, comparison->b) == 0)
		bounded_text_write(name, size, "%s", comparison->a);
	else
		bounded_text_write(name, size, "%s against %s", comparison->b, comparison->a);
}

static void comparison_write(
	const struct comparison *comparison, size_t at, struct sides_part *sides, FILE *out)
{
	char name[TITLE_MAX];
	name_set(comparison, name, sizeof(name));
	markup_write(out,
		"<section><h2>%s</h2>\n<p class=\"quiet\">%sA: %s, %zu valid of %zu. B: %s, %zu "
		"valid of %zu.</p>\n",
		name, comparison->is_paired ? "Twins: within pairs. " : "", comparison->a,
		json_array_size(comparison->a_trials), json_array_size(comparison->a_all),
		comparison->b, json_array_size(comparison->b_trials),
		json_array_size(comparison->b_all));
	if (!comparison_has_enough(comparison))
		markup_write(out,
			"<p class=\"bad\">Fewer than %zu valid %s: nothing can be said. Run with "
			"--repeat %zu or more.</p>\n",
			comparison_least(comparison),
			comparison->is_paired ? "pairs of twins" : "trials a side",
			comparison_least(comparison));
	sides_part_write(sides, at, out);
	comparison_rows_write(comparison, name, 0, comparison->valid_rows, out);
	if (comparison->valid_rows < comparison->row_count) {
		char label[TITLE_MAX];
		bounded_text_write(label, sizeof(label), "Lost: %s", name);
		fputs("<h3>What was lost, of all trials, invalid ones too</h3>\n", out);
		comparison_rows_write(
			comparison, label, comparison->valid_rows, comparison->row_count, out);
	}
	fputs("</section>\n", out);
}

/* "rate_per_s +24 %, server_cpu_us_per_connection -21 % and 3 more". Returns how many there are. */
static size_t told_write(const struct comparison *comparison, FILE *out)
{
	char change[64];
	size_t told = comparison->row_count - verdicts_count(comparison, VERDICT_NONE), met = 0;
	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		if (!row->told || met++ >= TOLD_MOST)
			continue;
		comparison_change_text(row, change, sizeof(change));
		markup_write(out, "%s <span class=\"%s\">%s %s</span>", met > 1 ? "," : "",
			comparison_class(row), row->metric->name, change);
	}
	if (told > TOLD_MOST)
		markup_write(out, " and %zu more", told - TOLD_MOST);
	return told;
}

/* "reset: rate_per_s +24 %: better in 1, worse in 0. In 12 metrics nothing can be said." */
static void summary_write(const struct comparison *comparison, FILE *out)
{
	char name[TITLE_MAX];
	size_t silent = verdicts_count(comparison, VERDICT_NONE);
	name_set(comparison, name, sizeof(name));
	markup_write(out, "<li><b>%s</b>:", name);
	if (told_write(comparison, out) > 0)
		markup_write(out, ": B is better in %zu, worse in %zu. ",
			verdicts_count(comparison, VERDICT_BETTER),
			verdicts_count(comparison, VERDICT_WORSE));
	else
		fputs(" no difference is told. ", out);
	if (silent > 0)
		markup_write(out, "Of %zu metrics nothing can be said.", silent);
	fputs("</li>\n", out);
}

static void conditions_lines_print(const void *what, FILE *out)
{
	const struct compared *compared = what;
	conditions_print(compared->results[0], compared->results[1], out);
}

static void side_write(const char *name, const char *path, const json_t *result, FILE *out)
{
	markup_write(
		out, "<section class=\"card\"><h2>%s: %s</h2>\n<p class=\"quiet\">", name, path);
	method_line_write(result, out);
	fputs("</p>\n", out);
	method_command_write(result, out);
	fputs("</section>\n", out);
}

static void head_write(const struct compared *compared, const char *title, FILE *out)
{
	bool one_file = compared->results[0] == compared->results[1];
	char *conditions = printed(conditions_lines_print, compared);
	markup_write(out, "<header><h1>%s</h1></header>\n<main>\n<section id=\"answer\">\n", title);
	fputs("<ul class=\"answer more\">\n", out);
	for (size_t i = 0; i < compared->count; i++)
		summary_write(&compared->list[i], out);
	fputs("</ul>\n", out);
	frame_alert_write("Not measured alike", conditions, out);
	fputs("<div class=\"cards\">\n", out);
	side_write(one_file ? "A and B" : "A", compared->paths[0], compared->results[0], out);
	if (!one_file)
		side_write("B", compared->paths[1], compared->results[1], out);
	markup_write(out,
		"</div>\n<p class=\"quiet\">~: nothing can be said, unless p is below %.2f, p all "
		"below %.2f and the interval is clear of 0; \"seen from\" is how large a "
		"difference has to be for about %.0f of 10 such comparisons to tell it. p all is "
		"corrected for everything that is compared here.%s</p>\n</section>\n",
		COMPARISON_ALPHA, COMPARISON_ADJUSTED_ALPHA, 10 * POWER_WANTED,
		one_file ? ""
			 : " Two runs also differ by what their hosts did meanwhile: no statistic "
			   "sees that.");
	free(conditions);
}

static int data_write(const struct compared *compared, FILE *out)
{
	bool one_file = compared->results[0] == compared->results[1];
	fputs("<section id=\"data\"><h2>Data</h2>\n<ul class=\"files\">\n", out);
	int written = data_part_write(compared->results[0], "A", out);
	if (written == 0 && !one_file)
		written = data_part_write(compared->results[1], "B", out);
	fputs("</ul></section>\n</main>\n", out);
	return written;
}

static int body_write(const struct compared *compared, struct sides_part *sides, FILE *out)
{
	char title[TITLE_MAX], name[TITLE_MAX];
	if (compared->count == 1) {
		name_set(&compared->list[0], name, sizeof(name));
		bounded_text_write(title, sizeof(title), "Compared: %s", name);
	} else {
		bounded_text_write(
			title, sizeof(title), "%zu strategies compared", compared->count);
	}
	frame_begin(title, out);
	head_write(compared, title, out);
	for (size_t i = 0; i < compared->count; i++)
		comparison_write(&compared->list[i], i, sides, out);
	return data_write(compared, out);
}

int comparison_page_write(const struct compared *compared, FILE *out)
{
	char *data = NULL;
	size_t size;
	int written = -1;
	struct chart_source sources[2] = {0};
	struct sides_part *sides = NULL;
	FILE *plots = open_memstream(&data, &size);
	if (plots && chart_source_init(&sources[0], compared->results[0], plots) == 0 &&
		chart_source_init(&sources[1], compared->results[1], plots) == 0)
		sides = sides_part_create(
			compared->list, compared->count, &sources[0], &sources[1]);
	if (sides)
		written = body_write(compared, sides, out);
	if (plots && fclose(plots) != 0)
		written = -1;
	if (written == 0)
		frame_end(sides_part_names, data, out);
	sides_part_destroy(sides);
	chart_source_finish(&sources[0]);
	chart_source_finish(&sources[1]);
	free(data);
	return written;
}
