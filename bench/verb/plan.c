/* teardown plan: what rate holds, by arithmetic. */
#include "bench/options/strategies.h"
#include "bench/plan/plan_choice.h"
#include "bench/plan/plan_doctor.h"
#include "bench/plan/plan_model.h"
#include "bench/plan/plan_options.h"
#include "bench/plan/plan_scenario.h"
#include "bench/plan/plan_simulation.h"
#include "bench/process/ending_signals.h"
#include "bench/report/html/html.h"
#include "bench/report/plan_doctor_text.h"
#include "bench/report/plan_json.h"
#include "bench/report/plan_text.h"
#include "bench/report/plan_verify_json.h"
#include "bench/report/plan_verify_text.h"
#include "bench/report/simulation_json.h"
#include "bench/report/simulation_text.h"
#include "bench/verb/plan_simulate.h"
#include "bench/verb/plan_verify.h"
#include "bench/verb/verb.h"

#include <jansson.h>
#include <stdio.h>

/* What the arithmetic says of each strategy, and what came of playing it. */
struct plan {
	struct plan_asked asked;
	struct plan_doctor host; /* no source: none was asked for */
	char overruled[PLAN_DOCTOR_TEXT_MAX];
	struct plan_figures figures[RUN_STRATEGIES_MAX];
	size_t count;
	const struct plan_figures *chosen;
	struct plan_figures better; /* of all; no strategy: none does more than the chosen one */
	struct plan_simulated *simulated; /* NULL: nothing was simulated */
	size_t simulated_count;
	struct plan_verified verified[RUN_STRATEGIES_MAX];
	size_t verified_count;
	bool is_interrupted;
};

static int json_print(const struct plan *plan, struct error *error)
{
	json_t *json = plan_json(
		&plan->asked, plan->figures, plan->count, plan->chosen, plan->better.strategy);
	if (json && plan->host.source[0])
		json_object_set_new(
			json, "from_doctor", plan_doctor_json(&plan->host, plan->overruled));
	if (json && plan->simulated)
		json_object_set_new(json, "simulation",
			simulation_json(plan->simulated, plan->simulated_count));
	if (json && plan->verified_count > 0)
		json_object_set_new(
			json, "verify", plan_verify_json(plan->verified, plan->verified_count));
	if (!json)
		return error_set(error, STATUS_FAILED, "no memory");
	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(json);
	return STATUS_OK;
}

static int simulate(struct plan *plan, const struct plan_options *options,
	const struct td_strategy *const *strategies, struct error *error)
{
	struct simulation_input input;
	if (plan_simulation_read(options, &plan->asked, &input, error) == -1)
		return -1;
	plan->simulated = plan_simulated_create(
		&plan->asked, &input, strategies, plan->count, &plan->simulated_count, error);
	if (!plan->simulated)
		return -1;
	return plan_simulate_play(plan->simulated, plan->simulated_count, options->exact,
		&plan->is_interrupted, error);
}

static int verify(struct plan *plan, const struct plan_options *options,
	const struct td_strategy *const *strategies, struct error *error)
{
	if (plan_verify_play(
		    options, &plan->asked, strategies, plan->count, plan->verified, error) == -1)
		return -1;
	plan->verified_count = plan->count;
	plan->is_interrupted = ending_signals_met;
	return 0;
}

static void arithmetic_print(const struct plan *plan)
{
	if (plan->host.source[0])
		plan_doctor_print(&plan->host, plan->overruled, verb_width(), stdout);
	plan_text_print(&plan->asked, plan->figures, plan->count, plan->chosen,
		plan->better.strategy ? &plan->better : NULL, verb_width(), stdout);
	fflush(stdout);
}

