#include "bench/load/recorder.h"

#include "bench/load/connection.h"
#include "bench/load/recorder_ramp.h"
#include "bench/load/undelivered.h"
#include "bench/measure/ending.h"

#include <errno.h>

int recorder_init(struct recorder *recorder, bool open_loop, void *histograms)
{
	*recorder = (struct recorder){
		.open_loop = open_loop, .is_placed = histograms, .to_ns = UINT64_MAX};
	if (!histograms)
		return load_totals_init(&recorder->totals);
	load_totals_place(&recorder->totals, histograms);
	return 0;
}

void recorder_finish(struct recorder *recorder)
{
	if (!recorder->is_placed)
		load_totals_finish(&recorder->totals);
}

void recorder_window(
	struct recorder *recorder, uint64_t from_ns, uint64_t stopped_ns, uint64_t now_ns)
{
	recorder->from_ns = from_ns;
	recorder->in_window = !stopped_ns && now_ns >= from_ns;
	if (stopped_ns)
		recorder->to_ns = stopped_ns;
}

static bool is_inside(const struct recorder *recorder, uint64_t due_ns)
{
	return due_ns >= recorder->from_ns && due_ns < recorder->to_ns;
}

static void latency(struct recorder *recorder, const struct connection *c, enum latency kind,
	uint64_t from_ns, uint64_t to_ns)
{
	if (is_inside(recorder, c->due_ns))
		histogram_record(
			recorder->totals.latencies[kind], to_ns > from_ns ? to_ns - from_ns : 0);
}

static void begun(
	struct recorder *recorder, const struct connection *c, uint64_t at_ns, uint64_t dry_ns)
{
	bool is_starved = c->intended_ns <= dry_ns;
	latency(recorder, c, LATENCY_START, c->intended_ns, at_ns);
	recorder_ramp_due(recorder, c->intended_ns);
	if (at_ns < c->intended_ns + LOAD_TOTALS_LATE_NS)
		return;
	recorder->totals.late++;
	recorder->totals.starved += is_starved;
	recorder_ramp_met(recorder, c->intended_ns, is_starved ? RAMP_STARVED : RAMP_LATE);
}

void recorder_started(struct recorder *recorder, const struct connection *c, uint64_t dry_ns)
{
	begun(recorder, c, c->started_ns, dry_ns);
}

void recorder_asked_again(
	struct recorder *recorder, const struct connection *c, uint64_t now_ns, uint64_t dry_ns)
{
	recorder->totals.asked_again++;
	begun(recorder, c, now_ns, dry_ns);
}

void recorder_connected(struct recorder *recorder, const struct connection *c, uint64_t at_ns)
{
	recorder->totals.established++;
	latency(recorder, c, LATENCY_CONNECT, c->started_ns, at_ns);
	progress_count_connected(&recorder->progress, at_ns - c->started_ns);
}

void recorder_handshake(struct recorder *recorder, const struct connection *c, uint64_t from_ns,
	uint64_t to_ns, const struct load_tls *what)
{
	load_tls_add(&recorder->totals.tls, what);
	latency(recorder, c, LATENCY_HANDSHAKE, from_ns, to_ns);
}

/* How long clients that come again in each interval would have waited is only asked of the part
 * inside the window, so an exchange that goes on behind it is kept apart until the interval is
 * known. A connection has one at most. */
static void total(struct recorder *recorder, struct connection *c, uint64_t to_ns)
{
	bool is_cut = !recorder->open_loop && to_ns > recorder->to_ns;
	recorder_ramp_answered(recorder, c->due_ns, to_ns);
	if (!is_cut || !is_inside(recorder, c->due_ns)) {
		latency(recorder, c, LATENCY_TOTAL, c->due_ns, to_ns);
		return;
	}
	c->cut_by_end_ns = to_ns - c->due_ns;
	c->cut_inside_ns = recorder->to_ns - c->due_ns;
}

void recorder_cut_by_end(
	struct load_totals *totals, const struct connection *c, uint64_t interval_ns)
{
	uint64_t ns = c->cut_by_end_ns;
	if (ns == 0)
		return;
	histogram_record(totals->latencies[LATENCY_TOTAL], ns);
	for (uint64_t passed = 0; interval_ns > 0 && passed < c->cut_inside_ns;
		passed += interval_ns)
		if (passed == 0 || ns - passed >= interval_ns)
			histogram_record(totals->latencies[LATENCY_CORRECTED], ns - passed);
}

void recorder_refused(
	struct recorder *recorder, const struct connection *c, int error, uint64_t now_ns)
{
	recorder_ramp_met(recorder, c->intended_ns, ramp_trouble_of(error));
	recorder->totals.connect_errors[error > 0 && error < LOAD_TOTALS_ERRNO_MAX ? error : 0]++;
	load_totals_count(&recorder->totals, OUTCOME_CONNECT_ERROR, now_ns);
	progress_count_one(&recorder->progress.failed);
	if (error == ECONNREFUSED)
		progress_count_one(&recorder->progress.refused);
	if (error == EADDRNOTAVAIL && recorder->totals.no_port_ns == 0)
		recorder->totals.no_port_ns = now_ns;
}

void recorder_response(struct recorder *recorder, struct connection *c, uint64_t now_ns)
{
	bool first = c->teardown.view.exchanges == 0;
	uint64_t asked = c->exchange.begun_ns;
	recorder->totals.exchanges++;
	recorder->totals.window_exchanges += recorder->in_window;
	latency(recorder, c, LATENCY_RESPONSE, asked, now_ns);
	total(recorder, c, now_ns);
	if (recorder->open_loop)
		latency(recorder, c, LATENCY_UNCORRECTED, first ? c->started_ns : asked, now_ns);
}

