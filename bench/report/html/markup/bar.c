#include "bench/report/html/markup/bar.h"

#include <math.h>

static double cut(double share)
{
	return fmax(0, fmin(1, isnan(share) ? 0 : share));
}

void bar_write(const struct bar_part *parts, size_t count, double tick, FILE *out)
{
	fputs("<svg class=\"bar\" height=\"8\" aria-hidden=\"true\">"
	      "<rect class=\"rail\" width=\"100%\" height=\"8\"/>",
		out);
	for (size_t i = 0; i < count; i++) {
		double from = cut(parts[i].from), to = cut(parts[i].to);
		if (to > from)
			fprintf(out,
				"<rect class=\"%s\" x=\"%.2f%%\" width=\"%.2f%%\" height=\"8\"/>",
				parts[i].class, 100 * from, 100 * (to - from));
	}
	if (tick > 0)
		fprintf(out, "<rect class=\"tick\" x=\"%.2f%%\" width=\"1\" height=\"8\"/>",
			100 * cut(tick));
	fputs("</svg>", out);
}
