#include "bench/judge/estimate.h"

#include <math.h>
#include <stdio.h>

#define DEVIATIONS 3

struct estimate estimate_of(const struct trial *trial, const struct figures *figures, uint64_t seen)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	double judged = (double)(tap->counts.connections + tap->counts.undecided);
	double opened = (double)figures->opened;
	if ((tap->share <= 1 && tap->lost == 0) || judged >= opened)
		return (struct estimate){
			.count = (double)seen, .most = (double)seen, .is_exact = true};
	double scale = judged > 0 ? opened / judged : 0;
	double half = DEVIATIONS / 2.0, root = sqrt((double)seen + half * half);
	return (struct estimate){
		.count = round((double)seen * scale),
		.spread = sqrt((double)seen) * scale,
		/* Where `seen` would be three deviations below what is to be expected. */
		.most = judged > 0 ? ceil((root + half) * (root + half) * scale) : opened,
	};
}

double estimate_least(const struct estimate *estimate)
{
	return fmax(0, estimate->count - DEVIATIONS * estimate->spread);
}

const char *estimate_text(const struct estimate *estimate, char text[ESTIMATE_TEXT_SIZE])
{
	snprintf(text, ESTIMATE_TEXT_SIZE, "%s%.0f", estimate->is_exact ? "" : "about ",
		estimate->count);
	return text;
}
