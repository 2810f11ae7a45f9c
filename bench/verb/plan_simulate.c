#include "bench/verb/plan_simulate.h"

#include "bench/plan/simulate/engine.h"
#include "bench/report/progress.h"
#include "bench/verb/interruption.h"
#include "bench/verb/verb.h"
#include "common/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define REWRITE "\r\033[K"
#define TELL_NS (NS_PER_S / 4)
#define TIME_TEXT_MAX 32
/* What took less is not worth a line. */
#define TOLD_LEAST_S 2

struct telling {
	const struct plan_simulated *simulated;
	uint64_t began_ns, told_ns;
	bool is_rewritten; /* stderr is a terminal */
};

static int look(void *argument, uint64_t units_played)
{
	struct telling *telling = argument;
	uint64_t now_ns = clock_now_ns(), units = telling->simulated->simulation.units;
	char left[TIME_TEXT_MAX];
	if (telling->is_rewritten && now_ns - telling->told_ns >= TELL_NS) {
		double share = (double)units_played / (double)units;
		double spent_ns = (double)(now_ns - telling->began_ns);
		telling->told_ns = now_ns;
		fprintf(stderr, REWRITE "simulating %s: %.0f %%, %s left",
			telling->simulated->strategies[0]->name, 100 * share,
			progress_time_text(
				(uint64_t)(spent_ns / share * (1 - share)), left, sizeof(left)));
	}
	return interruption_met;
}

/* How long that took, which is no figure of the result. */
static void speed_tell(const struct telling *telling)
{
	const struct plan_simulated *simulated = telling->simulated;
	double spent_s = (double)(clock_now_ns() - telling->began_ns) / (double)NS_PER_S;
	double connections = (double)simulation_tally_total(simulated->tally).attempted;
	if (telling->is_rewritten)
		fputs(REWRITE, stderr);
	if (spent_s < TOLD_LEAST_S)
		return;
	fprintf(stderr, "simulated %s: %.4g connections of %" PRIu64 " %s in %.1f s\n",
		simulated->strategies[0]->name, connections, simulated->tally->pairs,
		simulated->tally->pairs == 1 ? "pair" : "pairs", spent_s);
}

static int group_play(struct plan_simulated *simulated, bool is_exact, struct error *error)
{
	struct telling telling = {.simulated = simulated,
		.began_ns = clock_now_ns(),
		.told_ns = clock_now_ns(),
		.is_rewritten = verb_is_terminal()};
	struct engine_watch watch = {.look = look, .argument = &telling};
	if (simulated->input.threads == 0)
		simulated->input.threads = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
	int64_t played = engine_run(&simulated->simulation,
		is_exact ? &machine_exact : &machine_counter, &watch, simulated->tally);
	if (played == -1)
		return error_set(error, STATUS_FAILED, "no memory");
	simulated->units_played = (uint64_t)played;
	speed_tell(&telling);
	return 0;
}

int plan_simulate_play(struct plan_simulated *simulated, size_t count, bool is_exact,
	bool *is_interrupted, struct error *error)
{
	interruption_catch();
	for (size_t i = 0; i < count && !interruption_met; i++)
		if (simulated[i].tally && group_play(&simulated[i], is_exact, error) == -1)
			return -1;
	*is_interrupted = interruption_met != 0;
	return 0;
}
