/* What the recorder counts of a ramp: each connection by when it was due, whatever came when. */
#include "bench/load/connection.h"
#include "bench/load/recorder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define START (1000 * MS)

static struct recorder recorder;
static struct connection connection;

/* A ramp of 20 s: part N is second N. */
static void begin(uint64_t due_ms)
{
	recorder_finish(&recorder);
	assert_int_equal(recorder_init(&recorder, true, NULL), 0);
	recorder.ramp = (struct ramp){100, 200, 20000 * MS};
	recorder.from_ns = START;
	connection = (struct connection){.connected = true,
		.intended_ns = START + due_ms * MS,
		.due_ns = START + due_ms * MS,
		.started_ns = START + due_ms * MS,
		.exchange = {.begun_ns = START + due_ms * MS}};
}

static const struct ramp_step *step(size_t index)
{
	return &recorder.totals.ramp.steps[index];
}

static void met_once(enum ramp_trouble trouble, size_t index, uint64_t due_ms)
{
	for (size_t i = 0; i < RAMP_STEPS; i++)
		for (size_t k = 0; k < RAMP_TROUBLES; k++)
			assert_int_equal(step(i)->met[k], i == index && k == trouble);
	assert_int_equal(recorder.totals.ramp.first_ns[trouble], START + due_ms * MS);
}

static void errors_of_connect(void **state)
{
	static const struct {
		int error;
		enum ramp_trouble trouble;
	} rows[] = {{EADDRNOTAVAIL, RAMP_NO_PORT}, {ECONNREFUSED, RAMP_REFUSED},
		{EMFILE, RAMP_CONNECT_ERROR}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(3999);
		recorder_refused(&recorder, &connection, rows[i].error, START + 9000 * MS);
		met_once(rows[i].trouble, 3, 3999);
	}
}

/* One that was due in second 4 and timed out in second 9 is of second 4. */
static void how_it_ended(void **state)
{
	static const struct {
		enum outcome outcome;
		enum ramp_trouble trouble;
	} rows[] = {{OUTCOME_SHORT, RAMP_SHORT}, {OUTCOME_RESET, RAMP_RESET},
		{OUTCOME_TIMED_OUT, RAMP_TIMED_OUT}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(4000);
		recorder_ended(&recorder, &connection, rows[i].outcome, START + 9000 * MS);
		met_once(rows[i].trouble, 4, 4000);
		assert_int_equal(step(4)->completed, 0);
	}
	begin(4000);
	recorder_ended(&recorder, &connection, OUTCOME_COMPLETED, START + 9000 * MS);
	assert_int_equal(step(4)->completed, 1);
	assert_int_equal(recorder.totals.ramp.first_ns[RAMP_SHORT], 0);
}

static void a_status_that_is_not_expected(void **state)
{
	for (unsigned status = 200; status <= 502; status += 302) {
		begin(0);
		connection.exchange.response = (struct response){
			.framing = RESPONSE_BY_LENGTH, .complete = true, .status = status};
		recorder_exchange(&recorder, &connection, 0);
		assert_int_equal(step(0)->met[RAMP_UNEXPECTED], status == 502);
	}
	met_once(RAMP_UNEXPECTED, 0, 0);
	begin(0);
	recorder_not_http(&recorder, &connection);
	met_once(RAMP_UNEXPECTED, 0, 0);
}

/* With no connection free (dry) it is not the loader's. */
static void late_starts_have_an_owner(void **state)
{
	begin(7000);
	recorder_started(&recorder, &connection, 0);
	assert_int_equal(step(7)->due, 1);
	assert_int_equal(step(7)->met[RAMP_LATE] + step(7)->met[RAMP_STARVED], 0);
	connection.started_ns += MS;
	recorder_started(&recorder, &connection, 0);
	met_once(RAMP_LATE, 7, 7000);
	begin(7000);
	connection.started_ns += MS;
	recorder_started(&recorder, &connection, connection.intended_ns);
	met_once(RAMP_STARVED, 7, 7000);
	begin(0);
	recorder_missed(&recorder, START + 19999 * MS, false);
	met_once(RAMP_LATE, 19, 19999);
	assert_int_equal(step(19)->due, 1);
	begin(0);
	recorder_missed(&recorder, START + 20001 * MS, true);
	met_once(RAMP_STARVED, 19, 20001);
}

/* Counted from when it was due; by bins of 9 % at most, the longest of which stands for all. */
static void latencies_by_part(void **state)
{
	begin(2000);
	recorder_response(&recorder, &connection, START + 2700 * MS);
	uint32_t bin = ramp_bin(700 * MS);
	assert_int_equal(step(2)->total_bins[bin], 1);
	for (uint64_t ns = 17; ns < 30000 * MS; ns = ns * 3 / 2) {
		uint64_t told = ramp_bin_ns(ramp_bin(ns));
		assert_true(told >= ns && (double)told <= 1.125 * (double)ns);
	}
}

static void without_a_ramp_nothing_is_counted(void **state)
{
	begin(2000);
	recorder.ramp = (struct ramp){0};
	recorder_started(&recorder, &connection, 0);
	recorder_response(&recorder, &connection, START + 2700 * MS);
	recorder_ended(&recorder, &connection, OUTCOME_RESET, START + 2800 * MS);
	recorder_missed(&recorder, START, false);
	static const struct ramp_count none;
	assert_memory_equal(&recorder.totals.ramp, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_connect),
		cmocka_unit_test(how_it_ended),
		cmocka_unit_test(a_status_that_is_not_expected),
		cmocka_unit_test(late_starts_have_an_owner),
		cmocka_unit_test(latencies_by_part),
		cmocka_unit_test(without_a_ramp_nothing_is_counted),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	recorder_finish(&recorder);
	return failed;
}
