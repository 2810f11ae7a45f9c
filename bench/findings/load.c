/* Findings about the load: who was out of CPU, what was lost, and what the loader hides. */
#include "bench/findings/detect.h"
#include "bench/options/client_end.h"

#include <stdlib.h>

/* A thread that is busy for this share of the time has none left. */
#define BUSY 0.95
/* Samples that say something: fewer are a moment. */
#define SAMPLES_LEAST 3
/* Below this share of connections a reset is an accident. */
#define RESETS_LEAST 0.05
/* How much longer the tail is for who does not wait: less is an ordinary spread. */
#define OMISSION_FACTOR 1.5

struct busy {
	size_t samples, full; /* in the window; those in which all threads were busy */
	double median;
	const struct sample *first; /* of the full ones */
};

/* Samples of the window alone: what the load did before and after is not measured either. */
static bool in_window(const struct trial *trial, const struct sample *sample)
{
	uint64_t from = trial->started_ns + trial->spec.options->warmup_ns;
	return sample->at_ns > from && sample->at_ns <= from + trial->window_ns;
}

static struct busy busy_of(const struct trial *trial, bool server, double threads)
{
	struct busy busy = {0};
	double *shares = calloc(trial->sample_count + 1, sizeof(*shares));
	for (size_t i = 1; shares && i < trial->sample_count; i++) {
		const struct sample *earlier = &trial->samples[i - 1], *s = &trial->samples[i];
		const struct sample_progress *from = &earlier->progress, *to = &s->progress;
		if (!in_window(trial, s))
			continue;
		double cpu_ns = server ? (double)to->server_cpu_ns - (double)from->server_cpu_ns
				       : (double)to->loader_cpu_ns - (double)from->loader_cpu_ns;
		double share = cpu_ns / threads / (double)(s->at_ns - earlier->at_ns);
		shares[busy.samples++] = share;
		if (share < BUSY)
			continue;
		busy.full++;
		if (!busy.first)
			busy.first = s;
	}
	busy.median = shares ? findings_median(shares, busy.samples) : 0;
	free(shares);
	return busy;
}

/* The busy ones are half of the samples at least: the median is of them. */
static bool is_bound(const struct busy *busy)
{
	return busy->samples >= SAMPLES_LEAST && busy->median >= BUSY;
}

static void busy_fields(struct finding *f, const struct trial *trial, const struct busy *busy,
	double threads, double cpu_us)
{
	finding_number(f, "t_s", findings_t_s(trial, busy->first->at_ns));
	finding_number(f, "threads", threads);
	finding_number(f, "cpu_share_median", busy->median);
	finding_number(f, "samples", (double)busy->samples);
	finding_number(f, "samples_full", (double)busy->full);
	finding_number(f, "cpu_us_per_connection", cpu_us);
}

void findings_loader_bound(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	/* How many threads a command of others has, nobody says. */
	if (trial->spec.options->loader_command)
		return;
	double threads = (double)trial->spec.options->threads;
	struct busy busy = busy_of(trial, false, threads);
	if (!is_bound(&busy))
		return;
	struct finding *f = findings_add(findings, "loader-bound",
		"the loader was out of CPU: its %.0f thread%s ran %.0f %% of the time (first at "
		"%.1f s, in %zu of %zu samples), %.1f us a connection, so the rate is the "
		"loader's limit, not the server's; add --threads where there are CPUs",
		threads, threads == 1 ? "" : "s", 100 * busy.median,
		findings_t_s(trial, busy.first->at_ns), busy.full, busy.samples,
		figures->client_cpu_us);
	busy_fields(f, trial, &busy, threads, figures->client_cpu_us);
}

void findings_server_bound(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	if (!trial_is_declared(trial))
		return;
	double threads = (double)trial->spec.options->server_threads;
	struct busy busy = busy_of(trial, true, threads);
	if (!is_bound(&busy))
		return;
	struct finding *f = findings_add(findings, "server-bound",
		"the server was out of CPU: its %.0f thread%s ran %.0f %% of the time (first at "
		"%.1f s, in %zu of %zu samples), %.1f us a connection, so latency is mostly "
		"waiting for it; add --server-threads, or offer less",
		threads, threads == 1 ? "" : "s", 100 * busy.median,
		findings_t_s(trial, busy.first->at_ns), busy.full, busy.samples,
		figures->server_cpu_us);
	busy_fields(f, trial, &busy, threads, figures->server_cpu_us);
}

