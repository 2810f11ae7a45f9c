#include "bench/report/html/cards.h"

#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/overview_columns.h"
#include "bench/result/figure_text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Strategies that a card names. */
#define NAMED_MOST 4

/* What the strategies of one holder come to together. */
struct price {
	size_t strategies;
	double ports_held, ports;    /* of the one that held the greatest share */
	double server_tw, client_tw; /* most TIME_WAITs */
	double lasts_per_s;          /* the least; INFINITY: none is known */
	double lost_share;           /* the greatest */
	const char *loser;           /* whose it is; NULL: nobody lost any */
	unsigned gives_up;
};

static struct price price_of(const struct chart_source *source, enum outcome_holder holder)
{
	struct price price = {.lasts_per_s = INFINITY};
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		if (outcome->holder != holder)
			continue;
		price.strategies++;
		price.gives_up |= outcome->price;
		price.server_tw = fmax(
			price.server_tw, chart_median(source, outcome, "time_wait.server.peak"));
		price.client_tw = fmax(
			price.client_tw, chart_median(source, outcome, "time_wait.client.peak"));
		price.lasts_per_s = fmin(
			price.lasts_per_s, chart_median(source, outcome, "runway.lasts_per_s"));
		if (outcome->lost_share.is_known &&
			outcome->lost_share.spread.median > price.lost_share) {
			price.lost_share = outcome->lost_share.spread.median;
			price.loser = outcome->strategy;
		}
		if (outcome->ports > 0 &&
			outcome->ports_held * price.ports >= price.ports_held * outcome->ports) {
			price.ports_held = outcome->ports_held;
			price.ports = outcome->ports;
		}
	}
	return price;
}

static void at_server_write(const struct chart_source *source, const struct price *price, FILE *out)
{
	char most[32];
	const char *end = chart_end_name(source, true);
	if (!(price->server_tw > 0)) {
		markup_write(out, "Each TIME_WAIT stays with the %s for a minute. ", end);
		return;
	}
	markup_thousands(price->server_tw, most, sizeof(most));
	markup_write(out, "The %s keeps up to %s TIME_WAITs, for a minute each. ", end, most);
}

static void at_client_write(const struct price *price, FILE *out)
{
	char lasts[32];
	fputs("Each TIME_WAIT keeps a port of the client. ", out);
	if (isfinite(price->lasts_per_s)) {
		markup_thousands(floor(price->lasts_per_s), lasts, sizeof(lasts));
		markup_write(out, "The least that lasts for good: %s connections/s. ", lasts);
	}
}

static void at_nobody_write(const struct price *price, FILE *out)
{
	if (price->gives_up & OUTCOME_GIVES_TAIL)
		fputs("A reset may take along what the client has not read. ", out);
	if (price->gives_up & OUTCOME_GIVES_GUARD)
		fputs("Nothing guards the next connection from old segments. ", out);
}

static void at_both_write(FILE *out)
{
	fputs("Each end keeps a TIME_WAIT for a minute; the client's keeps a port. ", out);
}

static void ports_write(const struct price *price, FILE *out)
{
	char share[32], held[32], ports[32];
	if (!(price->ports > 0))
		return;
	figure_percent(price->ports_held / price->ports, share, sizeof(share));
	markup_thousands(price->ports_held, held, sizeof(held));
	markup_thousands(price->ports, ports, sizeof(ports));
	markup_write(out, "At most %s of %s ports were held (%s). ", held, ports, share);
}

static void price_write(const struct chart_source *source, enum outcome_holder holder,
	const struct price *price, FILE *out)
{
	char lost[32];
	fputs("<p class=\"quiet\">", out);
	if (holder == OUTCOME_AT_SERVER)
		at_server_write(source, price, out);
	else if (holder == OUTCOME_AT_CLIENT)
		at_client_write(price, out);
	else if (holder == OUTCOME_AT_NOBODY)
		at_nobody_write(price, out);
	else if (holder == OUTCOME_AT_BOTH)
		at_both_write(out);
	ports_write(price, out);
	if (price->loser) {
		figure_percent(price->lost_share, lost, sizeof(lost));
		markup_write(out, "<b class=\"bad\">%s lost data on %s of its connections.</b>",
			price->loser, lost);
	}
	fputs("</p>\n", out);
}

/* What it gives up, as the text table has it; nothing where that is not declared. */
static void gives_up_write(
	const struct chart_source *source, const struct outcome *outcome, FILE *out)
{
	char text[128];
	struct overview_column column;
	struct overview_source cell = {.result = source->result, .outcome = outcome};
	overview_column_find("gives_up", &column, NULL);
	overview_cell_write(&column, &cell, text, sizeof(text));
	if (!(outcome->price & OUTCOME_UNDECLARED))
		markup_write(out, " <span class=\"quiet\">gives up %s</span>", text);
	else if (strcmp(text, "-") != 0)
		markup_write(out, " <span class=\"quiet\">%s</span>", text);
}

static void row_write(const struct chart_source *source, const struct outcome *outcome, FILE *out)
{
	char rate[32];
	bool is_valid = outcome->valid > 0;
	markup_write(out,
		is_valid ? "<li><span><b>%s</b>"
			 : "<li class=\"invalid\"><span><b class=\"name\">%s</b>",
		outcome->strategy);
	gives_up_write(source, outcome, out);
	figure_brief(outcome->rate.spread.median, rate, sizeof(rate));
	if (outcome->rate.is_known)
		markup_write(out, "</span> <span class=\"rate\">%s%s/s</span></li>\n",
			outcome->rate.is_at_most ? "≤" : "", rate);
	else
		markup_write(out, "</span> <span class=\"rate\">%s</span></li>\n",
			is_valid ? "-" : "invalid");
}

static void card_write(const struct chart_source *source, enum outcome_holder holder, FILE *out)
{
	size_t named = 0;
	struct price price = price_of(source, holder);
	if (price.strategies == 0)
		return;
	fprintf(out, "<section class=\"card %s\"><h2>", marks[holder].class);
	mark_write(holder, out);
	markup_write(out, "%s</h2>\n<ul>\n", chart_holder_title(source, holder));
	for (size_t i = 0; i < source->basis.outcomes.count && named < NAMED_MOST; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		if (outcome->holder != holder)
			continue;
		named++;
		row_write(source, outcome, out);
	}
	fputs("</ul>\n", out);
	if (price.strategies > named)
		markup_write(
			out, "<p class=\"quiet\">and %zu more</p>\n", price.strategies - named);
	price_write(source, holder, &price, out);
	fputs("</section>\n", out);
}

void cards_write(const struct chart_source *source, FILE *out)
{
	fputs("<div class=\"cards\">\n", out);
	for (enum outcome_holder holder = OUTCOME_AT_SERVER; holder < OUTCOME_HOLDERS; holder++)
		card_write(source, holder, out);
	fputs("</div>\n", out);
}
