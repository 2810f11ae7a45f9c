#include "bench/report/plan_verify_json.h"

#include "bench/result/json_scalar.h"

static json_t *row_json(const struct plan_verify_row *row)
{
	return json_pack("{ss so so so sb}", "figure", row->figure->key, "forecast",
		json_real_or_null(row->predicted), "measured", json_real_or_null(row->measured),
		"error", json_real_or_null(row->error), "within", row->is_within);
}

static json_t *reasons_json(const struct plan_verified *verified)
{
	json_t *reasons = json_array();
	for (size_t i = 0; i < verified->reasons.count; i++)
		json_array_append_new(reasons, json_string(verified->reasons.text[i]));
	return reasons;
}

static json_t *verified_json(const struct plan_verified *verified)
{
	struct plan_verify_row rows[PLAN_FIGURES];
	if (verified->cannot.text[0])
		return json_pack("{ss ss}", "strategy", verified->strategy->name, "cannot",
			verified->cannot.text);
	json_t *figures = json_array();
	size_t count = plan_verify_rows(verified, rows);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(figures, row_json(&rows[i]));
	return json_pack("{ss so so so so so}", "strategy", verified->strategy->name, "rate_per_s",
		json_real_or_null(verified->rate), "ports", json_real_or_null(verified->ports),
		"seconds", json_real_or_null(verified->seconds), "invalid_because",
		reasons_json(verified), "figures", figures);
}

json_t *plan_verify_json(const struct plan_verified *verified, size_t count)
{
	json_t *all = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, verified_json(&verified[i]));
	return all;
}
