/* What was lost: of all trials, since a loss may be what makes one invalid. */
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/result/figure_text.h"

#include <math.h>

static bool lost_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (source->basis.outcomes.list[i].loss_known > 0)
			return true;
	return false;
}

static double share_of(const struct outcome_figure *figure)
{
	return figure->is_known ? figure->spread.median : 0;
}

static bool has_loss(const struct outcome *outcome)
{
	return outcome->losers > 0 || share_of(&outcome->refused_share) > 0;
}

static void share_write(const struct outcome_figure *figure, double most, FILE *out)
{
	char text[32] = "-";
	struct bar_part part = {0, share_of(figure) / most, "bad"};
	if (figure->is_known)
		figure_percent(figure->spread.median, text, sizeof(text));
	fputs("<td class=\"gauge\">", out);
	bar_write(&part, 1, 0, out);
	markup_write(out, "<span>%s</span></td>", text);
}

static void row_write(const struct outcome *outcome, double most, FILE *out)
{
	char bytes[32] = "-";
	fputs("<tr><th scope=\"row\">", out);
	mark_name_write(outcome, out);
	fputs("</th>", out);
	share_write(&outcome->lost_share, most, out);
	if (outcome->lost_bytes.is_known)
		figure_bytes(outcome->lost_bytes.spread.median, bytes, sizeof(bytes));
	markup_write(out, "<td class=\"number\">%s</td>", bytes);
	share_write(&outcome->refused_share, most, out);
	markup_write(out, "<td class=\"number\">%zu of %zu</td></tr>\n", outcome->losers,
		outcome->loss_known);
}

static void lost_write(struct chart_source *source, FILE *out)
{
	double most = 0;
	size_t well = 0, known = 0;
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		most = fmax(most,
			fmax(share_of(&outcome->lost_share), share_of(&outcome->refused_share)));
		known += outcome->loss_known > 0;
		well += outcome->loss_known > 0 && !has_loss(outcome);
	}
	if (well == known) {
		markup_write(out,
			"<p>Nothing: of %zu of %zu strategies each response arrived whole, and "
			"each connect() found a port.</p>\n",
			well, source->basis.outcomes.count);
		return;
	}
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Losses\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\">connections cut short, reset or timed out</th>"
	      "<th scope=\"col\" class=\"number\">bytes lost</th>"
	      "<th scope=\"col\">connect() that failed</th>"
	      "<th scope=\"col\" class=\"number\">trials that lost "
	      "data</th></tr></thead>\n<tbody>\n",
		out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (has_loss(&source->basis.outcomes.list[i]))
			row_write(&source->basis.outcomes.list[i], most > 0 ? most : 1, out);
	fputs("</tbody></table></div>\n", out);
	if (well == 1)
		fputs("<p class=\"quiet\">The other one lost nothing.</p>\n", out);
	else if (well > 1)
		markup_write(out, "<p class=\"quiet\">The other %zu lost nothing.</p>\n", well);
}

const struct chart chart_lost = {
	.id = "lost",
	.question = "What was lost?",
	.sentence = "Medians over all trials, invalid ones too: a loss may be what makes a trial "
		    "invalid.",
	.is_known = lost_is_known,
	.write = lost_write,
};
