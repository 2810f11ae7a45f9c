/* What is counted of a connection, and inside which window. */
#include "bench/load/connection.h"
#include "bench/load/recorder.h"
#include "bench/load/undelivered.h"
#include "bench/measure/responses.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct recorder recorder;
static struct connection connection;

static void begin(bool open_loop)
{
	recorder_finish(&recorder);
	assert_int_equal(recorder_init(&recorder, open_loop, NULL), 0);
	connection = (struct connection){.teardown = {.state = EXECUTOR_OPEN},
		.intended_ns = 10 * MS,
		.due_ns = 10 * MS,
		.started_ns = 13 * MS,
		.done_ns = 40 * MS,
		.exchange = {.begun_ns = 20 * MS}};
}

static uint64_t count(enum latency kind)
{
	return histogram_count(recorder.totals.latencies[kind]);
}

static void assert_latency(enum latency kind, uint64_t ms)
{
	assert_int_equal(count(kind), 1);
	assert_int_equal(histogram_max(recorder.totals.latencies[kind]), ms * MS);
}

static const struct load_tls handshake = {.handshakes = 1};

/* Everything that is recorded of one connection of one exchange. */
static void record_all(void)
{
	if (recorder.open_loop)
		recorder_started(&recorder, &connection, 0);
	recorder_connected(&recorder, &connection, 15 * MS);
	recorder_handshake(&recorder, &connection, 15 * MS, 19 * MS, &handshake);
	recorder_response(&recorder, &connection, 40 * MS);
	connection.delivered = true;
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 47 * MS);
}

static void an_open_loop_counts_from_the_instant_intended(void **state)
{
	begin(true);
	record_all();
	assert_latency(LATENCY_START, 3);
	assert_latency(LATENCY_CONNECT, 2);
	assert_latency(LATENCY_HANDSHAKE, 4);
	assert_latency(LATENCY_RESPONSE, 20);
	assert_latency(LATENCY_TOTAL, 30);
	assert_latency(LATENCY_UNCORRECTED, 27);
	assert_latency(LATENCY_CLOSE, 7);
}

/* By request each exchange has an instant of its own. */
static void a_later_exchange_that_was_due_counts_from_then(void **state)
{
	begin(true);
	connection.teardown.view.exchanges = 1;
	recorder_asked_again(&recorder, &connection, 12 * MS, 0);
	recorder_response(&recorder, &connection, 40 * MS);
	assert_latency(LATENCY_START, 2);
	assert_latency(LATENCY_RESPONSE, 20);
	assert_latency(LATENCY_TOTAL, 30);
	assert_latency(LATENCY_UNCORRECTED, 20);
	assert_int_equal(recorder.totals.asked_again, 1);
	assert_int_equal(recorder.totals.late, 1);
	assert_int_equal(recorder.totals.starved, 0);
	recorder_asked_again(&recorder, &connection, 11 * MS - 1, 0);
	recorder_asked_again(&recorder, &connection, 11 * MS, 10 * MS);
	assert_int_equal(recorder.totals.asked_again, 3);
	assert_int_equal(recorder.totals.late, 2);
	assert_int_equal(recorder.totals.starved, 1);
}

static void a_later_exchange_counts_from_its_request(void **state)
{
	begin(true);
	connection.due_ns = 20 * MS;
	connection.teardown.view.exchanges = 1;
	recorder_response(&recorder, &connection, 40 * MS);
	assert_latency(LATENCY_RESPONSE, 20);
	assert_latency(LATENCY_TOTAL, 20);
	assert_latency(LATENCY_UNCORRECTED, 20);
}

