#include "bench/measure/moments.h"

#include "common/clock.h"

#include <stdlib.h>
#include <string.h>

#define MOMENTS 65536

void moments_init(struct moments *moments, uint64_t begin_ns)
{
	*moments = (struct moments){.begin_ns = begin_ns, .length_ns = NS_PER_MS};
}

void moments_finish(struct moments *moments)
{
	free(moments->counts);
	moments->counts = NULL;
}

static void lengthen(struct moments *moments)
{
	uint64_t *counts = moments->counts;
	moments->length_ns *= 2;
	for (size_t i = 0; i < MOMENTS / 2; i++)
		counts[i] = counts[2 * i] + counts[2 * i + 1];
	memset(counts + MOMENTS / 2, 0, MOMENTS / 2 * sizeof(*counts));
}

void moments_note(struct moments *moments, uint64_t at_ns)
{
	if (!moments->counts && !(moments->counts = calloc(MOMENTS, sizeof(*moments->counts))))
		return;
	while ((at_ns - moments->begin_ns) / moments->length_ns >= MOMENTS)
		lengthen(moments);
	moments->counts[(at_ns - moments->begin_ns) / moments->length_ns]++;
}

void moments_sum(struct moments *moments)
{
	for (size_t i = 1; moments->counts && i < MOMENTS; i++)
		moments->counts[i] += moments->counts[i - 1];
}

uint64_t moments_by(const struct moments *moments, uint64_t at_ns)
{
	uint64_t passed =
		at_ns > moments->begin_ns ? (at_ns - moments->begin_ns) / moments->length_ns : 0;
	if (!moments->counts || passed == 0)
		return 0;
	return moments->counts[passed < MOMENTS ? passed - 1 : MOMENTS - 1];
}
