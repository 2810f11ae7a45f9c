/* teardown plan: what rate holds, by arithmetic. */
#include "bench/options/strategies.h"
#include "bench/plan/plan_choice.h"
#include "bench/plan/plan_model.h"
#include "bench/plan/plan_options.h"
#include "bench/report/plan_json.h"
#include "bench/report/plan_text.h"
#include "bench/verb/verb.h"

#include <jansson.h>
#include <stdio.h>

static int json_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, const struct plan_figures *chosen, struct error *error)
{
	json_t *plan = plan_json(asked, figures, count, chosen);
	if (!plan)
		return error_set(error, STATUS_FAILED, "no memory");
	json_dumpf(plan, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(plan);
	return STATUS_OK;
}

static int plan_run(const struct verb_call *call, struct error *error)
{
	const struct plan_options *options = call->options;
	struct run_options run = {.strategies = options->strategies};
	struct plan_figures figures[RUN_STRATEGIES_MAX];
	struct plan_asked asked;
	if (plan_options_read(options, &asked, error) == -1 || strategies_choose(&run, error) == -1)
		return -1;
	for (size_t i = 0; i < run.chosen_count; i++)
		figures[i] = plan_figures_of(&asked, run.chosen[i]);
	const struct plan_figures *chosen = plan_choose(figures, run.chosen_count, &asked);
	if (options->json)
		return json_print(&asked, figures, run.chosen_count, chosen, error);
	plan_text_print(&asked, figures, run.chosen_count, chosen, verb_width(), stdout);
	return STATUS_OK;
}

const struct verb verb_plan = {
	.name = "plan",
	.does = "what rate holds, by arithmetic: ports, TIME_WAIT, memory of each strategy",
	.table = &plan_option_table,
	.options_size = sizeof(struct plan_options),
	.set_defaults = plan_options_set_defaults,
	.run = plan_run,
};