/* The exchange is due at 10 ms and its response comes at 40 ms. Rates are of what ends inside. */
static void the_window(void **state)
{
	static const struct {
		uint64_t from_ns, to_ns;
		bool is_inside;
	} rows[] = {
		{0, UINT64_MAX, true},
		{10 * MS, 10 * MS + 1, true},
		{10 * MS + 1, UINT64_MAX, false},
		{0, 10 * MS, false},
		{0, 39 * MS, true},
	};
	for (size_t i = 0; i < 4 * sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_inside = rows[i / 4].is_inside, open_loop = i % 2, in_window = i / 2 % 2;
		begin(open_loop);
		recorder.from_ns = rows[i / 4].from_ns;
		recorder.to_ns = rows[i / 4].to_ns;
		recorder.in_window = in_window;
		record_all();
		recorder_cut_by_end(&recorder.totals, &connection, 0);
		for (enum latency kind = LATENCY_CONNECT; kind <= LATENCY_TOTAL; kind++)
			assert_int_equal(count(kind), is_inside);
		assert_int_equal(count(LATENCY_HANDSHAKE), is_inside);
		assert_int_equal(recorder.totals.tls.handshakes, 1);
		assert_int_equal(count(LATENCY_UNCORRECTED), is_inside && open_loop);
		assert_int_equal(count(LATENCY_CORRECTED), 0);
		assert_int_equal(recorder.totals.window_completed, in_window);
		assert_int_equal(recorder.totals.window_exchanges, in_window);
		assert_int_equal(recorder.totals.exchanges, 1);
		assert_int_equal(recorder.totals.outcomes[OUTCOME_COMPLETED], 1);
	}
}

static uint64_t unfinished_sum(void)
{
	uint64_t sum = 0;
	for (int kind = 0; kind < LATENCIES; kind++)
		sum += recorder.totals.unfinished[kind];
	return sum;
}

/* The window ends at 30 ms. Clients that come every 8 ms would have come at 10, 18 and 26 ms, and
 * have waited until 40 ms; one at 34 ms is none of the window's. */
static void what_the_end_of_the_window_cuts(void **state)
{
	begin(false);
	recorder.to_ns = 30 * MS;
	recorder_response(&recorder, &connection, 40 * MS);
	assert_latency(LATENCY_RESPONSE, 20);
	assert_int_equal(count(LATENCY_TOTAL), 0);
	recorder_cut_by_end(&recorder.totals, &connection, 8 * MS);
	assert_latency(LATENCY_TOTAL, 30);
	struct histogram *corrected = recorder.totals.latencies[LATENCY_CORRECTED];
	assert_int_equal(histogram_count(corrected), 3);
	assert_int_equal(histogram_max(corrected), 30 * MS);
	assert_int_equal(histogram_mean(corrected), 22 * MS);
	assert_int_equal(histogram_quantile(corrected, 0.01) / MS, 14);
	assert_int_equal(unfinished_sum(), 0);
	/* Of clients that come every 4 ms, five come inside. */
	begin(false);
	recorder.to_ns = 30 * MS;
	recorder_response(&recorder, &connection, 40 * MS);
	recorder_cut_by_end(&recorder.totals, &connection, 4 * MS);
	assert_int_equal(histogram_count(recorder.totals.latencies[LATENCY_CORRECTED]), 5);
}

/* No client is asked for that comes less than an interval before the answer. */
static void the_last_client_that_waited(void **state)
{
	begin(false);
	recorder.to_ns = 39 * MS;
	recorder_response(&recorder, &connection, 40 * MS);
	recorder_cut_by_end(&recorder.totals, &connection, 12 * MS);
	assert_int_equal(count(LATENCY_CORRECTED), 2);
	assert_int_equal(histogram_max(recorder.totals.latencies[LATENCY_CORRECTED]), 30 * MS);
	connection = (struct connection){.due_ns = 0};
	recorder_cut_by_end(&recorder.totals, &connection, 12 * MS);
	assert_int_equal(count(LATENCY_TOTAL), 1);
}

/* Given up at 50 ms: the response, or the handshake, has taken at least so long. */
static void what_never_ended(void **state)
{
	static const struct {
		uint64_t to_ns;
		unsigned unfinished;
		bool open_loop, connected;
	} rows[] = {
		{UINT64_MAX, 2, false, true},
		{UINT64_MAX, 2, false, false},
		{UINT64_MAX, 3, true, true},
		{30 * MS, 3, true, false},
		{30 * MS, 2, false, true},
		{10 * MS, 0, true, true},
		{10 * MS, 0, false, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(rows[i].open_loop);
		recorder.to_ns = rows[i].to_ns;
		connection.connected = rows[i].connected;
		recorder_unfinished(&recorder, &connection, 50 * MS);
		recorder_cut_by_end(&recorder.totals, &connection, 0);
		assert_int_equal(unfinished_sum(), rows[i].unfinished);
		if (rows[i].unfinished == 0) {
			assert_int_equal(count(LATENCY_TOTAL) + count(LATENCY_RESPONSE), 0);
			continue;
		}
		assert_latency(LATENCY_TOTAL, 40);
		assert_int_equal(recorder.totals.unfinished[LATENCY_TOTAL], 1);
		if (rows[i].connected)
			assert_latency(LATENCY_RESPONSE, 30);
		else
			assert_latency(LATENCY_CONNECT, 37);
		assert_int_equal(count(rows[i].connected ? LATENCY_CONNECT : LATENCY_RESPONSE), 0);
		if (rows[i].open_loop)
			assert_latency(LATENCY_UNCORRECTED, 37);
	}
}

static void a_close_that_never_came(void **state)
{
	begin(false);
	connection.delivered = true;
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 47 * MS);
	assert_int_equal(unfinished_sum(), 0);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 47 * MS);
	assert_int_equal(recorder.totals.unfinished[LATENCY_CLOSE], 1);
	assert_int_equal(unfinished_sum(), 1);
}

