#include "bench/report/html/lab_page.h"

#include "bench/report/html/frame.h"
#include "bench/report/html/ladder_svg.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/printed.h"

#include <stdlib.h>
#include <sys/utsname.h>

/* A verdict on the page: a sign beside the colour, since colour alone does not tell it. */
static const struct {
	const char *class, *sign, *text;
} verdicts[] = {
	[UNDECIDED] = {"bad", "?", "undecided"},
	[HOLDS] = {"well", "✓", "holds"},
	[DOES_NOT_HOLD] = {"bad", "✕", "does not hold"},
	[DIFFERS] = {"ink", "≠", "differs"},
	[SKIPPED] = {"mixed", "–", "skipped"},
};

static size_t count_of(const struct lab_page *page, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < page->count; i++)
		count += outcome_count(&page->outcomes[i], verdict);
	return count;
}

static void verdict_write(enum verdict verdict, FILE *out)
{
	markup_write(out, "<b class=\"verdict %s\">%s %s</b>", verdicts[verdict].class,
		verdicts[verdict].sign, verdicts[verdict].text);
}

static size_t claims_of(const struct lab_page *page)
{
	size_t count = 0;
	for (size_t i = 0; i < page->count; i++)
		count += page->outcomes[i].claim_count;
	return count;
}

static void heading_write(const struct lab_page *page, const char *title, FILE *out)
{
	struct utsname host;
	double seconds = 0;
	uname(&host);
	for (size_t i = 0; i < page->count; i++)
		seconds += page->outcomes[i].seconds;
	markup_write(out,
		"<header><h1>%s</h1>\n<p class=\"quiet\">teardown lab, Linux %s: %zu lesson%s, "
		"played in real packets of %s on a private network within %.1f s</p></header>\n",
		title, host.release, page->count, page->count == 1 ? "" : "s",
		page->count > 0 && page->outcomes[0].is_ipv6 ? "IPv6" : "IPv4", seconds);
}

static void answer_write(const struct lab_page *page, FILE *out)
{
	size_t hold = count_of(page, HOLDS), fall = count_of(page, DOES_NOT_HOLD);
	size_t differ = count_of(page, DIFFERS), skipped = count_of(page, SKIPPED);
	markup_write(out,
		"<p class=\"answer\">Of %zu statements %zu hold%s on this kernel, %zu do%s not, "
		"and "
		"%zu differ%s (true of something near).",
		claims_of(page), hold, hold == 1 ? "s" : "", fall, fall == 1 ? "es" : "", differ,
		differ == 1 ? "s" : "");
	if (skipped > 0)
		markup_write(out, " Skipped: %zu.", skipped);
	fputs("</p>\n", out);
}

static void undecided_print(const void *what, FILE *out)
{
	const struct lab_page *page = what;
	for (size_t i = 0; i < page->count; i++)
		for (size_t j = 0; j < page->outcomes[i].claim_count; j++) {
			const struct claim_outcome *claim = &page->outcomes[i].claims[j];
			if (claim->verdict == UNDECIDED)
				fprintf(out, "%s, %s: %s\n", page->outcomes[i].lesson->name,
					claim->claim->id, claim->because);
		}
}

/* A lesson that is played twice is led to once. */
static bool is_led_to(const struct lab_page *page, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (page->outcomes[i].lesson == page->outcomes[at].lesson)
			return false;
	return true;
}

/* A statement may need its lesson's question to be understood. */
static void rows_write(const struct lesson_outcome *outcome, FILE *out)
{
	markup_write(out,
		"<tbody><tr class=\"group ink\"><th scope=\"rowgroup\" "
		"colspan=\"3\">%s</th></tr>\n",
		outcome->lesson->asks);
	for (size_t i = 0; i < outcome->claim_count; i++) {
		const struct claim_outcome *claim = &outcome->claims[i];
		markup_write(out,
			"<tr><th scope=\"row\"><a href=\"#%s\">%s</a></th><td "
			"class=\"wide\">%s</td>"
			"<td>",
			outcome->lesson->name, claim->claim->text, claim->claim->source);
		verdict_write(claim->verdict, out);
		fputs("</td></tr>\n", out);
	}
	fputs("</tbody>\n", out);
}

