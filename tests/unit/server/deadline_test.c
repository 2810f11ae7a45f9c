/* Every state of a connection × its timer: a deadline is armed, it comes neither early nor late, no
 * byte that is not progress moves it, and it ends the connection with the right answer. */
#include "common/clock.h"
#include "server/deadline.h"
#include "strategies/core/registry.h"

#include "tests/unit/server/still_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define SMALL_BUFFER 4096

/* What the client sees, and what is counted. */
enum answer {
	SILENCE, /* end of stream, and not a byte before it */
	STATUS_408,
	CUT,  /* a response that is not complete */
	KEPT, /* it goes on */
};

static enum td_verdict keep(const struct td_view *view)
{
	return TD_KEEP;
}

static enum td_verdict close_at_deadline(const struct td_view *view)
{
	return TD_CLOSE;
}

/* Keeps a connection after its last exchange, which no strategy of ours does. */
static const struct td_strategy keeping = {
	TD_STRATEGY_HEADER,
	.name = "keeping",
	.first_closer = TD_CLIENT,
	.server = {.exchange_done = keep, .timeout = close_at_deadline},
};

static void says_line_end(int client)
{
	client_say(client, "\r\n");
}

static void says_field(int client)
{
	client_say(client, "a: b\r\n");
}

static void says_bit(int client)
{
	client_say(client, "x");
}

static void says_chunk_bit(int client)
{
	client_say(client, "1\r\nx\r\n");
}

static void says_much(int client)
{
	char text[1025];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	client_say(client, text);
}

static void reads_bit(int client)
{
	char byte;
	recv(client, &byte, 1, MSG_DONTWAIT);
}

static void reads_much(int client)
{
	char bytes[16384];
	recv(client, bytes, sizeof(bytes), MSG_DONTWAIT);
}

#define HOST "Host: x\r\n"
#define GET_LARGE "GET /bytes/100000000 HTTP/1.1\r\n" HOST "\r\n"
#define GET_SMALL "GET / HTTP/1.1\r\n" HOST "\r\n"
#define GET_CLOSE "GET /bytes/16000 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST "Content-Length: 10000000\r\n\r\n"
#define POST_CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

/* In each row the limit of the phase is 8 s, and every other limit far longer. */
#define LIMIT_NS (8 * NS_PER_S)
#define TICK_NS (10 * NS_PER_MS)

static const struct row {
	const char *name;
	const char *limit; /* the option */
	const char *says;
	enum connection_phase phase;
	void (*on_step)(int client); /* forty times in each limit */
	enum answer answer;
	bool keeps;
} rows[] = {
	{"new", "--header-timeout", "", CONNECTION_NEW, NULL, SILENCE, false},
	{"new, empty lines", "--header-timeout", "\r\n", CONNECTION_NEW, says_line_end, SILENCE,
		false},
	{"head", "--header-timeout", "GET / HT", CONNECTION_HEAD, NULL, STATUS_408, false},
	{"head, in small pieces", "--header-timeout", "GET / HTTP/1.1\r\n" HOST, CONNECTION_HEAD,
		says_field, STATUS_408, false},
	{"second head", "--header-timeout", GET_SMALL "GET", CONNECTION_HEAD, NULL, STATUS_408,
		false},
	{"body", "--write-timeout", POST, CONNECTION_BODY, NULL, STATUS_408, false},
	{"body, a trickle", "--write-timeout", POST, CONNECTION_BODY, says_bit, CUT, false},
	{"chunked body, a trickle", "--write-timeout", POST_CHUNKED, CONNECTION_BODY,
		says_chunk_bit, CUT, false},
	{"body, progress", "--write-timeout", POST, CONNECTION_BODY, says_much, KEPT, false},
	{"write", "--write-timeout", GET_LARGE, CONNECTION_WRITE, NULL, CUT, false},
	{"write, a trickle", "--write-timeout", GET_LARGE, CONNECTION_WRITE, reads_bit, CUT, false},
	{"write, progress", "--write-timeout", GET_LARGE, CONNECTION_WRITE, reads_much, KEPT,
		false},
	{"idle", "--keep-alive", GET_SMALL, CONNECTION_IDLE, NULL, SILENCE, false},
	{"idle, empty lines", "--keep-alive", GET_SMALL, CONNECTION_IDLE, says_line_end, SILENCE,
		false},
	{"done", "--keep-alive", GET_CLOSE, CONNECTION_DONE, NULL, SILENCE, true},
	{"done, a trickle", "--keep-alive", GET_CLOSE, CONNECTION_DONE, says_bit, SILENCE, true},
};

static void row_start(struct still_worker *s, const struct row *row)
{
	static const char *const limits[] = {"--header-timeout", "--write-timeout", "--keep-alive"};
	const char *arguments[12] = {"--requests-per-connection", "1M"};
	size_t count = 2;
	for (size_t i = 0; i < 3; i++) {
		arguments[count++] = limits[i];
		arguments[count++] = strcmp(limits[i], row->limit) == 0 ? "8s" : "1h";
	}
	still_start(s, row->keeps ? &keeping : registry_strategies[0], arguments);
}