/* They have waited from their instants to the end, at least. */
static void starts_that_were_missed(void **state)
{
	begin(true);
	recorder.from_ns = 10 * MS;
	recorder.to_ns = 60 * MS;
	recorder_missed(&recorder, 10 * MS - 1, false);
	assert_int_equal(count(LATENCY_START) + unfinished_sum(), 0);
	recorder_missed(&recorder, 10 * MS, true);
	assert_latency(LATENCY_START, 50);
	assert_latency(LATENCY_TOTAL, 50);
	assert_int_equal(recorder.totals.missed, 2);
	assert_int_equal(recorder.totals.missed_starved, 1);
	assert_int_equal(recorder.totals.unfinished[LATENCY_START], 1);
	assert_int_equal(recorder.totals.unfinished[LATENCY_TOTAL], 1);
}

static struct sample_progress progress(void)
{
	struct sample_progress progress = {0};
	uint32_t bins[CONNECT_BINS] = {0};
	progress_count_add(&recorder.progress, &progress, bins);
	return progress;
}

static void what_is_awaited(void **state)
{
	begin(false);
	assert_int_equal(progress().answered, 0);
	assert_int_equal(progress().awaited, 0);
	for (int i = 0; i < 3; i++)
		recorder_asked(&recorder);
	recorder_over(&recorder);
	assert_int_equal(progress().answered, 1);
	assert_int_equal(progress().awaited, 2);
}

/* `dry`: no connection was free when the start was due, or only after that. */
static void late_starts(void **state)
{
	static const struct {
		uint64_t started_ns, dry_ns;
		unsigned late, starved;
	} rows[] = {
		{10 * MS, 0, 0, 0},
		{11 * MS - 1, 11 * MS, 0, 0},
		{11 * MS, 10 * MS - 1, 1, 0},
		{11 * MS, 10 * MS, 1, 1},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(true);
		connection.started_ns = rows[i].started_ns;
		recorder_started(&recorder, &connection, rows[i].dry_ns);
		assert_int_equal(recorder.totals.late, rows[i].late);
		assert_int_equal(recorder.totals.starved, rows[i].starved);
	}
}

static void refusals_by_errno(void **state)
{
	begin(false);
	recorder_refused(&recorder, &connection, ECONNREFUSED, 3 * MS);
	assert_int_equal(recorder.totals.no_port_ns, 0);
	recorder_refused(&recorder, &connection, EADDRNOTAVAIL, 5 * MS);
	recorder_refused(&recorder, &connection, EADDRNOTAVAIL, 6 * MS);
	recorder_refused(&recorder, &connection, LOAD_TOTALS_ERRNO_MAX - 1, 7 * MS);
	recorder_refused(&recorder, &connection, LOAD_TOTALS_ERRNO_MAX, 8 * MS);
	recorder_refused(&recorder, &connection, -1, 9 * MS);
	assert_int_equal(recorder.totals.connect_errors[EADDRNOTAVAIL], 2);
	assert_int_equal(recorder.totals.connect_errors[LOAD_TOTALS_ERRNO_MAX - 1], 1);
	assert_int_equal(recorder.totals.connect_errors[0], 2);
	assert_int_equal(recorder.totals.outcomes[OUTCOME_CONNECT_ERROR], 6);
	assert_int_equal(progress().failed, 6);
	assert_int_equal(recorder.totals.first_ns[OUTCOME_CONNECT_ERROR], 3 * MS);
	assert_int_equal(recorder.totals.no_port_ns, 5 * MS);
	assert_int_equal(recorder.totals.established, 0);
}

