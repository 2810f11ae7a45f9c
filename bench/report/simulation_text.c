#include "bench/report/simulation_text.h"

#include "bench/report/counted.h"
#include "bench/report/paragraph.h"

#include <math.h>
#include <string.h>

#define LINE_MAX_BYTES 1024
#define TEXT_MAX 64
#define LEVELS 8
/* What stands beside a picture: its name, and what its greatest value is. */
#define NAME_WIDTH 10
#define SCALE_WIDTH 16

/* "90 s", "10 min", "2.5 h". */
static void duration_write(double seconds, char text[TEXT_MAX])
{
	if (seconds < 180)
		snprintf(text, TEXT_MAX, "%.3g s", seconds);
	else if (seconds < 3 * 3600)
		snprintf(text, TEXT_MAX, "%.3g min", seconds / 60);
	else
		snprintf(text, TEXT_MAX, "%.3g h", seconds / 3600);
}

static double share_of(uint64_t part, uint64_t all)
{
	return all ? 100 * (double)part / (double)all : 0;
}

/* One character a group of slots: the greatest of their values. */
static void picture_print(const char *name, const double values[SIMULATION_SLOTS], double full,
	const char *scale, size_t columns, const struct look *look, FILE *out)
{
	static const char *const blocks[LEVELS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const marks[LEVELS + 1] = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};
	size_t slots = SIMULATION_SLOTS / columns;
	fprintf(out, "  %-*s", NAME_WIDTH, name);
	for (size_t column = 0; column < columns; column++) {
		double most = 0;
		for (size_t i = 0; i < slots; i++)
			most = fmax(most, values[column * slots + i]);
		size_t level = full > 0 ? (size_t)ceil(fmin(1, most / full) * LEVELS) : 0;
		fputs((look->is_utf8 ? blocks : marks)[level], out);
	}
	fprintf(out, " %s\n", scale);
}

static size_t columns_of(size_t width)
{
	size_t room = width > NAME_WIDTH + SCALE_WIDTH ? width - NAME_WIDTH - SCALE_WIDTH : 0;
	return room >= SIMULATION_SLOTS ? SIMULATION_SLOTS : SIMULATION_SLOTS / 2;
}

static void held_print(const struct simulation_tally *tally, double share, const char *name,
	size_t columns, const struct look *look, FILE *out)
{
	double values[SIMULATION_SLOTS], most = 0;
	char scale[TEXT_MAX];
	for (size_t i = 0; i < SIMULATION_SLOTS; i++) {
		values[i] = share > 1
				    ? (double)tally->slot[i].held_most
				    : (double)simulation_tally_quantile(tally, tally->slot[i].held,
					      tally->slot[i].held_most, share);
		most = fmax(most, values[i]);
	}
	snprintf(scale, sizeof(scale), "%.0f of %u", most, tally->ports);
	picture_print(name, values, tally->ports, scale, columns, look, out);
}

static void rate_print(const struct plan_simulated *simulated,
	const double values[SIMULATION_SLOTS], const char *name, size_t columns,
	const struct look *look, FILE *out)
{
	const struct simulation *simulation = &simulated->simulation;
	double rates[SIMULATION_SLOTS], most = 0;
	char text[TEXT_MAX], scale[TEXT_MAX + 2];
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++) {
		uint32_t steps = simulation_slot_begin(simulation, i + 1) -
				 simulation_slot_begin(simulation, i);
		rates[i] = values[i] / (steps * simulation->step_s);
		most = fmax(most, rates[i]);
	}
	if (most <= 0)
		return;
	counted_write(most, text);
	snprintf(scale, sizeof(scale), "%s/s", text);
	picture_print(name, rates, most, scale, columns, look, out);
}

static void axis_print(const struct plan_simulated *simulated, size_t columns, FILE *out)
{
	char end[TEXT_MAX];
	duration_write(simulated->input.seconds, end);
	fprintf(out, "  %-*s0 s%*s\n", NAME_WIDTH, "", (int)columns - 3, end);
}

/* The quantiles are of pairs: few pairs have few of them. */
static void pictures_print(
	const struct plan_simulated *simulated, const struct look *look, size_t width, FILE *out)
{
	const struct simulation_tally *tally = simulated->tally;
	size_t columns = columns_of(width);
	double attempted[SIMULATION_SLOTS], refused[SIMULATION_SLOTS], failed[SIMULATION_SLOTS];
	for (size_t i = 0; i < SIMULATION_SLOTS; i++) {
		attempted[i] = (double)tally->slot[i].attempted;
		refused[i] = (double)tally->slot[i].refused;
		failed[i] = (double)tally->slot[i].failed;
	}
	held_print(tally, 2, "held most", columns, look, out);
	if (tally->pairs >= 100)
		held_print(tally, 0.99, "held p99", columns, look, out);
	if (tally->pairs >= 10)
		held_print(tally, 0.9, "held p90", columns, look, out);
	if (tally->pairs > 1)
		held_print(tally, 0.5, "held p50", columns, look, out);
	if (simulated->input.retries > 0)
		rate_print(simulated, attempted, "attempts", columns, look, out);
	rate_print(simulated, failed, "failed", columns, look, out);
	rate_print(simulated, refused, "refused", columns, look, out);
	axis_print(simulated, columns, out);
}

