#include "bench/report/overview_mark.h"

#include "common/bounded_text.h"

/* Of a reason; fewer characters do not tell one. */
#define REASON_LEAST 8

/* "INVALID 1/3" */
static size_t count_write(const struct outcome *outcome, char *text, size_t size)
{
	bounded_text_write(
		text, size, "INVALID %zu/%zu", outcome->trials - outcome->valid, outcome->trials);
	return look_width(text);
}

size_t overview_mark_telling(const struct outcome *outcome)
{
	char count[64];
	size_t width = count_write(outcome, count, sizeof(count));
	return outcome->reason ? width + 2 + REASON_LEAST : width;
}

size_t overview_mark_least(const struct outcome *outcome)
{
	char count[64];
	return outcome->valid > 0 ? count_write(outcome, count, sizeof(count))
				  : overview_mark_telling(outcome);
}

void overview_mark_print(
	const struct overview *table, const struct outcome *outcome, size_t room, FILE *out)
{
	char count[64], text[1024];
	count_write(outcome, count, sizeof(count));
	bool is_told = outcome->reason && room >= overview_mark_telling(outcome);
	bounded_text_write(text, sizeof(text), "%s%s%s", count, is_told ? ": " : "",
		is_told ? outcome->reason : "");
	look_colour(table->look, LOOK_BAD, out);
	look_cut(table->look, text, room, out);
	look_colour(table->look, LOOK_PLAIN, out);
}