void findings_truncated(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct tally *t = &trial->tally;
	uint64_t cut = t->outcomes[OUTCOME_SHORT] + t->outcomes[OUTCOME_RESET];
	if (cut == 0 || t->bytes_received >= t->bytes_promised)
		return;
	uint64_t a = t->first_ns[OUTCOME_SHORT], b = t->first_ns[OUTCOME_RESET];
	double t_s = findings_t_s(trial, a && (!b || a < b) ? a : b);
	double missing = (double)(t->bytes_promised - t->bytes_received);
	struct finding *f = findings_add(findings, "response-truncated",
		"%llu of %llu connections lost the end of a response (%llu ended short, %llu were "
		"reset, the first at %.2f s): %.0f of %.0f bytes did not arrive; close as graceful "
		"does: shutdown(SHUT_WR), read to the end of the input, close",
		(unsigned long long)cut, (unsigned long long)t->attempted,
		(unsigned long long)t->outcomes[OUTCOME_SHORT],
		(unsigned long long)t->outcomes[OUTCOME_RESET], t_s, missing,
		(double)t->bytes_promised);
	finding_number(f, "t_s", t_s);
	finding_number(f, "short", (double)t->outcomes[OUTCOME_SHORT]);
	finding_number(f, "reset", (double)t->outcomes[OUTCOME_RESET]);
	finding_number(f, "bytes_promised", (double)t->bytes_promised);
	finding_number(f, "bytes_received", (double)t->bytes_received);
	finding_number(f, "bytes_missing", missing);
}

/* The first sample that shows a RST of the client's; the reading after the load where none does. */
static const struct sample *first_reset(const struct trial *trial)
{
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].client.counters.out_rsts >
			trial->before.client.counters.out_rsts)
			return &trial->samples[i];
	return &trial->after;
}

void findings_hidden_policy(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->spec.strategy;
	uint64_t resets = figures->client.counters.out_rsts;
	double share = figures->opened ? (double)resets / (double)figures->opened : 0;
	if (share < RESETS_LEAST || strategy->first_closer == TD_CLIENT)
		return;
	double t_s = findings_t_s(trial, first_reset(trial)->at_ns);
	const char *declared = trial_is_declared(trial) ? figures_who(strategy->holder) : "nothing";
	struct finding *f = findings_add(findings, "loader-hides-server-policy",
		"the client sent %llu resets on %llu connections (first seen at %.1f s): they "
		"erase the server's TIME_WAIT (holder %s, declared %s), so this says nothing about "
		"how the server closes; use a loader that closes plainly (--client-close plain)",
		(unsigned long long)resets, (unsigned long long)figures->opened, t_s,
		figures->holder, declared);
	finding_number(f, "t_s", t_s);
	finding_number(f, "resets", (double)resets);
	finding_number(f, "opened", (double)figures->opened);
	finding_number(f, "server_time_wait_per_connection", figures->server.tw_per_connection);
	finding_word(f, "holder_declared", declared);
	finding_word(f, "holder_measured", figures->holder);
	finding_word(f, "client_close",
		trial->third_party.is_third_party ? "loader" : client_end_close(strategy));
}

/* Only a closed loop has the corrected latencies. */
void findings_omission(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct tally *tally = &trial->tally;
	const struct histogram *corrected = tally->latencies[LATENCY_CORRECTED];
	const struct histogram *measured = tally->latencies[LATENCY_TOTAL];
	if (!corrected || histogram_count(corrected) == 0)
		return;
	/* A slot that backs off waits for no server. */
	if (tally->outcomes[OUTCOME_CONNECT_ERROR] > 0)
		return;
	double p99_us = (double)histogram_quantile(measured, 0.99) / 1e3;
	double corrected_us = (double)histogram_quantile(corrected, 0.99) / 1e3;
	if (corrected_us < OMISSION_FACTOR * p99_us)
		return;
	struct finding *f = findings_add(findings, "coordinated-omission",
		"in this closed loop 99 %% of exchanges took at most %.2f ms, but while the server "
		"was slow it was asked less often: for clients that come at the same rate "
		"throughout it is about %.2f ms (corrected); for the tail, measure with --rate",
		p99_us / 1e3, corrected_us / 1e3);
	finding_number(f, "total_us_p99", p99_us);
	finding_number(f, "total_corrected_us_p99", corrected_us);
	finding_number(f, "exchanges", (double)histogram_count(measured));
	finding_number(f, "exchanges_per_s", figures->exchanges_per_s);
}