static void names_write(const struct plan_simulated *simulated, char *text, size_t size)
{
	size_t used = 0;
	for (size_t i = 0; i < simulated->count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "",
			simulated->strategies[i]->name);
}

static void refused_write(const struct plan_simulated *simulated,
	const struct simulation_tally_slot *total, char *text, size_t size)
{
	char when[TEXT_MAX];
	if (total->refused == 0) {
		snprintf(text, size, "none refused");
		return;
	}
	duration_write(simulated->tally->first_refused_s, when);
	int used = snprintf(text, size, "%.3g %% refused, the first after %s",
		share_of(total->refused, total->attempted), when);
	if (simulated->tally->pairs > 1)
		snprintf(text + used, size - (size_t)used, ", at %.3g %% of the pairs",
			share_of(simulated->tally->pairs_refused, simulated->tally->pairs));
}

static void answer_print(const struct plan_simulated *simulated, size_t width, FILE *out)
{
	const struct simulation_tally *tally = simulated->tally;
	struct simulation_tally_slot total = simulation_tally_total(tally);
	char line[2 * LINE_MAX_BYTES], names[LINE_MAX_BYTES / 2], refused[3 * TEXT_MAX],
		attempts[TEXT_MAX], again[2 * TEXT_MAX] = "", slow[2 * TEXT_MAX] = "",
					      given_up[TEXT_MAX] = "";
	names_write(simulated, names, sizeof(names));
	counted_write((double)total.attempted, attempts);
	refused_write(simulated, &total, refused, sizeof(refused));
	if (total.retried > 0)
		snprintf(again, sizeof(again), " (%.3g %% are retries)",
			share_of(total.retried, total.attempted));
	if (simulated->is_by_parity && total.slow > 0)
		snprintf(slow, sizeof(slow),
			"; %.3g %% slow, since more than half of the ports were held",
			share_of(total.slow, total.attempted));
	if (total.given_up > 0 && simulated->input.retries > 0)
		snprintf(given_up, sizeof(given_up), "; %.3g %% given up",
			share_of(total.given_up, total.attempted - total.retried));
	snprintf(line, sizeof(line), "%s: %s attempts%s, %s%s%s", names, attempts, again, refused,
		given_up, slow);
	paragraph_print(line, width, out);
	if (total.skipped > 0) {
		counted_write((double)total.skipped, attempts);
		snprintf(line, sizeof(line),
			"tcp_max_tw_buckets is reached: %s TIME_WAITs are skipped", attempts);
		paragraph_print(line, width, out);
	}
	if (simulated->units_played < simulated->simulation.units) {
		snprintf(line, sizeof(line),
			"interrupted: this is of %.3g %% of the pairs, the busiest destinations "
			"first",
			share_of(tally->pairs,
				simulated->input.sources * simulated->input.destinations));
		paragraph_print(line, width, out);
	}
}

static void asked_print(const struct simulation_input *input, size_t width, FILE *out)
{
	static const char *const lifetimes[] = {"fixed", "exponential", "Pareto"};
	char line[LINE_MAX_BYTES], duration[TEXT_MAX], arrivals[TEXT_MAX] = "even arrivals";
	double pairs = (double)input->sources * (double)input->destinations;
	duration_write(input->seconds, duration);
	if (input->arrivals == SIMULATION_POISSON)
		snprintf(arrivals, sizeof(arrivals), "Poisson arrivals");
	else if (input->arrivals == SIMULATION_BURSTS)
		snprintf(arrivals, sizeof(arrivals), "arrivals in bursts of %u", input->burst);
	snprintf(line, sizeof(line),
		"simulated: %s of %.0f %s of addresses, %s, %s lifetimes; \"held\" is of "
		"the ports of one pair",
		duration, pairs, counted_noun(pairs, "pair", "pairs"), arrivals,
		lifetimes[input->lifetimes]);
	paragraph_print(line, width, out);
}

static void nat_print(const struct simulation_input *input, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES];
	snprintf(line, sizeof(line),
		"all hosts are behind a NAT: %u ports for each destination, each held for %g s "
		"behind the close, which the arithmetic above does not know",
		input->ports, input->hold_s);
	paragraph_print(line, width, out);
}

void simulation_answer_print(const struct plan_simulated *simulated, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], names[LINE_MAX_BYTES / 2];
	if (simulated->tally) {
		if (simulated->units_played > 0)
			answer_print(simulated, width, out);
		return;
	}
	names_write(simulated, names, sizeof(names));
	snprintf(line, sizeof(line),
		"%s: no port is held for longer than an instant; --rtt or --lifetime says for how "
		"long a connection is open",
		names);
	paragraph_print(line, width, out);
}

void simulation_text_print(const struct plan_simulated *simulated, size_t count,
	const struct look *look, size_t width, FILE *out)
{
	if (count == 0)
		return;
	fputc('\n', out);
	asked_print(&simulated[0].input, width, out);
	if (simulated[0].is_nat)
		nat_print(&simulated[0].input, width, out);
	for (size_t i = 0; i < count; i++) {
		fputc('\n', out);
		simulation_answer_print(&simulated[i], width, out);
		if (simulated[i].tally && simulated[i].units_played > 0)
			pictures_print(&simulated[i], look, width, out);
	}
}