static void bytes_of_an_exchange(void **state)
{
	struct response *response = &connection.exchange.response;
	begin(false);
	recorder_exchange(&recorder, &connection, 100);
	assert_int_equal(recorder.totals.bytes_promised, 100);
	assert_int_equal(recorder.totals.bytes_received, 0);
	assert_int_equal(recorder.totals.corrupt + recorder.totals.refused, 0);
	*response = (struct response){.framing = RESPONSE_BY_LENGTH,
		.promised = 30,
		.received = 30,
		.complete = true,
		.corrupt = true,
		.status = 503};
	recorder_exchange(&recorder, &connection, 100);
	assert_int_equal(recorder.totals.bytes_promised, 130);
	assert_int_equal(recorder.totals.bytes_received, 30);
	assert_int_equal(recorder.totals.corrupt, 1);
	assert_int_equal(recorder.totals.refused, 1);
	assert_int_equal(recorder.totals.refused_by[503], 1);
	assert_int_equal(responses_refusal(recorder.totals.refused_by), 503);
	response->status = 200;
	response->corrupt = false;
	recorder_exchange(&recorder, &connection, 100);
	assert_int_equal(recorder.totals.refused, 1);
	assert_int_equal(recorder.totals.corrupt, 1);
}

static void another_status_is_expected(void **state)
{
	struct response *response = &connection.exchange.response;
	begin(false);
	recorder.expected = (struct expected_status){413, 413};
	*response = (struct response){.complete = true, .status = 413};
	recorder_exchange(&recorder, &connection, 100);
	assert_int_equal(recorder.totals.refused, 0);
	response->status = 200;
	recorder_exchange(&recorder, &connection, 100);
	assert_int_equal(recorder.totals.refused, 1);
	assert_int_equal(recorder.totals.refused_by[200], 1);
}

static void responses_cut_off(void **state)
{
	struct response *response = &connection.exchange.response;
	struct load_totals *totals = &recorder.totals;
	begin(false);
	undelivered_cut(&recorder.totals, &connection, 40 * MS);
	assert_int_equal(load_totals_truncated(totals) + totals->truncated_ns, 0);
	response->begun = true;
	for (int i = 0; i < RESPONSE_FRAMINGS; i++)
		for (int times = 0; times <= i; times++) {
			response->framing = (enum response_framing)i;
			undelivered_cut(&recorder.totals, &connection, 41 * MS + (uint64_t)i);
		}
	for (uint64_t i = 0; i < RESPONSE_FRAMINGS; i++)
		assert_int_equal(totals->truncated[i], i + 1);
	assert_int_equal(load_totals_truncated(totals), 10);
	assert_int_equal(totals->truncated_by_reset, 0);
	assert_int_equal(totals->truncated_ns, 41 * MS);
	connection.reset_seen = true;
	undelivered_cut(&recorder.totals, &connection, 50 * MS);
	assert_int_equal(totals->truncated_by_reset, 1);
}

static void surplus_is(uint64_t responses, uint64_t bytes, uint64_t first_ms)
{
	assert_int_equal(recorder.totals.surplus_responses, responses);
	assert_int_equal(recorder.totals.surplus_bytes, bytes);
	assert_int_equal(recorder.totals.surplus_ns, first_ms * MS);
}

/* Behind a response, and behind the last one until the connection ends: of that, once. */
static void what_came_behind_responses(void **state)
{
	struct response *response = &connection.exchange.response;
	begin(false);
	recorder_surplus(&recorder, &connection, 41 * MS);
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 42 * MS);
	surplus_is(0, 0, 0);
	response->surplus = 7;
	recorder_surplus(&recorder, &connection, 43 * MS);
	surplus_is(1, 7, 43);
	connection.teardown.view.drained_bytes = 20;
	/* A 408 to a client that has asked nothing is behind no response. */
	connection.teardown.view.exchanges = 0;
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 44 * MS);
	surplus_is(1, 7, 43);
	connection.teardown.view.exchanges = 1;
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 44 * MS);
	surplus_is(1, 27, 43);
	response->surplus = 0;
	recorder_surplus(&recorder, &connection, 45 * MS);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 46 * MS);
	surplus_is(2, 47, 43);
}