static void answer_check(const struct row *row, int client, size_t before)
{
	static char text[1 << 16];
	bool ended;
	size_t length = client_read(client, text, sizeof(text), &ended);
	switch (row->answer) {
	case SILENCE:
		assert_int_equal(length, 0);
		assert_true(ended);
		break;
	case STATUS_408:
		assert_non_null(strstr(text, "HTTP/1.1 408 "));
		assert_non_null(strstr(text, "Connection: close"));
		assert_true(ended);
		break;
	case CUT:
		assert_true(before + length > 0);
		assert_null(strstr(text, " 408 "));
		break;
	case KEPT:
		assert_false(ended);
		break;
	}
}

/* A response that came before the phase began is not part of its answer. */
static size_t read_before(const struct row *row, int client)
{
	static char text[1 << 16];
	bool ended;
	return row->phase == CONNECTION_IDLE || row->phase == CONNECTION_DONE
		       ? client_read(client, text, sizeof(text), &ended)
		       : 0;
}

static void phase_play(const struct row *row)
{
	struct still_worker s;
	row_start(&s, row);
	struct worker *w = s.worker;
	int client = client_open(&s, row->says, row->phase == CONNECTION_WRITE ? SMALL_BUFFER : 0);
	struct connection *c = w->connections.open.first;
	assert_non_null(c);
	assert_int_equal(c->phase, row->phase);
	size_t before = read_before(row, client);
	for (int part = 0; part < 3; part++) {
		assert_true(connection_is_open(c));
		assert_non_null(c->teardown.timer.link);
		assert_true(c->teardown.timer.due_ns <= w->executor.now_ns + LIMIT_NS);
		/* Shortly before its limit it is there, and shortly after it is not. */
		uint64_t early_ns = w->executor.now_ns + LIMIT_NS - 2 * TICK_NS;
		still_pass(&s, LIMIT_NS - 2 * TICK_NS, row->on_step, client);
		assert_int_equal(w->executor.now_ns, early_ns);
		assert_true(w->connections.open.first == c);
		still_pass(&s, 4 * TICK_NS, row->on_step, client);
		if (row->answer != KEPT)
			break;
	}
	assert_int_equal(w->connections.open.first == c, row->answer == KEPT);
	/* What was to move the deadline has come. */
	if (row->on_step && row->phase != CONNECTION_WRITE)
		assert_true(w->metrics.counts.received_bytes >= strlen(row->says) + 30);
	assert_int_equal(
		w->executor.counts.timed_out, row->answer != KEPT && row->answer != STATUS_408);
	answer_check(row, client, before);
	close(client);
	still_stop(&s);
}

static void test_each_phase_has_a_deadline(void **state)
{
	bool seen[CONNECTION_DONE + 1] = {false};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf("%s\n", rows[i].name);
		fflush(stdout);
		seen[rows[i].phase] = true;
		phase_play(&rows[i]);
	}
	for (int phase = 0; phase <= CONNECTION_DONE; phase++)
		assert_true(seen[phase]);
}

/* The first head is due when its first byte is: together they take no longer than one. */
static void test_the_first_byte_does_not_extend_the_head(void **state)
{
	struct still_worker s;
	const char *const arguments[] = {"--header-timeout", "8s", NULL};
	still_start(&s, registry_strategies[0], arguments);
	int client = client_open(&s, "", 0);
	still_pass(&s, 7 * NS_PER_S, NULL, client);
	client_say(client, "GET / HT");
	still_turn(&s);
	assert_int_equal(s.worker->connections.open.first->phase, CONNECTION_HEAD);
	still_pass(&s, NS_PER_S + TICK_NS, NULL, client);
	assert_null(s.worker->connections.open.first);
	close(client);
	still_stop(&s);
}

/* A transfer that stops after progress has one limit more, and a quarter of it at most. */
static void test_a_transfer_that_stops_times_out(void **state)
{
	struct still_worker s;
	const char *const arguments[] = {"--write-timeout", "8s", NULL};
	still_start(&s, registry_strategies[0], arguments);
	int client = client_open(&s, POST, 0);
	struct connection *c = s.worker->connections.open.first;
	still_pass(&s, 20 * NS_PER_S, says_much, client);
	assert_true(s.worker->connections.open.first == c);
	still_pass(&s, LIMIT_NS - LIMIT_NS / 4, NULL, client);
	assert_true(s.worker->connections.open.first == c);
	still_pass(&s, LIMIT_NS / 2 + TICK_NS, NULL, client);
	assert_null(s.worker->connections.open.first);
	close(client);
	still_stop(&s);
}

/* A draining worker gives an idle client a second for one more request, or half of a shorter
 * --drain; a shorter --keep-alive stays. */
