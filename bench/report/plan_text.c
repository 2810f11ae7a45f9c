#include "bench/report/plan_text.h"

#include "bench/report/counted.h"
#include "bench/report/paragraph.h"
#include "bench/report/plan_choice_text.h"
#include "bench/report/plan_costs_text.h"
#include "bench/report/runway_text.h"
#include "common/bounded_text.h"

#include <math.h>
#include <string.h>

#define CELL_MAX 32
#define WHEN_MAX (CELL_MAX + 8)
#define LINE_MAX_BYTES 512
/* The table with all of its columns. */
#define WIDTH_OF_ALL 80
/* Shorter times are told as less than it. */
#define SECONDS_LEAST 0.1

static void rate_cell(double per_s, char cell[CELL_MAX])
{
	if (isnan(per_s))
		snprintf(cell, CELL_MAX, "-");
	else
		runway_rate_write(per_s, cell, CELL_MAX);
}

static void count_cell(double count, char cell[CELL_MAX])
{
	if (isnan(count))
		snprintf(cell, CELL_MAX, "-");
	else
		snprintf(cell, CELL_MAX, "%.0f", count);
}

static void seconds_cell(double seconds, char cell[CELL_MAX])
{
	if (isnan(seconds))
		snprintf(cell, CELL_MAX, "never");
	else if (seconds < SECONDS_LEAST)
		snprintf(cell, CELL_MAX, "< 0.1 s");
	else
		snprintf(cell, CELL_MAX, "%.*f s", seconds < 10 ? 1 : 0, seconds);
}

static void when_write(double seconds, char text[WHEN_MAX])
{
	char cell[CELL_MAX];
	seconds_cell(seconds, cell);
	if (seconds < SECONDS_LEAST)
		snprintf(text, WHEN_MAX, "within %.1f s", SECONDS_LEAST);
	else
		snprintf(text, WHEN_MAX, "after %s", cell);
}

static const char *verdict(const struct plan_figures *figures)
{
	if (!figures->fits)
		return "no";
	return figures->is_slow ? "slow" : "yes";
}

static void needs_write(const struct plan_figures *figures, double addresses, const char *one,
	const char *several, char *text, size_t size)
{
	double requests = figures->requests_per_connection_needed;
	int used = snprintf(
		text, size, "%.0f %s would do", addresses, counted_noun(addresses, one, several));
	if (!isnan(requests) && used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, ", or %.0f requests a connection",
			requests);
}

static void lasting_write(const struct plan_figures *figures, char why[PLAN_WHY_MAX])
{
	char lasting[CELL_MAX];
	if (isnan(figures->lasts_per_s)) {
		snprintf(why, PLAN_WHY_MAX, "no limit by ports");
		return;
	}
	runway_rate_write(figures->lasts_per_s, lasting, sizeof(lasting));
	snprintf(why, PLAN_WHY_MAX, "%s last for good", lasting);
}

/* "all 1024 ports of the NAT are held after 2.6 s; 8.5/s last for good; 48 addresses of it would
 * do".
 */
static void nat_exhausted_write(const struct plan_figures *figures, char why[PLAN_WHY_MAX])
{
	char exhausted[WHEN_MAX], lasting[CELL_MAX], needs[PLAN_WHY_MAX / 2];
	when_write(figures->nat.exhausted_after_s, exhausted);
	runway_rate_write(figures->lasts_per_s, lasting, sizeof(lasting));
	needs_write(figures, figures->nat.addresses_needed, "address of it", "addresses of it",
		needs, sizeof(needs));
	bounded_text_write(why, PLAN_WHY_MAX,
		"all %.0f ports of the NAT are held %s; %s last for good; %s", figures->nat.ports,
		exhausted, lasting, needs);
}

/* "connect() is slow after 24 s, and all 28232 ports are held after 47 s; 454/s last for good; 2
 * source addresses would do". */