static void what_is_no_http(void **state)
{
	struct response *response = &connection.exchange.response;
	begin(false);
	recorder_not_http(&recorder, &connection);
	connection.teardown.view.exchanges = 2;
	response->framing = RESPONSE_CHUNKED; /* a chunk is malformed */
	recorder_not_http(&recorder, &connection);
	assert_int_equal(recorder.totals.not_http_behind, 0);
	response->framing = RESPONSE_IN_HEAD;
	recorder_not_http(&recorder, &connection);
	assert_int_equal(recorder.totals.refused, 3);
	assert_int_equal(recorder.totals.not_http, 3);
	assert_int_equal(recorder.totals.not_http_behind, 1);
}

/* Whether the responses had come tells what was waited for. */
static void what_timed_out(void **state)
{
	struct load_totals *totals = &recorder.totals;
	begin(false);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 41 * MS);
	assert_int_equal(totals->unclosed + totals->unclosed_ns, 0);
	assert_int_equal(totals->unconnected, 1);
	connection.connected = true;
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 41 * MS);
	assert_int_equal(totals->part_answered, 0);
	connection.exchange.response.begun = true;
	recorder_ended(&recorder, &connection, OUTCOME_SHORT, 41 * MS);
	assert_int_equal(totals->part_answered, 0);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 41 * MS);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 41 * MS);
	assert_int_equal(totals->part_answered, 2);
	connection.delivered = true;
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, 42 * MS);
	assert_int_equal(totals->unclosed, 0);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 43 * MS);
	recorder_ended(&recorder, &connection, OUTCOME_TIMED_OUT, 44 * MS);
	assert_int_equal(totals->unclosed, 2);
	assert_int_equal(totals->unclosed_ns, 43 * MS);
	assert_int_equal(totals->unconnected, 1);
	assert_int_equal(totals->part_answered, 2);
}

static void closed_behind(enum outcome outcome, uint64_t behind_ms, uint64_t at_ms)
{
	connection.fin_behind_ns = behind_ms * MS;
	recorder_ended(&recorder, &connection, outcome, at_ms * MS);
}

static void what_the_server_closed_late(void **state)
{
	struct load_totals *totals = &recorder.totals;
	begin(false);
	closed_behind(OUTCOME_COMPLETED, 400, 500); /* closed before its last response */
	connection.delivered = true;
	closed_behind(OUTCOME_COMPLETED, 299, 500);
	closed_behind(OUTCOME_TIMED_OUT, 400, 500);
	connection.reset_seen = true;
	closed_behind(OUTCOME_COMPLETED, 400, 500);
	assert_int_equal(totals->closed_late + totals->closed_late_ns, 0);
	connection.reset_seen = false;
	closed_behind(OUTCOME_COMPLETED, 700, 900);
	closed_behind(OUTCOME_COMPLETED, 300, 800);
	assert_int_equal(totals->closed_late, 2);
	assert_int_equal(totals->closed_late_ns, 800 * MS);
	assert_int_equal(totals->closed_late_most_ns, 700 * MS);
}

static void kept_ended(enum outcome outcome, uint64_t idle_ms, uint64_t at_ns)
{
	connection.exchange.begun_ns = connection.done_ns + idle_ms * MS;
	recorder_ended(&recorder, &connection, outcome, at_ns);
}

/* The response before tells that the connection had been kept. */
static void what_got_no_answer_on_a_kept_connection(void **state)
{
	struct load_totals *totals = &recorder.totals;
	begin(false);
	connection.exchange.response.begun = false;
	connection.done_ns = 20 * MS;
	kept_ended(OUTCOME_RESET, 3, 41 * MS);
	assert_int_equal(totals->kept_unanswered, 0);
	connection.teardown.view.exchanges = 1;
	kept_ended(OUTCOME_COMPLETED, 3, 42 * MS);
	kept_ended(OUTCOME_TIMED_OUT, 3, 42 * MS);
	connection.exchange.response.begun = true;
	kept_ended(OUTCOME_SHORT, 3, 42 * MS);
	assert_int_equal(totals->kept_unanswered + totals->kept_unanswered_ns, 0);
	connection.exchange.response.begun = false;
	kept_ended(OUTCOME_SHORT, 7, 43 * MS);
	kept_ended(OUTCOME_RESET, 5, 44 * MS);
	assert_int_equal(totals->kept_unanswered, 2);
	assert_int_equal(totals->kept_unanswered_ns, 43 * MS);
	assert_int_equal(totals->kept_idle_least_ns, 5 * MS);
	assert_int_equal(totals->kept_idle_most_ns, 7 * MS);
	assert_int_equal(totals->kept_announced, 0);
	connection.close_announced = true;
	kept_ended(OUTCOME_SHORT, 5, 44 * MS);
	connection.teardown.view.exchanges = 0;
	kept_ended(OUTCOME_SHORT, 5, 44 * MS);
	assert_int_equal(totals->kept_announced, 1);
	assert_int_equal(totals->kept_connections, 3);
}

