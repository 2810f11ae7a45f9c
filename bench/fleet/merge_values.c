#include "bench/fleet/merge_values.h"

#include "bench/result/json_path.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

json_t *merge_values_sum(const json_t *a, const json_t *b)
{
	if (!json_is_integer(a) || !json_is_integer(b))
		return json_real(json_number_value(a) + json_number_value(b));
	json_int_t sum = json_integer_value(a) + json_integer_value(b);
	return sum <= FIELD_COUNT_MAX ? json_integer(sum) : NULL;
}

/* Less than 0: `a` is the lesser. Flags, numbers, and texts by their letters. */
static int compare(const json_t *a, const json_t *b)
{
	if (json_is_string(a) && json_is_string(b))
		return strcmp(json_string_value(a), json_string_value(b));
	double x = json_is_boolean(a) ? json_is_true(a) : json_number_value(a);
	double y = json_is_boolean(b) ? json_is_true(b) : json_number_value(b);
	return (x > y) - (x < y);
}

/* The rate that all have together when the first one is at the end of what it can have. */
static double least_share(const double value[2], const double weight[2])
{
	double share = fmin(value[0] / weight[0], value[1] / weight[1]);
	return share * (weight[0] + weight[1]);
}

json_t *merge_values_mean(
	enum field_merge rule, const json_t *const parts[2], const double weight[2])
{
	double value[2];
	for (size_t i = 0; i < 2; i++) {
		value[i] = json_number_value(parts[i]);
		if (!(weight[i] > 0))
			return json_incref((json_t *)parts[!i]);
	}
	if (!json_is_number(parts[0]) || !json_is_number(parts[1]))
		return NULL;
	if (rule == FIELD_LEAST_SHARE)
		return json_real(least_share(value, weight));
	return json_real((value[0] * weight[0] + value[1] * weight[1]) / (weight[0] + weight[1]));
}

/* Who holds TIME_WAIT, or closes first. */
static json_t *who_of(const json_t *into, const json_t *from)
{
	static const char unknown[] = "unknown";
	if (json_equal(into, from))
		return json_incref((json_t *)into);
	if (strcmp(json_path_string(into), unknown) == 0 ||
		strcmp(json_path_string(from), unknown) == 0)
		return json_string(unknown);
	return json_string("mixed");
}

json_t *merge_values(enum field_merge rule, const json_t *into, const json_t *from)
{
	bool is_known = !json_is_null(into) && !json_is_null(from);
	const json_t *known = json_is_null(into) ? from : into;
	switch (rule) {
	case FIELD_SUM:
	case FIELD_SUM_OF_PEAKS:
		return is_known ? merge_values_sum(into, from) : NULL;
	case FIELD_LEAST:
		return json_incref((json_t *)(is_known && compare(into, from) > 0 ? from : known));
	case FIELD_MOST:
		return json_incref((json_t *)(is_known && compare(into, from) < 0 ? from : known));
	case FIELD_ALIKE:
		return json_equal(into, from) ? json_incref((json_t *)into) : NULL;
	case FIELD_WHO:
		return who_of(into, from);
	default:
		return json_incref((json_t *)known);
	}
}
