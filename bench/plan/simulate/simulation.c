#include "bench/plan/simulate/simulation.h"

#include "common/random.h"

#include <math.h>

/* Steps in the time for which a port is held, and in other times that matter: the counter engine is
 * within 0.3 % of the truth then. */
#define STEPS_OF_HOLD 128
#define STEPS_OF_DELAY 16
#define STEPS_LEAST (SIMULATION_SLOTS * 2)
#define STEPS_MOST (1U << 20)
/* Attempts of a pair in a step: its table of arrivals and its counters have room for these. */
#define ATTEMPTS_OF_STEP_MOST 1e6
#define PAIRS_MOST 4e9
#define CONNECTIONS_MOST 1e12
/* Counters of the pairs that share a cap. */
#define CAP_COUNTERS_MOST (1U << 24)

static double least_of(double least, double duration, double parts)
{
	return duration > 0 ? fmin(least, duration / parts) : least;
}

static double step_wanted(const struct simulation_input *input)
{
	double step = input->seconds / STEPS_LEAST;
	step = least_of(step, input->lifetime_s + input->hold_s, STEPS_OF_HOLD);
	if (input->retries > 0)
		step = least_of(step, input->retry_after_s, STEPS_OF_DELAY);
	if (input->outage_for_s > 0) {
		step = least_of(step, input->connect_timeout_s, STEPS_OF_DELAY);
		step = least_of(step, input->outage_for_s, STEPS_OF_DELAY);
	}
	return step;
}

static int steps_set(
	struct simulation *simulation, const struct simulation_input *input, struct error *error)
{
	double step = step_wanted(input);
	if (input->tick_s > 0) {
		double parts = ceil(input->tick_s / step);
		step = input->tick_s / parts;
		simulation->tick_steps = (uint32_t)parts;
	}
	double steps = ceil(input->seconds / step - 1e-9);
	if (steps > STEPS_MOST)
		return error_set(error, STATUS_USAGE,
			"%.6g s in steps of %.3g s, which the times that ports are held for need, "
			"are too many: at most %.3g s can be simulated",
			input->seconds, step, step * STEPS_MOST);
	simulation->step_s = step;
	simulation->steps = (uint32_t)steps;
	return 0;
}

static bool is_capped(const struct simulation_input *input)
{
	double ports = (double)input->sources_of_host * (double)input->destinations * input->ports;
	return input->cap > 0 && input->tick_s > 0 && (double)input->cap < ports;
}

static int units_set(
	struct simulation *simulation, const struct simulation_input *input, struct error *error)
{
	double pairs = (double)input->sources * (double)input->destinations;
	if (pairs > PAIRS_MOST)
		return error_set(error, STATUS_USAGE,
			"%.3g pairs of addresses are too many: at most %.0g can be simulated",
			pairs, PAIRS_MOST);
	simulation->pairs_of_unit = 1;
	simulation->units = input->sources * input->destinations;
	simulation->is_capped = is_capped(input);
	if (!simulation->is_capped)
		return 0;
	double of_host = (double)input->sources_of_host * (double)input->destinations;
	if (of_host * simulation->steps > CAP_COUNTERS_MOST)
		return error_set(error, STATUS_USAGE,
			"%.0f pairs of addresses of a host are too many where they share "
			"tcp_max_tw_buckets: at most %.0f can be simulated",
			of_host, floor((double)CAP_COUNTERS_MOST / simulation->steps));
	simulation->pairs_of_unit = (uint32_t)of_host;
	simulation->units = input->sources / input->sources_of_host;
	return 0;
}

static int load_check(const struct simulation *simulation, const struct simulation_input *input,
	struct error *error)
{
	double most = simulation_rate_of_rank(simulation, 0) * simulation->step_s;
	if (most > ATTEMPTS_OF_STEP_MOST)
		return error_set(error, STATUS_USAGE,
			"%.3g connections/s of one pair of addresses are too many: at most %.3g "
			"can be simulated",
			most / simulation->step_s, ATTEMPTS_OF_STEP_MOST / simulation->step_s);
	double all = input->rate_per_s * input->seconds;
	if (all > CONNECTIONS_MOST)
		return error_set(error, STATUS_USAGE,
			"%.3g connections are too many: at most %.0g can be simulated", all,
			CONNECTIONS_MOST);
	return 0;
}

static double weight(const struct simulation_input *input, uint64_t rank)
{
	return input->zipf > 0 ? pow((double)rank + 1, -input->zipf) : 1;
}

int simulation_init(
	struct simulation *simulation, const struct simulation_input *input, struct error *error)
{
	*simulation = (struct simulation){.input = input};
	if (steps_set(simulation, input, error) == -1 || units_set(simulation, input, error) == -1)
		return -1;
	for (uint64_t rank = 0; rank < input->destinations; rank++)
		simulation->zipf_sum += weight(input, rank);
	return load_check(simulation, input, error);
}

uint64_t simulation_rank(const struct simulation *simulation, uint64_t unit, uint32_t pair)
{
	if (simulation->is_capped)
		return pair % simulation->input->destinations;
	return unit / simulation->input->sources;
}

double simulation_rate_of_rank(const struct simulation *simulation, uint64_t rank)
{
	const struct simulation_input *input = simulation->input;
	return input->rate_per_s * weight(input, rank) / simulation->zipf_sum /
	       (double)input->sources;
}

uint64_t simulation_random(const struct simulation *simulation, uint64_t unit)
{
	uint64_t key = simulation->input->seed;
	uint64_t state = random_next(&key) + unit * UINT64_C(0xd1342543de82ef95);
	return random_next(&state);
}

double simulation_out_share(const struct simulation *simulation, uint32_t step)
{
	const struct simulation_input *input = simulation->input;
	double from = input->outage_from_s / simulation->step_s;
	double to = from + input->outage_for_s / simulation->step_s;
	return fmax(0, fmin(to, step + 1.0) - fmax(from, step));
}
