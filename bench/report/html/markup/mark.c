#include "bench/report/html/markup/mark.h"

#include "bench/report/html/markup/markup.h"

const struct mark marks[OUTCOME_HOLDERS] = {
	[OUTCOME_AT_SERVER] = {"server", "TIME_WAIT at the server",
		"<circle cx=\"5\" cy=\"5\" r=\"4.5\"/>"},
	[OUTCOME_AT_CLIENT] = {"client", "TIME_WAIT at the client",
		"<rect x=\"1\" y=\"1\" width=\"8\" height=\"8\"/>"},
	[OUTCOME_AT_NOBODY] = {"nobody", "No TIME_WAIT at all", "<path d=\"M5 .5L9.8 9.5H.2z\"/>"},
	[OUTCOME_AT_BOTH] = {"both", "TIME_WAIT at both ends", "<path d=\"M5 0L10 5 5 10 0 5z\"/>"},
	[OUTCOME_MIXED] = {"mixed", "TIME_WAIT now here, now there",
		"<path d=\"M1 0L5 4 9 0 10 1 6 5 10 9 9 10 5 6 1 10 0 9 4 5 0 1z\"/>"},
	[OUTCOME_UNKNOWN] = {"mixed", "Not known who held TIME_WAIT",
		"<path d=\"M0 3.5H10V6.5H0z\"/>"},
};

void mark_write(enum outcome_holder holder, FILE *out)
{
	fprintf(out,
		"<svg class=\"mark %s\" viewBox=\"0 0 10 10\" width=\"10\" height=\"10\" "
		"aria-hidden=\"true\">%s</svg>",
		marks[holder].class, marks[holder].shape);
}

void mark_name_write(const struct outcome *outcome, FILE *out)
{
	mark_write(outcome->holder, out);
	markup_write(out, "<span class=\"name\">%s</span>", outcome->strategy);
}

unsigned mark_dash(const struct outcomes *outcomes, size_t at)
{
	unsigned before = 0;
	for (size_t i = 0; i < at; i++)
		before += outcomes->list[i].holder == outcomes->list[at].holder;
	return before % MARK_DASHES;
}
