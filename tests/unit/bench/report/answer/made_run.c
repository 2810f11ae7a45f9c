#include "made_run.h"

#include <string.h>

static json_t *trial_make(const struct made_run *run, const struct made_strategy *made, int n)
{
	double exchanges = made->exchanges > 0 ? made->exchanges : 1;
	json_t *trial = json_pack("{s:s, s:b, s:[], s:{s:s}, s:{s:i, s:i, s:f}, s:f, s:f}",
		"strategy", made->name, "valid", n >= made->invalid, "findings", "holder",
		"measured", made->holder, "ports", "available", 1000, "peak_in_use",
		(int)(1000 * made->held), "held_share", made->held, "exchanges_per_s",
		made->rates[n], "exchanges_per_connection", exchanges);
	/* In an open loop the "rate" of the table is p99, in ms. */
	json_object_set_new(
		trial, "latency_us", json_pack("{s:{s:f}}", "total", "p99", 1000 * made->rates[n]));
	if (!run->is_third_party_loader)
		json_object_set_new(trial, "loss",
			json_pack("{s:o, s:f, s:f, s:i}", "exhausted_s",
				n < made->exhausted ? json_real(2.5) : json_null(), "lost_share",
				n < made->losers ? made->lost : 0.0, "refused_share",
				n < made->exhausted ? 0.25 : 0.0, "bytes",
				n < made->losers ? 1500000 : 0));
	if (made->held_after_s > 0)
		json_object_set_new(
			trial, "runway", json_pack("{s:f}", "held_after_s", made->held_after_s));
	if (n < made->bounds)
		json_object_set_new(trial, "exchanges_at_most", json_true());
	if (made->source_port)
		json_object_set_new(trial, "source_port", json_string(made->source_port));
	return trial;
}

static json_t *losses(const char *gives_up)
{
	json_t *list = json_array();
	if (strcmp(gives_up, "tail") == 0 || strcmp(gives_up, "both") == 0)
		json_array_append_new(list, json_string("tail"));
	if (strcmp(gives_up, "guard") == 0 || strcmp(gives_up, "both") == 0)
		json_array_append_new(list, json_string("old-segments"));
	return list;
}

json_t *made_run_result(const struct made_run *run)
{
	json_t *result = json_pack("{s:{s:i, s:i, s:i}, s:[], s:[], s:[]}", "options", "rate",
		run->rate, "request-rate", run->request_rate, "response-bytes", run->response_bytes,
		"declared", "trials", "summary");
	if (run->expect)
		json_object_set_new(
			json_object_get(result, "options"), "expect", json_string(run->expect));
	for (int i = 0; i < MADE_STRATEGIES_MAX && run->made[i].name; i++) {
		const struct made_strategy *made = &run->made[i];
		json_array_append_new(json_object_get(result, "summary"),
			json_pack("{s:s}", "strategy", made->name));
		if (made->gives_up)
			json_array_append_new(json_object_get(result, "declared"),
				json_pack("{s:s, s:o}", "strategy", made->name, "gives_up",
					losses(made->gives_up)));
		for (int n = 0; n < MADE_TRIALS_MAX && made->rates[n] > 0; n++)
			json_array_append_new(
				json_object_get(result, "trials"), trial_make(run, made, n));
	}
	return result;
}
