#include "bench/report/overview_legend.h"

#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/result/figure_text.h"

#include <stdlib.h>

/* The kernel takes so much at once (tcp_wmem's default): a smaller response is whole before its
 * connection is closed, whatever the close does. */
#define RESPONSE_SMALL 16384

static bool gives(const struct outcome *outcome, enum outcome_price price)
{
	return !(outcome->price & OUTCOME_UNDECLARED) && (outcome->price & price);
}

static bool any_gives(const struct overview *table, enum outcome_price price)
{
	for (size_t r = 0; r < table->outcomes->count; r++)
		if (gives(&table->outcomes->list[r], price))
			return true;
	return false;
}

/* Whether it is known that no response was lost of the strategies that may lose one. */
static bool none_lost(const struct overview *table)
{
	for (size_t r = 0; r < table->outcomes->count; r++) {
		const struct outcome *outcome = &table->outcomes->list[r];
		bool is_known = outcome->loss_known > 0 && outcome->loss_known == outcome->trials;
		if (gives(outcome, OUTCOME_GIVES_TAIL) && (!is_known || outcome->losers > 0))
			return false;
	}
	return true;
}

/* That nothing was lost of small responses tells nothing of larger ones. */
static void tail_write(const struct overview *table, FILE *out)
{
	char size[64];
	double bytes = table->outcomes->response_bytes;
	fputs("tail: the end of a response", out);
	figure_bytes(bytes, size, sizeof(size));
	if (none_lost(table))
		fputs("; none was lost here", out);
	if (none_lost(table) && bytes > 0)
		fprintf(out,
			bytes < RESPONSE_SMALL ? ", but %s are too small for that" : " of %s each",
			size);
	fputs(". ", out);
}

static void legend_write(const void *what, FILE *out)
{
	const struct overview *table = what;
	bool is_told = overview_column_at(table, "gives_up") < table->column_count;
	if (is_told && any_gives(table, OUTCOME_GIVES_TAIL))
		tail_write(table, out);
	if (is_told && any_gives(table, OUTCOME_GIVES_GUARD))
		fputs("guard: protection from an earlier connection's old segments. ", out);
	for (size_t i = 0; i < table->left_out_count; i++)
		fprintf(out, "%s%s", i ? ", " : "Too narrow for: ", table->left_out[i]);
	if (table->left_out_count)
		fputs(" (--columns, --wide).", out);
}

void overview_legend_print(const struct overview *table, FILE *out)
{
	char *text = printed(legend_write, table);
	if (text && text[0])
		paragraph_print(text, table->width, out);
	free(text);
}
