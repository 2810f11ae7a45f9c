#include "bench/report/overview_mark.h"

#include "common/bounded_text.h"

/* Of a reason; fewer characters do not tell one from another. */
#define REASON_LEAST 28

/* "INVALID 1/3" */
static size_t count_write(const struct outcome *outcome, char *text, size_t size)
{
	bounded_text_write(
		text, size, "INVALID %zu/%zu", outcome->trials - outcome->valid, outcome->trials);
	return look_width(text);
}

size_t overview_mark_least(const struct outcome *outcome)
{
	char count[64];
	size_t width = count_write(outcome, count, sizeof(count));
	size_t reason = outcome->reason ? look_width(outcome->reason) : 0;
	return reason ? width + 2 + (reason < REASON_LEAST ? reason : REASON_LEAST) : width;
}

void overview_mark_print(
	const struct overview *table, const struct outcome *outcome, size_t room, FILE *out)
{
	char count[64], text[1024];
	count_write(outcome, count, sizeof(count));
	bounded_text_write(text, sizeof(text), "%s%s%s", count, outcome->reason ? ": " : "",
		outcome->reason ? outcome->reason : "");
	look_colour(table->look, LOOK_BAD, out);
	look_cut(table->look, text, room, out);
	look_colour(table->look, LOOK_PLAIN, out);
}
