#include "bench/plan/plan_verify.h"

#include <math.h>

/* Samples come every 0.1 s; what is counted comes whole. */
#define STEP_S 0.1
#define STEP_COUNT 1

static bool is_within(const struct plan_figure *figure, double predicted, double measured)
{
	double step = figure->unit[0] == 's' ? STEP_S : figure->unit[0] ? 0 : STEP_COUNT;
	double off = fabs(measured - predicted);
	if (isinf(predicted) || isinf(measured))
		return isinf(predicted) && isinf(measured);
	return off <= fmax(PLAN_VERIFY_SHARE * predicted, step);
}

static bool is_of_use(const struct plan_figure *figure, double a, double b)
{
	bool is_refusals = figure->offset == offsetof(struct plan_course, refused);
	if (isnan(a) || isnan(b))
		return false;
	return is_refusals || !((a == 0 && b == 0) || (isinf(a) && isinf(b)));
}

size_t plan_verify_rows(
	const struct plan_verified *verified, struct plan_verify_row rows[PLAN_FIGURES])
{
	size_t count = 0;
	for (size_t i = 0; i < PLAN_FIGURES; i++) {
		const struct plan_figure *figure = &plan_figures[i];
		double predicted = plan_course_value(&verified->predicted, figure);
		double measured = plan_course_value(&verified->measured, figure);
		if (!is_of_use(figure, predicted, measured))
			continue;
		bool has_share = isfinite(predicted) && isfinite(measured) && predicted > 0;
		rows[count++] = (struct plan_verify_row){
			.figure = figure,
			.predicted = predicted,
			.measured = measured,
			.error = has_share ? measured / predicted - 1 : NAN,
			.is_within = is_within(figure, predicted, measured),
		};
	}
	return count;
}
