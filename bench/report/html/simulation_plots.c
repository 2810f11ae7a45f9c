#include "bench/report/html/simulation_plots.h"

#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/markup/plot.h"

#include <math.h>

#define ID_MAX 32
#define QUANTILES 4
#define RATES 3

const char simulation_plots_names[] =
	"[\"most\",\"p99\",\"p90\",\"p50\",\"attempts\",\"failed\",\"refused\"]";

static const struct {
	const char *name, *class;
	double share;      /* 1: of all pairs, at any time */
	uint64_t of_pairs; /* fewer pairs have no such quantile */
} quantiles[QUANTILES] = {
	{"most", "client", 1, 1},
	{"p99", "both", 0.99, 100},
	{"p90", "server", 0.9, 10},
	{"p50", "nobody", 0.5, 2},
};

static const struct {
	const char *name, *class;
} rates[RATES] = {{"attempts", "server"}, {"failed", "both"}, {"refused", "client"}};

struct lines {
	struct plot_line line[QUANTILES];
	struct plot_point points[QUANTILES][SIMULATION_SLOTS];
	size_t count;
	double most;
};

static double instant(const struct simulation *simulation, uint32_t slot)
{
	return simulation_slot_begin(simulation, slot) * simulation->step_s;
}

static double held_of(const struct simulation_tally *tally, uint32_t slot, double share)
{
	const struct simulation_tally_slot *of = &tally->slot[slot];
	return share < 1 ? (double)simulation_tally_quantile(tally, of->held, of->held_most, share)
			 : (double)of->held_most;
}

static double rate_of(const struct plan_simulated *simulated, uint32_t slot, size_t kind)
{
	const struct simulation_tally_slot *of = &simulated->tally->slot[slot];
	const uint64_t counts[RATES] = {of->attempted, of->failed, of->refused};
	const struct simulation *simulation = &simulated->simulation;
	return (double)counts[kind] / (instant(simulation, slot + 1) - instant(simulation, slot));
}

/* Points stand where their slot ends. */
static void line_add(struct lines *lines, const struct plan_simulated *simulated,
	const struct plot_line *like, const double values[SIMULATION_SLOTS])
{
	struct plot_point *points = lines->points[lines->count];
	for (uint32_t slot = 0; slot < SIMULATION_SLOTS; slot++) {
		points[slot] = (struct plot_point){.x = instant(&simulated->simulation, slot + 1),
			.low = values[slot],
			.y = values[slot],
			.high = values[slot]};
		lines->most = fmax(lines->most, values[slot]);
	}
	struct plot_line *line = &lines->line[lines->count];
	*line = *like;
	line->dash = (unsigned)lines->count;
	line->is_shown = true;
	line->count = SIMULATION_SLOTS;
	line->points = points;
	lines->count++;
}

static void plot_finish(struct plot *plot, const struct plan_simulated *simulated,
	const struct lines *lines, double most, FILE *out, FILE *data)
{
	plot->x = scale_linear(simulated->input.seconds, PLOT_ACROSS);
	plot->y = scale_linear(most, PLOT_UPWARDS);
	plot->x_label = overlay_seconds;
	plot->x_read = overlay_instant;
	plot->y_label = overlay_brief;
	plot->count = lines->count;
	plot->lines = lines->line;
	if (ftell(data) > 0)
		fputc(',', data);
	plot_write(plot, out, data);
}

static void held_write(const struct plan_simulated *simulated, const char *axis, size_t number,
	FILE *out, FILE *data)
{
	const struct simulation_tally *tally = simulated->tally;
	struct lines lines = {.count = 0};
	char id[ID_MAX];
	snprintf(id, sizeof(id), "held-%zu", number);
	for (size_t i = 0; i < QUANTILES; i++) {
		double values[SIMULATION_SLOTS];
		const struct plot_line like = {
			.strategy = i, .name = quantiles[i].name, .class = quantiles[i].class};
		for (uint32_t slot = 0; slot < SIMULATION_SLOTS; slot++)
			values[slot] = held_of(tally, slot, quantiles[i].share);
		if (tally->pairs >= quantiles[i].of_pairs)
			line_add(&lines, simulated, &like, values);
	}
	struct plot plot = {.id = id,
		.axis = axis,
		.title = "Ports held, of those of one pair",
		.unit = " ports",
		.dashed = simulated->is_by_parity ? tally->ports / 2.0 : 0,
		.dashed_label = "half of the ports: connect() is slow above"};
	plot_finish(&plot, simulated, &lines, tally->ports, out, data);
}

static void rates_write(const struct plan_simulated *simulated, const char *axis, size_t number,
	FILE *out, FILE *data)
{
	struct lines lines = {.count = 0};
	char id[ID_MAX];
	snprintf(id, sizeof(id), "rates-%zu", number);
	for (size_t i = 0; i < RATES; i++) {
		double values[SIMULATION_SLOTS], most = 0;
		const struct plot_line like = {
			.strategy = QUANTILES + i, .name = rates[i].name, .class = rates[i].class};
		for (uint32_t slot = 0; slot < SIMULATION_SLOTS; slot++) {
			values[slot] = rate_of(simulated, slot, i);
			most = fmax(most, values[slot]);
		}
		if (most > 0)
			line_add(&lines, simulated, &like, values);
	}
	struct plot plot = {.id = id,
		.axis = axis,
		.title = "Calls of connect(2) a second, of all pairs",
		.unit = "/s"};
	if (lines.count > 0)
		plot_finish(&plot, simulated, &lines, lines.most, out, data);
}

void simulation_plots_write(
	const struct plan_simulated *simulated, size_t number, FILE *out, FILE *data)
{
	char axis[ID_MAX];
	snprintf(axis, sizeof(axis), "simulated-%zu", number);
	fputs("<div class=\"pairs\">\n", out);
	held_write(simulated, axis, number, out, data);
	rates_write(simulated, axis, number, out, data);
	fputs("</div>\n", out);
}