/* Three were sent ahead, behind the one that the client waits for. */
static void what_was_sent_ahead_got_no_answer_either(void **state)
{
	struct load_totals *totals = &recorder.totals;
	begin(false);
	connection.ahead = 3;
	connection.teardown.view.exchanges = 1;
	connection.exchange.response.begun = true;
	kept_ended(OUTCOME_COMPLETED, 0, 41 * MS);
	assert_int_equal(totals->kept_unanswered, 0);
	kept_ended(OUTCOME_SHORT, 0, 41 * MS);
	assert_int_equal(totals->kept_unanswered, 3);
	connection.exchange.response.begun = false;
	connection.close_announced = true;
	kept_ended(OUTCOME_RESET, 0, 41 * MS);
	assert_int_equal(totals->kept_unanswered, 7);
	assert_int_equal(totals->kept_announced, 4);
	assert_int_equal(totals->kept_connections, 2);
}

static void unanswered_is(const struct load_unanswered *unanswered, uint64_t connections,
	uint64_t first_requests, uint64_t last_ms, uint64_t least_ms, uint64_t most_ms)
{
	assert_int_equal(unanswered->connections, connections);
	assert_int_equal(unanswered->first_requests, first_requests);
	assert_int_equal(unanswered->last_ns, last_ms * MS);
	assert_int_equal(unanswered->least_ns, least_ms * MS);
	assert_int_equal(unanswered->most_ns, most_ms * MS);
}

/* Asked at that time, of which the kernel has taken so many of two bytes. */
static void asked(size_t sent, uint64_t exchanges, uint64_t at_ms)
{
	static const struct loader_request request = {.size = 2};
	connection.exchange.request = &request;
	connection.exchange.sent = sent;
	connection.exchange.begun_ns = at_ms * MS;
	connection.exchange.response.begun = false;
	connection.teardown.view.exchanges = exchanges;
	connection.connected = true;
	connection.reset_seen = false;
}

static void what_the_servers_fin_left_unanswered(void **state)
{
	const struct load_unanswered *by_fin = &recorder.totals.unanswered_by_fin;
	begin(false);
	asked(1, 0, 30); /* the server did not have the whole request */
	undelivered_cut(&recorder.totals, &connection, 40 * MS);
	asked(2, 0, 30);
	connection.reset_seen = true;
	undelivered_cut(&recorder.totals, &connection, 40 * MS);
	asked(2, 0, 30);
	connection.exchange.response.begun = true;
	undelivered_cut(&recorder.totals, &connection, 40 * MS);
	unanswered_is(by_fin, 0, 0, 0, 0, 0);
	assert_int_equal(by_fin->first_ns, 0);
	asked(2, 0, 30);
	undelivered_cut(&recorder.totals, &connection, 37 * MS);
	asked(2, 3, 40);
	undelivered_cut(&recorder.totals, &connection, 45 * MS);
	asked(2, 3, 40);
	undelivered_cut(&recorder.totals, &connection, 49 * MS);
	unanswered_is(by_fin, 3, 1, 49, 5, 9);
	assert_int_equal(by_fin->first_ns, 37 * MS);
	assert_int_equal(by_fin->announced, 0);
	connection.close_announced = true;
	undelivered_cut(&recorder.totals, &connection, 49 * MS);
	assert_int_equal(by_fin->announced, 1);
	struct load_unanswered sum = *by_fin;
	load_unanswered_add(&sum, by_fin);
	assert_int_equal(sum.announced, 2);
	unanswered_is(&recorder.totals.unanswered_by_deadline, 0, 0, 0, 0, 0);
}

