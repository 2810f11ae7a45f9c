#include "bench/report/simulation_json.h"

#include "bench/result/json_scalar.h"

static json_t *asked_json(const struct simulation_input *input)
{
	static const char *const arrivals[] = {"fixed", "poisson", "bursts"};
	static const char *const lifetimes[] = {"fixed", "exponential", "pareto"};
	bool has_retries = input->retries > 0, has_outage = input->outage_for_s > 0;
	return json_pack("{sf ss so so so so so so so so so sb}", "duration_s", input->seconds,
		"arrivals", arrivals[input->arrivals], "burst",
		input->arrivals == SIMULATION_BURSTS ? json_count(input->burst) : json_null(),
		"zipf", json_real_or_null(input->zipf), "lifetimes",
		json_string(lifetimes[input->lifetimes]), "pareto_shape",
		input->lifetimes == LIFETIMES_PARETO ? json_real_or_null(input->pareto_shape)
						     : json_null(),
		"outage_s",
		has_outage ? json_pack("[ff]", input->outage_from_s,
				     input->outage_from_s + input->outage_for_s)
			   : json_null(),
		"connect_timeout_s",
		has_outage ? json_real_or_null(input->connect_timeout_s) : json_null(), "retries",
		json_count(input->retries), "retry_after_s",
		has_retries ? json_real_or_null(input->retry_after_s) : json_null(), "seed",
		json_count(input->seed), "jitter", input->is_jittered);
}

static json_t *quantiles_json(
	const struct simulation_tally *tally, const uint32_t *bins, uint64_t most)
{
	return json_pack("{so so so so}", "p50",
		json_count(simulation_tally_quantile(tally, bins, most, 0.5)), "p90",
		json_count(simulation_tally_quantile(tally, bins, most, 0.9)), "p99",
		json_count(simulation_tally_quantile(tally, bins, most, 0.99)), "most",
		json_count(most));
}

static json_t *counts_json(const struct simulation_tally_slot *slot)
{
	return json_pack("{so so so so so so so}", "attempted", json_count(slot->attempted),
		"retried", json_count(slot->retried), "refused", json_count(slot->refused), "slow",
		json_count(slot->slow), "failed", json_count(slot->failed), "given_up",
		json_count(slot->given_up), "skipped", json_count(slot->skipped));
}

static json_t *slot_json(const struct plan_simulated *simulated, uint32_t number_of_slot)
{
	const struct simulation *simulation = &simulated->simulation;
	const struct simulation_tally_slot *slot = &simulated->tally->slot[number_of_slot];
	double step = simulation->step_s;
	json_t *json = counts_json(slot);
	json_object_update_new(json,
		json_pack("{sf sf sf so}", "from_s",
			simulation_slot_begin(simulation, number_of_slot) * step, "to_s",
			simulation_slot_begin(simulation, number_of_slot + 1) * step, "held_mean",
			simulation_tally_held_mean(simulated->tally, simulation, number_of_slot, 1),
			"held", quantiles_json(simulated->tally, slot->held, slot->held_most)));
	return json;
}

static json_t *group_json(const struct plan_simulated *simulated)
{
	const struct simulation_tally *tally = simulated->tally;
	json_t *names = json_array(), *slots = json_array();
	for (size_t i = 0; i < simulated->count; i++)
		json_array_append_new(names, json_string(simulated->strategies[i]->name));
	if (!tally || simulated->units_played == 0) {
		json_decref(slots);
		return json_pack("{so sn}", "strategies", names, "pairs");
	}
	struct simulation_tally_slot total = simulation_tally_total(tally);
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++)
		json_array_append_new(slots, slot_json(simulated, i));
	json_t *json = counts_json(&total);
	json_object_update_new(json,
		json_pack("{so so so si sf sf sf so so sf so sb so}", "strategies", names, "pairs",
			json_count(tally->pairs), "pairs_refused", json_count(tally->pairs_refused),
			"ports", (int)tally->ports, "lifetime_s", simulated->input.lifetime_s,
			"hold_s", simulated->input.hold_s, "tick_s", simulated->input.tick_s,
			"first_refused_s", json_real_or_null(tally->first_refused_s), "peak",
			quantiles_json(tally, tally->peaks, total.held_most), "held_mean",
			simulation_tally_held_mean(
				tally, &simulated->simulation, 0, SIMULATION_SLOTS),
			"step_s", json_real_or_null(simulated->simulation.step_s), "is_whole",
			simulated->units_played == simulated->simulation.units, "over_time",
			slots));
	return json;
}

json_t *simulation_json(const struct plan_simulated *simulated, size_t count)
{
	json_t *groups = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(groups, group_json(&simulated[i]));
	return json_pack("{so so}", "asked", count ? asked_json(&simulated[0].input) : json_null(),
		"groups", groups);
}