static void table_write(const struct lab_page *page, FILE *out)
{
	fputs("<section id=\"statements\"><h2>Which statements hold?</h2>\n<table "
	      "class=\"claims\"><thead><tr><th>statement</th><th class=\"wide\">who says so</th>"
	      "<th>verdict</th></tr></thead>\n",
		out);
	for (size_t i = 0; i < page->count; i++)
		rows_write(&page->outcomes[i], out);
	fputs("</table></section>\n", out);
}

static void measured_write(const struct claim_outcome *claim, FILE *out)
{
	if (claim->measured_count == 0)
		return;
	fputs("<p class=\"quiet\">measured: ", out);
	for (size_t i = 0; i < claim->measured_count; i++)
		markup_write(out, "%s%s %.10g", i > 0 ? ", " : "", claim->measured[i].name,
			(double)(long long)(claim->measured[i].value * 1000 + 0.5) / 1000);
	fputs("</p>\n", out);
}

static void claim_write(const struct claim_outcome *claim, FILE *out)
{
	markup_write(out, "<div class=\"claim\"><h3>%s</h3>\n<p class=\"quiet\">%s</p>\n<p>",
		claim->claim->text, claim->claim->source);
	verdict_write(claim->verdict, out);
	markup_write(out, ": %s</p>\n", claim->because);
	measured_write(claim, out);
	fputs("</div>\n", out);
}

static void ladder_write(const struct lesson_outcome *outcome, size_t at, FILE *out)
{
	const struct shown_ladder *shown = &outcome->shown[at];
	const struct ladder_picture picture = {
		.ladder = &shown->ladder,
		.view = &shown->view,
		.name = shown->caption ? shown->caption : outcome->lesson->name,
		.is_in_page = true,
	};
	fputs("<figure>", out);
	if (shown->caption)
		markup_write(out, "<figcaption>%s</figcaption>\n", shown->caption);
	ladder_svg_write(&picture, out);
	fputs("</figure>\n", out);
}

static void lesson_write(const struct lab_page *page, size_t at, FILE *out)
{
	const struct lesson_outcome *outcome = &page->outcomes[at];
	if (is_led_to(page, at))
		markup_write(out, "<section id=\"%s\">", outcome->lesson->name);
	else
		fputs("<section>", out);
	markup_write(out, "<h2>%s</h2>\n<p class=\"quiet\"><code>teardown lab %s</code></p>\n",
		outcome->lesson->asks, outcome->lesson->name);
	markup_write(out, "<p>%s</p>\n<div class=\"claims\">\n", outcome->lesson->scene);
	for (size_t i = 0; i < outcome->claim_count; i++)
		claim_write(&outcome->claims[i], out);
	markup_write(out, "</div>\n<p class=\"practice\"><b>In practice:</b> %s</p>\n",
		outcome->lesson->practice);
	if (outcome->shown_count > 0)
		fputs("<div class=\"ladders\">\n", out);
	for (size_t i = 0; i < outcome->shown_count; i++)
		ladder_write(outcome, i, out);
	fputs(outcome->shown_count > 0 ? "</div></section>\n" : "</section>\n", out);
}

int lab_page_write(const struct lab_page *page, FILE *out)
{
	static const char title[] = "What is said about closing";
	char *undecided = printed(undecided_print, page);
	frame_begin(title, out);
	heading_write(page, title, out);
	fputs("<main>\n", out);
	answer_write(page, out);
	frame_alert_write("Not decided", undecided, out);
	table_write(page, out);
	for (size_t i = 0; i < page->count; i++)
		lesson_write(page, i, out);
	fputs("</main>\n", out);
	frame_end("[]", "", out);
	free(undecided);
	return undecided ? 0 : -1;
}
