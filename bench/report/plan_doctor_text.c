#include "bench/report/plan_doctor_text.h"

#include "bench/report/paragraph.h"

#include <math.h>

#define LINE_MAX_BYTES 1024

void plan_doctor_print(
	const struct plan_doctor *found, const char *overruled, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES];
	snprintf(line, sizeof(line),
		"from doctor: %s -> %s in %s, the pair that opens the most connections: %.*f/s; it "
		"holds %.0f of %.0f ports of %u-%u; tcp_tw_reuse is %s for it",
		found->source, found->destination, found->space, found->rate_per_s < 10 ? 1 : 0,
		found->rate_per_s, found->held, found->available, found->port_low, found->port_high,
		found->reuses ? "on" : "off");
	paragraph_print(line, width, out);
	if (!overruled[0])
		return;
	snprintf(line, sizeof(line),
		"  the command line says something else, and stands above that: %s", overruled);
	paragraph_print(line, width, out);
}
