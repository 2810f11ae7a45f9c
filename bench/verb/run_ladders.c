#include "bench/verb/run_ladders.h"

#include "bench/process/ending_signals.h"
#include "bench/result/ladder_json.h"
#include "bench/trial/played.h"

static int ladder_keep(json_t *ladders, const struct td_strategy *strategy, struct played *played,
	struct error *error)
{
	struct state_course tracker[VIEW_ENDS];
	if (played_read(played, error) == -1)
		return -1;
	played_tracker(&played->ladder, &played->view, tracker);
	if (played_judge(played, tracker, error) == -1)
		return -1;
	if (json_array_append_new(ladders, ladder_json(strategy->name, played)) == -1)
		return error_set(error, STATUS_FAILED, "no memory for a ladder");
	return 0;
}

static int ladder_play(json_t *ladders, const struct run_options *options,
	const struct td_strategy *strategy, struct error *error)
{
	struct played played = {0};
	int result = played_perform(&played, options, strategy, &ending_signals_met, error);
	if (result == 0)
		result = ladder_keep(ladders, strategy, &played, error);
	played_finish(&played);
	return result;
}

int run_ladders_play(struct run *run, struct error *error)
{
	const struct run_options options = played_options(run->options);
	json_t *ladders = json_array();
	int result = 0;
	if (!options.quiet)
		fprintf(stderr, "ladders: a connection of each strategy is played\n");
	for (size_t i = 0, played = 0; i < options.chosen_count && !ending_signals_met; i++) {
		struct error lacking;
		const struct td_strategy *strategy = options.chosen[i];
		if (run->preflight.cannot[i])
			continue;
		if (!options.quiet)
			fprintf(stderr, "ladder %zu of %zu: %s\n", ++played, run->preflight.able,
				strategy->name);
		if (ladder_play(ladders, &options, strategy, &lacking) == 0 || ending_signals_met)
			continue;
		result = error_set(
			error, lacking.status, "no ladder of %s: %s", strategy->name, lacking.text);
		fprintf(stderr, "teardown: %s\n", error->text);
	}
	json_object_set_new(run->result, "ladders", ladders);
	return result;
}