static void what_the_deadline_left_unanswered(void **state)
{
	const struct load_unanswered *by_deadline = &recorder.totals.unanswered_by_deadline;
	begin(false);
	asked(1, 0, 30);
	undelivered_gave_up(&recorder.totals, &connection, 40 * MS);
	asked(2, 0, 30);
	connection.connected = false;
	undelivered_gave_up(&recorder.totals, &connection, 40 * MS);
	asked(2, 0, 30);
	connection.exchange.response.begun = true;
	undelivered_gave_up(&recorder.totals, &connection, 40 * MS);
	unanswered_is(by_deadline, 0, 0, 0, 0, 0);
	asked(2, 1, 30);
	undelivered_gave_up(&recorder.totals, &connection, 61 * MS);
	unanswered_is(by_deadline, 1, 0, 61, 31, 31);
	unanswered_is(&recorder.totals.unanswered_by_fin, 0, 0, 0, 0, 0);
}

static void sums_of_what_was_unanswered(void **state)
{
	struct load_unanswered sum = {.connections = 0};
	const struct load_unanswered none = {.connections = 0},
				     parts[] = {{2, 1, 50 * MS, 60 * MS, 7 * MS, 8 * MS},
					     {3, 3, 40 * MS, 55 * MS, 5 * MS, 6 * MS}};
	load_unanswered_add(&sum, &parts[0]);
	load_unanswered_add(&sum, &none);
	load_unanswered_add(&sum, &parts[1]);
	unanswered_is(&sum, 5, 4, 60, 5, 8);
	assert_int_equal(sum.first_ns, 40 * MS);
}

static void what_did_not_complete(void **state)
{
	begin(false);
	recorder.in_window = true;
	connection.reset_seen = true;
	recorder_ended(&recorder, &connection, OUTCOME_RESET, 47 * MS);
	assert_int_equal(count(LATENCY_CLOSE), 0);
	assert_int_equal(recorder.totals.outcomes[OUTCOME_RESET], 1);
	assert_int_equal(recorder.totals.resets_seen, 1);
	assert_int_equal(recorder.progress.completed + recorder.totals.window_completed, 0);
	assert_int_equal(progress().failed, 1);
}

static void progress_of_several_lanes(void **state)
{
	struct sample_progress sum = {0};
	uint32_t bins[CONNECT_BINS] = {0};
	begin(false);
	record_all();
	record_all();
	progress_count_add(&recorder.progress, &sum, bins);
	progress_count_add(&recorder.progress, &sum, bins);
	assert_int_equal(sum.completed, 4);
	assert_int_equal(bins[connect_bin(2 * MS)], 4);
	assert_int_equal(recorder.totals.established, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_loop_counts_from_the_instant_intended),
		cmocka_unit_test(a_later_exchange_counts_from_its_request),
		cmocka_unit_test(a_later_exchange_that_was_due_counts_from_then),
		cmocka_unit_test(the_window),
		cmocka_unit_test(what_the_end_of_the_window_cuts),
		cmocka_unit_test(the_last_client_that_waited),
		cmocka_unit_test(what_never_ended),
		cmocka_unit_test(a_close_that_never_came),
		cmocka_unit_test(starts_that_were_missed),
		cmocka_unit_test(what_is_awaited),
		cmocka_unit_test(late_starts),
		cmocka_unit_test(refusals_by_errno),
		cmocka_unit_test(bytes_of_an_exchange),
		cmocka_unit_test(another_status_is_expected),
		cmocka_unit_test(responses_cut_off),
		cmocka_unit_test(what_the_servers_fin_left_unanswered),
		cmocka_unit_test(what_the_deadline_left_unanswered),
		cmocka_unit_test(sums_of_what_was_unanswered),
		cmocka_unit_test(what_came_behind_responses),
		cmocka_unit_test(what_is_no_http),
		cmocka_unit_test(what_timed_out),
		cmocka_unit_test(what_the_server_closed_late),
		cmocka_unit_test(what_got_no_answer_on_a_kept_connection),
		cmocka_unit_test(what_was_sent_ahead_got_no_answer_either),
		cmocka_unit_test(what_did_not_complete),
		cmocka_unit_test(progress_of_several_lanes),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	recorder_finish(&recorder);
	return failed;
}