static void exhausted_write(const struct plan_figures *figures, char why[PLAN_WHY_MAX])
{
	char slow[WHEN_MAX], exhausted[WHEN_MAX], lasting[CELL_MAX], needs[PLAN_WHY_MAX / 2];
	bool is_slow = !isnan(figures->slow_after_s);
	when_write(figures->slow_after_s, slow);
	when_write(figures->exhausted_after_s, exhausted);
	runway_rate_write(figures->lasts_per_s, lasting, sizeof(lasting));
	needs_write(figures, figures->addresses_needed, "source address", "source addresses", needs,
		sizeof(needs));
	bounded_text_write(why, PLAN_WHY_MAX,
		"%s%s%sall %.0f ports are held %s; %s last for good; %s",
		is_slow ? "connect() is slow " : "", is_slow ? slow : "", is_slow ? ", and " : "",
		figures->ports, exhausted, lasting, needs);
}

/* Whether the ports of a NAT end, and before those of the hosts do. */
static bool is_of_nat(const struct plan_figures *figures)
{
	return figures->nat.ports > 0 && !figures->nat.fits &&
	       figures->exhausted_after_s == figures->nat.exhausted_after_s;
}

void plan_why_write(
	const struct plan_figures *figures, const struct plan_asked *asked, char why[PLAN_WHY_MAX])
{
	if (isnan(asked->requests_per_s)) {
		lasting_write(figures, why);
	} else if (is_of_nat(figures)) {
		nat_exhausted_write(figures, why);
	} else if (!figures->fits) {
		exhausted_write(figures, why);
	} else if (figures->is_slow) {
		char when[WHEN_MAX];
		when_write(figures->slow_after_s, when);
		snprintf(why, PLAN_WHY_MAX,
			"connect() is slow %s, since it tries all ports of one parity first: %.0f "
			"of %.0f are held",
			when, figures->ports_held, figures->ports);
	} else {
		int used = snprintf(why, PLAN_WHY_MAX, "%.0f of %.0f ports are held",
			figures->ports_held, figures->ports);
		if (figures->nat.ports > 0)
			snprintf(why + used, PLAN_WHY_MAX - (size_t)used,
				", and %.0f of %.0f of the NAT", figures->nat.held,
				figures->nat.ports);
	}
}

void plan_asked_print(const struct plan_asked *asked, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], rate[CELL_MAX] = "the greatest rate";
	if (!isnan(asked->requests_per_s))
		snprintf(rate, sizeof(rate), "%.*f requests/s", asked->requests_per_s < 10 ? 1 : 0,
			asked->requests_per_s);
	snprintf(line, sizeof(line),
		"plan: %s of %.0f %s, each with %.0f source %s and ports %u-%u, to %.0f %s; a "
		"TIME_WAIT lives %.0f to %.2f s",
		rate, asked->hosts, counted_noun(asked->hosts, "host", "hosts"), asked->addresses,
		counted_noun(asked->addresses, "address", "addresses"), asked->port_low,
		asked->port_high, asked->destinations,
		counted_noun(asked->destinations, "destination", "destinations"),
		asked->life.least_s, asked->life.most_s);
	paragraph_print(line, width, out);
	if (asked->nat_ports == 0)
		return;
	snprintf(line, sizeof(line),
		"all hosts are behind one NAT, which has %.0f ports for each destination and holds "
		"one for %.*f s behind the close",
		asked->nat_ports, asked->nat_hold_s < 10 ? 1 : 0, asked->nat_hold_s);
	paragraph_print(line, width, out);
}

static void heading_print(bool has_all, bool has_rate, FILE *out)
{
	fprintf(out, "%-16s %10s", "strategy", "lasts");
	if (has_all || !has_rate)
		fprintf(out, " %10s", "slow from");
	if (has_rate)
		fprintf(out, " %9s %8s", "ports", "run out");
	if (has_rate && has_all)
		fprintf(out, " %17s", "TIME_WAIT srv/cli");
	fprintf(out, "%s\n", has_rate ? " fits" : "");
}

