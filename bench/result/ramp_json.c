#include "bench/result/ramp_json.h"

#include "bench/judge/ramp_figures.h"
#include "bench/result/json_scalar.h"

static json_t *breaks_json(const struct trial *trial)
{
	struct ramp_breaks breaks = ramp_breaks_of(trial);
	json_t *list = json_array();
	for (size_t i = 0; i < breaks.count; i++) {
		const struct ramp_break *one = &breaks.list[i];
		json_t *json = json_pack("{s:s, s:f, s:f}", "what", one->what, "t_s", one->t_s,
			"rate_per_s", one->rate_per_s);
		if (one->connections > 0)
			json_object_set_new(json, "connections", json_count(one->connections));
		json_array_append_new(list, json);
	}
	return list;
}

/* A finding that has an instant has a rate. One that was seen when the load was over has none. */
static json_t *findings_met_json(const json_t *findings, const struct trial *trial)
{
	size_t i;
	json_t *finding, *list = json_array();
	double ends_s = (double)trial->load.ramp.rises_ns / 1e9;
	json_array_foreach((json_t *)findings, i, finding)
	{
		const json_t *t_s = json_object_get(finding, "t_s");
		double at_s = json_number_value(t_s);
		if (json_is_number(t_s) && at_s <= ends_s)
			json_array_append_new(list,
				json_pack("{s:O, s:f, s:f}", "id", json_object_get(finding, "id"),
					"t_s", at_s, "rate_per_s", ramp_rate_at(trial, at_s)));
	}
	return list;
}

static json_t *p99_us(const struct ramp_step *step)
{
	uint64_t ns = ramp_step_p99_ns(step);
	return ns > 0 ? json_real((double)ns / 1e3) : json_null();
}

static json_t *step_json(const struct trial *trial, size_t index)
{
	const struct ramp_step *step = &trial->totals.ramp.steps[index];
	const uint64_t *met = step->met;
	double t_s = (double)trial->load.ramp.rises_ns / 1e9 * (double)index / RAMP_STEPS;
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{"due", step->due},
		{"completed", step->completed},
		{"not_connected", met[RAMP_NO_PORT] + met[RAMP_REFUSED] + met[RAMP_CONNECT_ERROR]},
		{"lost", met[RAMP_SHORT] + met[RAMP_RESET] + met[RAMP_TIMED_OUT]},
		{"unexpected", met[RAMP_UNEXPECTED]},
		{"all_in_use", met[RAMP_STARVED]},
		{"loader_late", met[RAMP_LATE]},
	};
	json_t *json = json_pack("{s:f, s:f}", "t_s", t_s, "rate_per_s", ramp_rate_at(trial, t_s));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_set_new(json, numbers[i].key, json_count(numbers[i].value));
	json_object_set_new(json, "p99_us", p99_us(step));
	return json;
}

void ramp_json_set(json_t *json, const struct trial *trial)
{
	json_t *ramp = json_object_get(json, "ramp");
	if (!ramp)
		return;
	json_t *steps = json_array();
	for (size_t i = 0; i < RAMP_STEPS; i++)
		json_array_append_new(steps, step_json(trial, i));
	json_object_set_new(ramp, "breaks", breaks_json(trial));
	json_object_set_new(
		ramp, "findings", findings_met_json(json_object_get(json, "findings"), trial));
	json_object_set_new(ramp, "steps", steps);
}
