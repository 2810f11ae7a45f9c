#include "bench/plan/plan_verify.h"

#include <math.h>

static double step_of(const struct plan_figure *figure)
{
	if (figure->unit[0] == 's')
		return PLAN_VERIFY_SECONDS;
	return figure->unit[0] ? 0 : PLAN_VERIFY_COUNT;
}

static bool is_within(const struct plan_figure *figure, double predicted, double measured)
{
	double step = step_of(figure);
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

bool plan_verify_is_valid(const struct plan_verified *verified)
{
	return !verified->cannot.text[0] && verified->reasons.count == 0;
}

static bool is_of_status(const struct plan_verified *verified, enum status status)
{
	if (verified->cannot.text[0])
		return verified->cannot.status == status;
	return status == STATUS_FAILED && !plan_verify_is_valid(verified);
}

static int judged(const struct plan_verified *verified, enum status status, struct error *error)
{
	const char *name = verified->strategy->name;
	if (verified->cannot.text[0])
		return error_set(error, status, "--verify: %s was not played: %s", name,
			verified->cannot.text);
	return error_set(error, status, "--verify: the trial of %s was not as asked: %s", name,
		verified->reasons.text[0]);
}

int plan_verify_judge(const struct plan_verified *verified, size_t count, struct error *error)
{
	static const enum status worst_first[] = {STATUS_FAILED, STATUS_HOST_CANNOT};
	for (size_t i = 0; i < sizeof(worst_first) / sizeof(worst_first[0]); i++)
		for (size_t of = 0; of < count; of++)
			if (is_of_status(&verified[of], worst_first[i]))
				return judged(&verified[of], worst_first[i], error);
	return 0;
}
