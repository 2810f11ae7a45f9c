#include "bench/load/recorder.h"

#include "bench/load/connection.h"
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

/* The part of the ramp that an exchange or a connection belongs to which was due then. */
static struct ramp_step *step_of(struct recorder *recorder, uint64_t due_ns)
{
	size_t step = ramp_step_of(&recorder->ramp, recorder->from_ns, due_ns);
	return &recorder->totals.ramp.steps[step];
}

static void met(
	struct recorder *recorder, uint64_t due_ns, enum ramp_trouble trouble, uint64_t times)
{
	if (recorder->ramp.rises_ns == 0 || times == 0)
		return;
	step_of(recorder, due_ns)->met[trouble] += times;
	ramp_count_first(&recorder->totals.ramp, trouble, due_ns);
}

static void fell_due(struct recorder *recorder, uint64_t due_ns)
{
	if (recorder->ramp.rises_ns > 0)
		step_of(recorder, due_ns)->due++;
}

static void begun(
	struct recorder *recorder, const struct connection *c, uint64_t at_ns, uint64_t dry_ns)
{
	bool is_starved = c->intended_ns <= dry_ns;
	latency(recorder, c, LATENCY_START, c->intended_ns, at_ns);
	fell_due(recorder, c->intended_ns);
	if (at_ns < c->intended_ns + LOAD_TOTALS_LATE_NS)
		return;
	recorder->totals.late++;
	recorder->totals.starved += is_starved;
	met(recorder, c->intended_ns, is_starved ? RAMP_STARVED : RAMP_LATE, 1);
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
	uint32_t *bin = &recorder->connect_bins[connect_bin(at_ns - c->started_ns)];
	__atomic_store_n(bin, *bin + 1, __ATOMIC_RELAXED);
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
	if (recorder->ramp.rises_ns > 0 && to_ns > c->due_ns)
		step_of(recorder, c->due_ns)->total_bins[ramp_bin(to_ns - c->due_ns)]++;
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

/* Only the worker writes it. */
static void count_one(uint64_t *count)
{
	__atomic_store_n(count, *count + 1, __ATOMIC_RELAXED);
}

void recorder_refused(
	struct recorder *recorder, const struct connection *c, int error, uint64_t now_ns)
{
	met(recorder, c->intended_ns, ramp_trouble_of(error), 1);
	recorder->totals.connect_errors[error > 0 && error < LOAD_TOTALS_ERRNO_MAX ? error : 0]++;
	load_totals_count(&recorder->totals, OUTCOME_CONNECT_ERROR, now_ns);
	count_one(&recorder->failed);
	if (error == ECONNREFUSED)
		count_one(&recorder->refused);
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
	fell_due(recorder, due_ns);
	met(recorder, due_ns, is_dry ? RAMP_STARVED : RAMP_LATE, 1);
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
	count_one(&recorder->asked);
}

void recorder_over(struct recorder *recorder)
{
	count_one(&recorder->answered);
}

void recorder_exchange(
	struct recorder *recorder, const struct connection *c, uint64_t expected_bytes)
{
	const struct response *response = &c->exchange.response;
	struct load_totals *totals = &recorder->totals;
	uint64_t refused = totals->refused;
	load_totals_add_bytes(&totals->bytes_promised,
		response->framing == RESPONSE_IN_HEAD ? expected_bytes : response->promised);
	load_totals_add_bytes(&totals->bytes_received, response->received);
	totals->corrupt += response->corrupt;
	if (response->complete && !expected_status_has(&recorder->expected, response->status)) {
		unsigned status = response->status;
		totals->refused++;
		totals->refused_by[status < RESPONSE_STATUS_MAX ? status : 0]++;
	}
	met(recorder, c->due_ns, RAMP_UNEXPECTED, totals->refused - refused);
}

void recorder_not_http(struct recorder *recorder, const struct connection *c)
{
	bool has_head = c->exchange.response.framing != RESPONSE_IN_HEAD;
	recorder->totals.refused++;
	recorder->totals.not_http++;
	recorder->totals.not_http_behind += !has_head && c->teardown.view.exchanges > 0;
	met(recorder, c->due_ns, RAMP_UNEXPECTED, 1);
}

/* The client waited for a response, and no byte of it came. */
/* The request was sent ahead of the response before it (pipelining), and that one announced the
 * close. */
static bool is_ahead(const struct connection *c)
{
	return c->teardown.view.exchanges > 0 && c->close_announced;
}

static void unanswered_add(
	struct load_unanswered *unanswered, const struct connection *c, uint64_t now_ns)
{
	uint64_t asked = c->exchange.begun_ns;
	uint64_t waited_ns = now_ns > asked ? now_ns - asked : 0;
	struct load_unanswered one = {.connections = 1,
		.first_requests = c->teardown.view.exchanges == 0,
		.announced = is_ahead(c),
		.first_ns = now_ns,
		.last_ns = now_ns,
		.least_ns = waited_ns,
		.most_ns = waited_ns};
	load_unanswered_add(unanswered, &one);
}

static bool is_unanswered(const struct connection *c)
{
	return c->connected && exchange_is_sent(&c->exchange) && !c->exchange.response.begun;
}

void recorder_gave_up(struct recorder *recorder, const struct connection *c, uint64_t now_ns)
{
	if (is_unanswered(c))
		unanswered_add(&recorder->totals.unanswered_by_deadline, c, now_ns);
}

void recorder_cut(struct recorder *recorder, const struct connection *c, uint64_t now_ns)
{
	const struct response *response = &c->exchange.response;
	struct load_totals *totals = &recorder->totals;
	if (is_unanswered(c) && !c->reset_seen)
		unanswered_add(&totals->unanswered_by_fin, c, now_ns);
	if (!response->begun)
		return;
	if (totals->truncated_ns == 0)
		totals->truncated_ns = now_ns;
	totals->truncated[response->framing]++;
	totals->truncated_by_reset += c->reset_seen;
}

/* A connection that had been kept was asked again, and ended without a byte of an answer. */
static void unanswered(struct load_totals *totals, const struct connection *c, uint64_t now_ns)
{
	uint64_t asked = c->exchange.begun_ns;
	uint64_t idle_ns = asked > c->done_ns ? asked - c->done_ns : 0;
	struct load_totals one = {.kept_unanswered = 1,
		.kept_announced = is_ahead(c),
		.kept_unanswered_ns = now_ns,
		.kept_idle_least_ns = idle_ns,
		.kept_idle_most_ns = idle_ns};
	load_totals_add_unanswered(totals, &one);
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
	__atomic_store_n(&recorder->closed_late, recorder->totals.closed_late, __ATOMIC_RELAXED);
}

/* How far it had come. */
static void timed_out(struct load_totals *totals, const struct connection *c, uint64_t now_ns)
{
	if (c->delivered && totals->unclosed++ == 0)
		totals->unclosed_ns = now_ns;
	totals->unconnected += !c->connected;
	totals->part_answered += c->connected && !c->delivered && c->exchange.response.begun;
}

static void ended(struct recorder *recorder, const struct connection *c, enum outcome outcome)
{
	static const enum ramp_trouble troubles[OUTCOMES] = {
		[OUTCOME_SHORT] = RAMP_SHORT,
		[OUTCOME_RESET] = RAMP_RESET,
		[OUTCOME_TIMED_OUT] = RAMP_TIMED_OUT,
	};
	if (outcome != OUTCOME_COMPLETED)
		met(recorder, c->intended_ns, troubles[outcome], 1);
	else if (recorder->ramp.rises_ns > 0)
		step_of(recorder, c->intended_ns)->completed++;
}

void recorder_ended(struct recorder *recorder, const struct connection *c, enum outcome outcome,
	uint64_t now_ns)
{
	load_totals_count(&recorder->totals, outcome, now_ns);
	ended(recorder, c, outcome);
	recorder->totals.resets_seen += c->reset_seen;
	/* What a client discards that has had no response, as one that never asks does of a 408, is
	 * beyond none. */
	if (c->teardown.view.exchanges > 0)
		surplus_add(recorder, c->exchange.response.surplus == 0,
			c->teardown.view.drained_bytes, now_ns);
	if ((outcome == OUTCOME_SHORT || outcome == OUTCOME_RESET) &&
		c->teardown.view.exchanges > 0 && !c->exchange.response.begun)
		unanswered(&recorder->totals, c, now_ns);
	if (c->delivered) {
		latency(recorder, c, LATENCY_CLOSE, c->done_ns, now_ns);
		if (outcome == OUTCOME_TIMED_OUT)
			unfinished(recorder, c, LATENCY_CLOSE);
	}
	if (outcome == OUTCOME_COMPLETED && c->delivered && !c->reset_seen)
		closed(recorder, c, now_ns);
	if (outcome == OUTCOME_TIMED_OUT)
		timed_out(&recorder->totals, c, now_ns);
	if (outcome != OUTCOME_COMPLETED) {
		count_one(&recorder->failed);
		if (outcome == OUTCOME_RESET)
			count_one(&recorder->reset);
		return;
	}
	count_one(&recorder->completed);
	recorder->totals.window_completed += recorder->in_window;
}

uint64_t recorder_closed_late(const struct recorder *recorder)
{
	return __atomic_load_n(&recorder->closed_late, __ATOMIC_RELAXED);
}

static uint64_t now_of(const uint64_t *count)
{
	return __atomic_load_n(count, __ATOMIC_RELAXED);
}

void recorder_progress(
	const struct recorder *recorder, struct sample_progress *progress, uint32_t *bins)
{
	/* In this order: `asked` is never behind `answered`, as they are read. */
	uint64_t answered = now_of(&recorder->answered), asked = now_of(&recorder->asked);
	progress->completed += now_of(&recorder->completed);
	progress->failed += now_of(&recorder->failed);
	progress->refused += now_of(&recorder->refused);
	progress->reset += now_of(&recorder->reset);
	progress->answered += answered;
	progress->awaited += asked > answered ? asked - answered : 0;
	for (uint32_t b = 0; b < CONNECT_BINS; b++)
		bins[b] += __atomic_load_n(&recorder->connect_bins[b], __ATOMIC_RELAXED);
}