static int plan_print(const struct plan *plan, bool as_json, struct error *error)
{
	struct look look = look_of(stdout, "never");
	if (as_json)
		return json_print(plan, error);
	if (plan->verified_count == 0)
		arithmetic_print(plan);
	if (plan->simulated)
		simulation_text_print(
			plan->simulated, plan->simulated_count, &look, verb_width(), stdout);
	if (plan->verified_count > 0)
		plan_verify_text_print(plan->verified, plan->verified_count, verb_width(), stdout);
	return 0;
}

static int host_take(struct plan *plan, const struct plan_options *options,
	const struct options_given *given, struct error *error)
{
	if (!options->from_doctor)
		return 0;
	if (plan_doctor_read(options->from_doctor, &plan->host, error) == -1)
		return -1;
	plan_doctor_take(&plan->host, given, &plan->asked, plan->overruled);
	return 0;
}

static int page_write_to(const struct plan *plan, const char *path, struct error *error)
{
	const struct plan_page page = {
		.asked = &plan->asked,
		.figures = plan->figures,
		.count = plan->count,
		.chosen = plan->chosen,
		.better = plan->better.strategy ? &plan->better : NULL,
		.host = plan->host.source[0] ? &plan->host : NULL,
		.overruled = plan->overruled,
		.simulated = plan->simulated,
		.simulated_count = plan->simulated_count,
	};
	return html_plan_write(&page, path, error);
}

/* Also of those that were not asked for, where none of the others will do. */
static void choose(struct plan *plan)
{
	plan->chosen = plan_choose(plan->figures, plan->count, &plan->asked);
	bool is_found = (!plan->chosen || plan->chosen->is_slow) &&
			plan_choose_of_all(&plan->asked, &plan->better) && !plan->better.is_slow;
	if (!is_found)
		plan->better.strategy = NULL;
}

static int plan_play(
	const struct plan_options *options, const struct options_given *given, struct error *error)
{
	struct run_options run = {.strategies = options->strategies};
	struct plan plan = {.simulated = NULL};
	if (plan_options_check(options, given, error) == -1 ||
		plan_options_read(options, &plan.asked, error) == -1 ||
		host_take(&plan, options, given, error) == -1 ||
		plan_hz_check(options, &plan.asked, error) == -1 ||
		(options->html && html_check(options->html, error) == -1) ||
		strategies_choose(&run, error) == -1)
		return -1;
	plan.count = run.chosen_count;
	for (size_t i = 0; i < plan.count; i++)
		plan.figures[i] = plan_figures_of(&plan.asked, run.chosen[i]);
	choose(&plan);
	/* What is known at once is not kept back for minutes. */
	if (options->verify && !options->json)
		arithmetic_print(&plan);
	int result = options->simulate ? simulate(&plan, options, run.chosen, error) : 0;
	if (options->verify)
		result = verify(&plan, options, run.chosen, error);
	if (result == 0)
		result = plan_print(&plan, options->json, error);
	if (result == 0 && options->html)
		result = page_write_to(&plan, options->html, error);
	/* What was interrupted is short, which is no failure. */
	if (result == 0 && !plan.is_interrupted)
		result = plan_verify_judge(plan.verified, plan.verified_count, error);
	plan_simulated_destroy(plan.simulated, plan.simulated_count);
	plan_verify_finish(plan.verified, plan.verified_count);
	return result == 0 && plan.is_interrupted ? STATUS_INTERRUPTED : result;
}

static int plan_run(const struct verb_call *call, struct error *error)
{
	struct plan_scenario scenario;
	int result = plan_scenario_read(&scenario, call->options, &call->given, error);
	if (result == 0)
		result = plan_play(&scenario.options, &scenario.given, error);
	plan_scenario_finish(&scenario);
	return result;
}

const struct verb verb_plan = {
	.name = "plan",
	.does = "what rate holds, by arithmetic: ports, TIME_WAIT, memory of each strategy",
	.table = &plan_option_table,
	.options_size = sizeof(struct plan_options),
	.set_defaults = plan_options_set_defaults,
	.run = plan_run,
};