static void row_print(const struct plan_figures *figures, bool has_all, bool has_rate, FILE *out)
{
	char lasts[CELL_MAX], slow[CELL_MAX], held[CELL_MAX], runs_out[CELL_MAX], server[CELL_MAX],
		client[CELL_MAX], both[2 * CELL_MAX];
	rate_cell(figures->lasts_per_s, lasts);
	rate_cell(figures->slow_from_per_s, slow);
	count_cell(figures->ports_held, held);
	seconds_cell(figures->exhausted_after_s, runs_out);
	count_cell(figures->server_time_wait, server);
	count_cell(figures->client_time_wait, client);
	snprintf(both, sizeof(both), "%s/%s", server, client);
	fprintf(out, "%-16s %10s", figures->strategy->name, lasts);
	if (has_all || !has_rate)
		fprintf(out, " %10s", slow);
	if (has_rate)
		fprintf(out, " %9s %8s", held, runs_out);
	if (has_rate && has_all)
		fprintf(out, " %17s", both);
	if (has_rate)
		fprintf(out, " %4s", verdict(figures));
	fputc('\n', out);
}

/* What is the same of several strategies is said once, of all of them. */
static void needs_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out)
{
	char why[PLAN_WHY_MAX], other[PLAN_WHY_MAX], line[LINE_MAX_BYTES];
	for (size_t i = 0; i < count; i++) {
		bool is_told = false;
		plan_why_write(&figures[i], asked, why);
		for (size_t before = 0; before < i && !is_told; before++) {
			plan_why_write(&figures[before], asked, other);
			is_told = strcmp(why, other) == 0;
		}
		if (is_told || (figures[i].fits && !figures[i].is_slow))
			continue;
		int used = snprintf(line, sizeof(line), "%s", figures[i].strategy->name);
		for (size_t next = i + 1; next < count; next++) {
			plan_why_write(&figures[next], asked, other);
			if (strcmp(why, other) == 0 && (size_t)used < sizeof(line))
				used += snprintf(line + used, sizeof(line) - (size_t)used, ", %s",
					figures[next].strategy->name);
		}
		if ((size_t)used < sizeof(line))
			snprintf(line + used, sizeof(line) - (size_t)used, ": %s", why);
		paragraph_print(line, width, out);
	}
}

static const char *capped_where(const struct plan_figures *figures)
{
	if (figures->server_is_capped && figures->client_is_capped)
		return "both ends";
	return figures->server_is_capped ? "the server" : "the client";
}

static bool is_capped_alike(const struct plan_figures *a, const struct plan_figures *b)
{
	return a->server_is_capped == b->server_is_capped &&
	       a->client_is_capped == b->client_is_capped;
}

static void capped_print(const struct plan_figures *figures, size_t count, size_t width, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		char names[LINE_MAX_BYTES] = "", line[2 * LINE_MAX_BYTES];
		size_t used = 0, first = 0;
		while (!is_capped_alike(&figures[first], &figures[i]))
			first++;
		if (first < i || (!figures[i].server_is_capped && !figures[i].client_is_capped))
			continue;
		for (size_t next = i; next < count && used < sizeof(names); next++)
			if (is_capped_alike(&figures[next], &figures[i]))
				used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					next > i ? ", " : "", figures[next].strategy->name);
		snprintf(line, sizeof(line),
			"%s: tcp_max_tw_buckets is reached at %s: the TIME_WAITs beyond it are "
			"skipped, and protection from old segments with them",
			names, capped_where(&figures[i]));
		paragraph_print(line, width, out);
	}
}

void plan_reasons_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out)
{
	needs_print(asked, figures, count, width, out);
	capped_print(figures, count, width, out);
}

void plan_text_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, const struct plan_figures *chosen, const struct plan_figures *better,
	size_t width, FILE *out)
{
	bool has_all = width >= WIDTH_OF_ALL, has_rate = !isnan(asked->requests_per_s);
	plan_asked_print(asked, width, out);
	fputc('\n', out);
	heading_print(has_all, has_rate, out);
	for (size_t i = 0; i < count; i++)
		row_print(&figures[i], has_all, has_rate, out);
	if (!has_rate)
		return;
	plan_costs_print(asked, figures, count, width, out);
	fputc('\n', out);
	plan_reasons_print(asked, figures, count, width, out);
	plan_choice_print(asked, chosen, better, width, out);
}
