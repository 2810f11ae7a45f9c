#include "bench/report/html/markup/bar.h"

#include "bench/report/html/markup/markup.h"
#include "bench/result/figure_text.h"

#include <math.h>

/* From which share of the ports on connect(2) searches long. */
#define SLOW_SHARE 0.5

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

void bar_ports_write(double held, const char *class, FILE *out)
{
	char share[32] = "-";
	struct bar_part part = {0, held, class};
	fputs("<td class=\"gauge\">", out);
	if (!isnan(held)) {
		figure_percent_whole(held, share, sizeof(share));
		bar_write(&part, 1, SLOW_SHARE, out);
	}
	markup_write(out, "<span>%s</span></td>", share);
}
