#include "bench/report/html/findings_part.h"

#include "bench/findings/findings.h"
#include "bench/report/findings_text.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/invalid_text.h"
#include "bench/report/loader_text.h"
#include "bench/report/nat_text.h"
#include "bench/report/others_text.h"
#include "bench/report/printed.h"
#include "bench/report/remarks.h"
#include "bench/report/runway_text.h"
#include "bench/report/states_text.h"
#include "bench/report/well_text.h"
#include "bench/result/json_path.h"

#include <stdlib.h>
#include <string.h>

/* What is written of one finding. */
struct one {
	const json_t *result;
	const json_t *like;
	const char *id;
};

static void who_print(const void *what, FILE *out)
{
	const struct one *one = what;
	report_finding_who_write(one->result, one->like, out);
}

static void text_print(const void *what, FILE *out)
{
	const struct one *one = what;
	report_finding_text_write(one->result, one->like, out);
}

static void finding_write(const struct one *one, FILE *out)
{
	const struct finding_kind *kind = finding_kind_find(one->id);
	char *who = printed(who_print, one), *text = printed(text_print, one);
	markup_write(out,
		"<details open><summary><b>%s</b> <span class=\"quiet\">%s</span></summary>",
		one->id, who ? who : "");
	markup_write(out, "<p>%s</p>\n", text ? text : "");
	if (kind)
		markup_write(out, "<p class=\"quiet\">Cause: %s.</p><p><b>Cure:</b> %s.</p>\n",
			kind->cause, kind->cure);
	fputs("</details>\n", out);
	free(who);
	free(text);
}

static void list_write(const json_t *result, const json_t *list, FILE *out)
{
	size_t i;
	json_t *like;
	json_array_foreach(list, i, like)
	{
		const struct one one = {result, like, json_path_text(like, "id")};
		finding_write(&one, out);
	}
}

void findings_part_write(const json_t *result, FILE *out)
{
	json_t *list = report_findings_list(result);
	fputs("<section id=\"findings\"><h2>Findings</h2>\n", out);
	if (json_array_size(list) == 0)
		fputs("<p>None: no detector found anything in these trials.</p>\n", out);
	list_write(result, list, out);
	fputs("</section>\n", out);
	json_decref(list);
}

void findings_part_behind_write(const json_t *behind, FILE *out)
{
	json_t *list = report_findings_list(behind);
	list_write(behind, list, out);
	json_decref(list);
}

void well_part_write(const json_t *result, FILE *out)
{
	size_t met = 0;
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	for (size_t i = 0; lines && i < well_count; i++)
		if (well_write(result, i, lines)) {
			fputc('\n', lines);
			met++;
		}
	if (lines && fclose(lines) == 0 && met > 0) {
		fputs("<section id=\"well\"><h2>Checked and well</h2>\n", out);
		markup_lines_write(out, "ticks", text);
		fputs("</section>\n", out);
	}
	free(text);
}

/* As lines: what is told below the text table, all of it. */
static void remarks_print(const void *result, FILE *out)
{
	static void (*const parts[])(
		const json_t *result, size_t width, enum brevity brevity, FILE *out) = {
		runway_print,
		nat_print,
		others_print,
		loader_text_print,
		remarks_kept_print,
		remarks_closer_print,
		invalid_print,
		states_print,
		remarks_medians_print,
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		parts[i](result, PRINTED_WIDTH, TELL_ALL, out);
}

void remarks_part_write(const json_t *result, FILE *out)
{
	char *text = printed(remarks_print, result);
	if (text && *text) {
		fputs("<section id=\"remarks\"><h2>Also to be said</h2>\n", out);
		markup_lines_write(out, NULL, text);
		fputs("</section>\n", out);
	}
	free(text);
}