static void surplus_add(
	struct recorder *recorder, uint64_t responses, uint64_t bytes, uint64_t now_ns)
{
	if (bytes > 0) {
		struct load_totals one = {.surplus_responses = responses,
			.surplus_bytes = bytes,
			.surplus_ns = now_ns};
		load_totals_add_surplus(&recorder->totals, &one);
	}
}

void recorder_surplus(struct recorder *recorder, const struct connection *c, uint64_t now_ns)
{
	surplus_add(recorder, 1, c->exchange.response.surplus, now_ns);
}

static void unfinished(struct recorder *recorder, const struct connection *c, enum latency kind)
{
	recorder->totals.unfinished[kind] += is_inside(recorder, c->due_ns);
}

void recorder_unfinished(struct recorder *recorder, struct connection *c, uint64_t now_ns)
{
	enum latency part = c->connected ? LATENCY_RESPONSE : LATENCY_CONNECT;
	bool first = c->teardown.view.exchanges == 0;
	uint64_t asked = c->exchange.begun_ns;
	latency(recorder, c, part, c->connected ? asked : c->started_ns, now_ns);
	unfinished(recorder, c, part);
	total(recorder, c, now_ns);
	unfinished(recorder, c, LATENCY_TOTAL);
	if (!recorder->open_loop)
		return;
	latency(recorder, c, LATENCY_UNCORRECTED, first ? c->started_ns : asked, now_ns);
	unfinished(recorder, c, LATENCY_UNCORRECTED);
}

void recorder_missed(struct recorder *recorder, uint64_t due_ns, bool is_dry)
{
	struct load_totals *totals = &recorder->totals;
	totals->missed++;
	totals->missed_starved += is_dry;
	recorder_ramp_due(recorder, due_ns);
	recorder_ramp_met(recorder, due_ns, is_dry ? RAMP_STARVED : RAMP_LATE);
	if (!is_inside(recorder, due_ns))
		return;
	static const enum latency kinds[] = {LATENCY_START, LATENCY_TOTAL};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		histogram_record(totals->latencies[kinds[i]], recorder->to_ns - due_ns);
		totals->unfinished[kinds[i]]++;
	}
}

void recorder_asked(struct recorder *recorder)
{
	progress_count_one(&recorder->progress.asked);
}

void recorder_over(struct recorder *recorder)
{
	progress_count_one(&recorder->progress.answered);
}

void recorder_exchange(
	struct recorder *recorder, const struct connection *c, uint64_t expected_bytes)
{
	const struct response *response = &c->exchange.response;
	struct load_totals *totals = &recorder->totals;
	load_totals_add_bytes(&totals->bytes_promised,
		response->framing == RESPONSE_IN_HEAD ? expected_bytes : response->promised);
	load_totals_add_bytes(&totals->bytes_received, response->received);
	totals->corrupt += response->corrupt;
	if (response->complete && !expected_status_has(&recorder->expected, response->status)) {
		unsigned status = response->status;
		totals->refused++;
		totals->refused_by[status < RESPONSE_STATUS_MAX ? status : 0]++;
		recorder_ramp_met(recorder, c->due_ns, RAMP_UNEXPECTED);
	}
}

void recorder_not_http(struct recorder *recorder, const struct connection *c)
{
	bool has_head = c->exchange.response.framing != RESPONSE_IN_HEAD;
	recorder->totals.refused++;
	recorder->totals.not_http++;
	recorder->totals.not_http_behind += !has_head && c->teardown.view.exchanges > 0;
	recorder_ramp_met(recorder, c->due_ns, RAMP_UNEXPECTED);
}

/* All responses had come, and then the server's FIN. */
static void closed(struct recorder *recorder, const struct connection *c, uint64_t now_ns)
{
	if (c->fin_behind_ns < ENDING_LATE_NS)
		return;
	struct load_totals one = {.closed_late = 1,
		.closed_late_ns = now_ns,
		.closed_late_most_ns = c->fin_behind_ns};
	load_totals_add_closed_late(&recorder->totals, &one);
	progress_count_one(&recorder->progress.closed_late);
}

void recorder_ended(struct recorder *recorder, const struct connection *c, enum outcome outcome,
	uint64_t now_ns)
{
	load_totals_count(&recorder->totals, outcome, now_ns);
	recorder_ramp_ended(recorder, c->intended_ns, outcome);
	recorder->totals.resets_seen += c->reset_seen;
	load_totals_add_bytes(&recorder->totals.sent_bytes, c->teardown.view.sent_bytes);
	/* What a client discards that has had no response, as one that never asks does of a 408, is
	 * beyond none. */
	if (c->teardown.view.exchanges > 0)
		surplus_add(recorder, c->exchange.response.surplus == 0,
			c->sealed ? c->sealed->discarded_bytes : c->teardown.view.drained_bytes,
			now_ns);
	if (c->delivered) {
		latency(recorder, c, LATENCY_CLOSE, c->done_ns, now_ns);
		if (outcome == OUTCOME_TIMED_OUT)
			unfinished(recorder, c, LATENCY_CLOSE);
	}
	if (outcome == OUTCOME_COMPLETED && c->delivered && !c->reset_seen)
		closed(recorder, c, now_ns);
	if (outcome != OUTCOME_COMPLETED) {
		undelivered_ended(&recorder->totals, c, outcome, now_ns);
		progress_count_one(&recorder->progress.failed);
		if (outcome == OUTCOME_RESET)
			progress_count_one(&recorder->progress.reset);
		return;
	}
	progress_count_one(&recorder->progress.completed);
	recorder->totals.window_completed += recorder->in_window;
}