static void drain_play(const char *keep_alive, const char *drain, uint64_t limit_ns)
{
	struct still_worker s;
	const char *const arguments[] = {"--requests-per-connection", "1M", "--keep-alive",
		keep_alive, "--drain", drain, NULL};
	still_start(&s, registry_strategies[0], arguments);
	int client = client_open(&s, GET_SMALL, 0);
	struct connection *c = s.worker->connections.open.first;
	assert_int_equal(c->phase, CONNECTION_IDLE);
	s.worker->draining = true;
	deadline_restart(c);
	assert_int_equal(c->due_ns, s.worker->executor.now_ns + limit_ns);
	close(client);
	still_turn(&s);
	still_stop(&s);
}

static void test_a_drain_shortens_idle(void **state)
{
	drain_play("1h", "1h", NS_PER_S);
	drain_play("1h", "1s", NS_PER_S / 2);
	drain_play("300ms", "1h", 300 * NS_PER_MS);
}

/* Nothing that a strategy waits for keeps a connection: neither silence nor a trickle. */
static bool linger_play(const struct td_strategy *strategy, bool trickles)
{
	struct still_worker s;
	const char *const arguments[] = {"--grace", "8s", "--idle", trickles ? "1s" : "2s", NULL};
	uint64_t limit_ns = trickles ? LIMIT_NS : 2 * NS_PER_S;
	still_start(&s, strategy, arguments);
	struct worker *w = s.worker;
	int client = client_open(&s, GET_CLOSE, SMALL_BUFFER);
	struct connection *c = w->connections.lingering.first;
	if (c) {
		assert_non_null(c->teardown.timer.link);
		assert_null(c->request);
		still_pass(&s, limit_ns - 2 * TICK_NS, trickles ? says_bit : NULL, client);
		assert_true(w->connections.lingering.first == c);
		still_pass(&s, 4 * TICK_NS, trickles ? says_bit : NULL, client);
		const struct executor_counts *counts = &w->executor.counts;
		assert_int_equal(counts->timed_out, 1);
		assert_true(counts->drained_bytes >= (trickles ? 30 : 0));
		assert_int_equal(strategy->server.timeout ? counts->closed : counts->reset, 1);
	}
	assert_int_equal(w->connections.count, 0);
	close(client);
	still_stop(&s);
	return c;
}

static void test_each_strategy_lingers_within_limits(void **state)
{
	size_t lingered = 0;
	for (size_t i = 0; i < registry_count; i++) {
		printf("%s\n", registry_strategies[i]->name);
		fflush(stdout);
		lingered += linger_play(registry_strategies[i], false);
		lingered += linger_play(registry_strategies[i], true);
	}
	assert_true(lingered > 10);
}

/* Without the options too: whatever a strategy leaves out, the contract has a default for. */
static void test_each_strategy_has_limits_of_its_own(void **state)
{
	for (size_t i = 0; i < registry_count; i++) {
		struct still_worker s;
		const char *const none[] = {NULL};
		still_start(&s, registry_strategies[i], none);
		const struct executor *x = &s.worker->executor;
		assert_in_range(x->grace_ns, 1, TD_SECONDS(30));
		assert_in_range(x->idle_ns, 1, TD_SECONDS(5));
		assert_in_range(x->drain_bytes, 1, UINT64_C(256) << 20);
		still_stop(&s);
	}
}

/* Where the role limits a connection in all, no phase and no lingering extends that. */
static void lifetime_play(const char *says, void (*on_step)(int client), bool lingers)
{
	struct still_worker s;
	const char *const arguments[] = {"--grace", "1h", "--idle", "1h", NULL};
	still_start(&s, registry_strategies[0], arguments);
	struct connection_list *list = &s.worker->connections;
	s.role.lifetime_ns = LIMIT_NS;
	int client = client_open(&s, says, SMALL_BUFFER);
	assert_int_equal(list->lingering_count, lingers);
	still_pass(&s, LIMIT_NS - 2 * TICK_NS, on_step, client);
	assert_int_equal(list->count, 1);
	still_pass(&s, 4 * TICK_NS, on_step, client);
	assert_int_equal(list->count, 0);
	assert_int_equal(s.worker->executor.counts.timed_out, 1);
	close(client);
	still_stop(&s);
}

static void test_a_lifetime_ends_every_connection(void **state)
{
	lifetime_play("", NULL, false);
	lifetime_play("GET / HTTP/1.1\r\n" HOST, says_field, false);
	lifetime_play(POST, says_much, false);
	lifetime_play(POST_CHUNKED, says_chunk_bit, false);
	lifetime_play(GET_LARGE, reads_much, false);
	lifetime_play(GET_CLOSE, says_bit, true);
	lifetime_play(GET_CLOSE, NULL, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_phase_has_a_deadline),
		cmocka_unit_test(test_the_first_byte_does_not_extend_the_head),
		cmocka_unit_test(test_a_transfer_that_stops_times_out),
		cmocka_unit_test(test_a_drain_shortens_idle),
		cmocka_unit_test(test_each_strategy_lingers_within_limits),
		cmocka_unit_test(test_each_strategy_has_limits_of_its_own),
		cmocka_unit_test(test_a_lifetime_ends_every_connection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
