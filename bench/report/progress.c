#include "bench/report/progress.h"

#include "bench/findings/findings.h"
#include "bench/judge/figures.h"
#include "bench/judge/validity.h"
#include "bench/options/factor.h"
#include "bench/report/progress_block.h"
#include "bench/report/progress_figure.h"
#include "common/clock.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* What a trial of the usual kind takes beside its load: to set up a network, to settle, and to take
 * the network down. */
#define AROUND_NS (200 * NS_PER_MS)
/* Carriage return, then "erase to the end of the line" (ECMA-48, EL). */
#define REWRITE "\r\033[K"
#define TIME_TEXT_MAX 64
#define TICK_NS (NS_PER_S / 4)
#define WIDTH_USUAL 80
#define NAME_COLUMN 14
#define NAME_LEAST 8
/* " 12345 connections/s" */
#define OUTCOME_WIDTH 22
/* "    1234 ok, 1234 cut, 1234 lost, 1234 held" */
#define CELL_OUTCOME_WIDTH 43

const char *progress_time_text(uint64_t ns, char *text, size_t size)
{
	uint64_t s = (ns + NS_PER_S / 2) / NS_PER_S;
	uint64_t minutes = (s + 30) / 60;
	if (s < 60)
		snprintf(text, size, "%" PRIu64 " s", s ? s : 1);
	else if (s < 3600 && s % 60)
		snprintf(text, size, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else if (s < 3600)
		snprintf(text, size, "%" PRIu64 " min", s / 60);
	else
		snprintf(text, size, "%" PRIu64 " h %" PRIu64 " min", minutes / 60, minutes % 60);
	return text;
}

uint64_t progress_trial_ns(const struct run_options *options, bool *is_most)
{
	uint64_t load = options->warmup_ns + options->duration_ns;
	/* An open loop of N connections ends when the last of them was due. */
	if (options->total && options->rate) {
		double due = (double)options->total / (double)options->rate * 1e9;
		if (due < (double)load)
			load = (uint64_t)due;
	}
	if (is_most)
		*is_most = options->total && !options->rate;
	return load + AROUND_NS;
}

/* As long as it was asked for: "0.5 s", "1 min 30 s". */
static const char *load_text(uint64_t ns, char *text, size_t size)
{
	if (ns >= 60 * NS_PER_S)
		return progress_time_text(ns, text, size);
	snprintf(text, size, "%.3g s", (double)ns / 1e9);
	return text;
}

static void forecast_print(const struct progress *progress, const struct run_options *options)
{
	char one[TIME_TEXT_MAX], all[TIME_TEXT_MAX];
	load_text(progress->trial_ns - AROUND_NS, one, sizeof(one));
	progress_time_text(progress->trials * progress->trial_ns, all, sizeof(all));
	fprintf(progress->out, "%zu %s%s", progress->trials, options->twins ? "pair" : "trial",
		progress->trials == 1 ? "" : "s");
	if (progress->is_most)
		fprintf(progress->out,
			", each ends after %" PRIu64 " connections or %s: at most %s\n",
			options->total, one, all);
	else
		fprintf(progress->out, " of %s: about %s\n", one, all);
}

void progress_begin(struct progress *progress, const struct run_options *options, size_t trials,
	FILE *out, bool is_terminal, uint64_t now_ns)
{
	*progress = (struct progress){
		.out = options->quiet ? NULL : out,
		.is_rewritten = is_terminal && !options->verbose,
		.is_verbose = options->verbose,
		.is_of_twins = options->twins,
		.is_of_cells = factor_has_cells(options),
		.trials = trials,
		.began_ns = now_ns,
		.trial_began_ns = now_ns,
		.width = WIDTH_USUAL,
	};
	progress->trial_ns = progress_trial_ns(options, &progress->is_most);
	if (progress->out && trials > 0)
		forecast_print(progress, options);
}

uint64_t progress_left_ns(const struct progress *progress, uint64_t now_ns)
{
	size_t left = progress->trials - progress->ended;
	uint64_t one = progress->trial_ns;
	if (progress->ended > 0)
		one = (progress->trial_began_ns - progress->began_ns) / progress->ended;
	uint64_t gone = now_ns - progress->trial_began_ns;
	return left * one > gone ? left * one - gone : 0;
}

/* In columns as wide as most names. A line that is to be written anew is cut to leave room for what
 * comes behind: of one that the terminal wraps, only the last row would be. */
static void name_print(const struct progress *progress, size_t used)
{
	const char *name = progress->strategy;
	size_t own = look_width(name), room = NAME_LEAST;
	size_t behind = progress->is_of_cells ? CELL_OUTCOME_WIDTH : OUTCOME_WIDTH;
	if (used + NAME_LEAST + behind < progress->width)
		room = progress->width - used - behind - 1;
	if (progress->is_rewritten)
		look_cut_middle(&progress->look, name, room, progress->out);
	else
		fputs(name, progress->out);
	size_t column = progress->is_rewritten && room < NAME_COLUMN ? room : NAME_COLUMN;
	fprintf(progress->out, "%*s", own < column ? (int)(column - own) : 0, "");
}

static void line_print(struct progress *progress, uint64_t now_ns)
{
	char time[TIME_TEXT_MAX], before[2 * TIME_TEXT_MAX];
	progress->written_ns = now_ns;
	snprintf(before, sizeof(before),
		"%s %zu of %zu, %s%s left: ", progress->is_of_twins ? "pair" : "trial",
		progress->number, progress->trials,
		progress->is_most && progress->ended == 0 ? "at most " : "",
		progress_time_text(progress_left_ns(progress, now_ns), time, sizeof(time)));
	fprintf(progress->out, "%s%s", progress->is_rewritten ? REWRITE : "", before);
	name_print(progress, strlen(before));
	fflush(progress->out);
}

/* What is said of a trial's end stands behind the line, in the place of the block. */
static void block_end(struct progress *progress)
{
	if (!progress->has_bar && !progress->is_disturbed)
		return;
	progress->is_disturbed = false;
	progress_block_clear(progress);
	line_print(progress, progress->written_ns);
}

void progress_trial_begin(
	struct progress *progress, size_t number, const char *strategy, uint64_t now_ns)
{
	progress->number = number;
	progress->strategy = strategy;
	progress->trial_began_ns = now_ns;
	progress->twin = NULL;
	for (size_t i = 0; i < PROGRESS_AT_ONCE; i++)
		progress->pace[i] = (struct progress_pace){.rate = NAN};
	if (progress->out)
		line_print(progress, now_ns);
}

void progress_twin_begin(struct progress *progress, const char *strategy)
{
	progress->twin = strategy;
}

void progress_tick(
	struct progress *progress, const struct trial_live *lives, size_t count, uint64_t now_ns)
{
	if (!progress->out || !progress->is_rewritten || now_ns - progress->written_ns < TICK_NS)
		return;
	progress_block_clear(progress);
	line_print(progress, now_ns);
	progress_block_print(progress, lives, count, now_ns);
	fflush(progress->out);
}

void progress_disturbed(struct progress *progress)
{
	progress->is_disturbed |= progress->is_rewritten;
	progress->has_bar = progress->is_rewritten = false;
	progress->block_lines = 0;
}

static void reasons_print(const struct progress *progress, const struct reasons *reasons)
{
	for (size_t i = 0; progress->is_verbose && i < reasons->count; i++)
		fprintf(progress->out, "  invalid: %s\n", reasons->text[i]);
}

static void findings_print(
	const struct progress *progress, const struct trial *trial, const struct figures *figures)
{
	if (!progress->is_verbose)
		return;
	struct findings findings = findings_of(trial, figures);
	for (size_t i = 0; i < findings.count; i++)
		fprintf(progress->out, "  finding: %s: %s\n", findings.list[i].kind->id,
			findings.list[i].text);
	findings_finish(&findings);
}

/* What became of the connections. */
static void count_print(double count, FILE *out)
{
	if (isnan(count))
		fputs("-", out);
	else
		fprintf(out, "%.0f", count);
}

static void accounting_print(
	const struct progress *progress, const struct trial *trial, const struct figures *figures)
{
	const uint64_t *outcomes = trial->totals.outcomes;
	if (!progress->is_verbose)
		return;
	fprintf(progress->out, "  opened %" PRIu64, figures->opened);
	if (!trial->load.is_third_party)
		fprintf(progress->out,
			": delivered %" PRIu64 ", short %" PRIu64 ", reset %" PRIu64
			", timed out %" PRIu64,
			outcomes[OUTCOME_COMPLETED], outcomes[OUTCOME_SHORT],
			outcomes[OUTCOME_RESET], outcomes[OUTCOME_TIMED_OUT]);
	fputs("; TIME_WAIT made at the server ", progress->out);
	count_print(figures->server.tw_created, progress->out);
	fputs(", at the client ", progress->out);
	count_print(figures->client.tw_created, progress->out);
	fprintf(progress->out, "; %" PRIu64 " of %" PRIu64 " ports held\n", figures->ports_peak,
		figures->ports_available);
}

static void outcome_print(const struct progress *progress, const struct trial *trial)
{
	struct figures f = figures_of(trial);
	struct reasons reasons = validity_reasons(trial, &f);
	if (progress->out) {
		progress_figure_print(&f, progress->is_of_cells, progress->out);
		if (reasons.count)
			fprintf(progress->out, ", invalid: %s%s", reasons.text[0],
				reasons.count > 1 ? ", ..." : "");
		/* The next trial takes a good one's line. */
		if (reasons.count || !progress->is_rewritten)
			fputc('\n', progress->out);
		accounting_print(progress, trial, &f);
		reasons_print(progress, &reasons);
		findings_print(progress, trial, &f);
		fflush(progress->out);
	}
	reasons_finish(&reasons);
}

void progress_trial_end(struct progress *progress, const struct trial *trial)
{
	if (progress->out)
		block_end(progress);
	progress->ended++;
	outcome_print(progress, trial);
}

void progress_twin_end(struct progress *progress, const char *strategy, const struct trial *trial)
{
	if (progress->out)
		fprintf(progress->out, "  beside it: %-14s", strategy);
	outcome_print(progress, trial);
}

void progress_trial_failed(struct progress *progress, const char *because)
{
	if (progress->out)
		block_end(progress);
	progress->ended++;
	if (progress->out)
		fprintf(progress->out, " cannot be run: %s\n", because);
}

void progress_end(struct progress *progress)
{
	if (progress->out && progress->is_rewritten)
		fputs(REWRITE, progress->out);
	if (progress->out)
		fflush(progress->out);
}
