/* What a worker does with what its connections answer. The connections are the test's own: what
 * they answer is written in a script, and the calls that the worker makes are compared as text: a
 * letter a call. */
#include "bench/load/worker.h"
#include "common/clock.h"
#include "strategies/core/registry.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define CALLS_MAX 512
#define OLD_NS NS_PER_S
#define YOUNG_NS (1000 * NS_PER_S) /* as long as the test may take */

static struct {
	struct network network;
	struct builtin_loader_spec spec;
	struct load_span span;
	struct worker worker;
	/* S start, A ask, R ask again, L look, E event, X expired, F fail, B abandon */
	char calls[CALLS_MAX];
	size_t call_count;
	uint64_t at_ns[CALLS_MAX], intended_ns[CALLS_MAX]; /* by call; of starts */
	/* The script. */
	const char *starts;         /* an answer to each start: '.' goes on, 'r' refused */
	enum connection_status ask; /* the answer to every ask */
	bool awaits;                /* after ask: the response may have come */
	uint64_t age_ns;            /* of the request, when the worker first sees it */
	const char *looks;          /* an answer to each look: 'c' closed, '.' nothing came */
	bool broken_fd, mute, expires, stops;
	uint64_t serves;   /* by request: exchanges that a connection has; 0: it answers nothing */
	size_t stop_after; /* calls, the load is to end; 0: never */
	bool silent;       /* the server sends nothing of itself */
	int pwait2_errno;  /* epoll_pwait2(2) is refused so; 0: the kernel's own answer */
	unsigned pwait2_calls;
} t;

/* In the place of the C library's: an older kernel, or a container's filter. */
int epoll_pwait2(int fd, struct epoll_event *events, int most, const struct timespec *time,
	const sigset_t *mask)
{
	t.pwait2_calls++;
	errno = t.pwait2_errno;
	return errno ? -1 : (int)syscall(SYS_epoll_pwait2, fd, events, most, time, mask, _NSIG / 8);
}

static void note(char call)
{
	assert_true(t.call_count < CALLS_MAX - 1);
	t.at_ns[t.call_count] = clock_now_ns();
	t.calls[t.call_count++] = call;
	if (t.call_count == t.stop_after)
		t.span.stopped_ns = clock_now_ns();
}

static char scripted(const char **script)
{
	if (!*script || !**script)
		return '.';
	return *(*script)++;
}

static enum connection_status closed(struct connection *c)
{
	if (c->teardown.fd >= 0)
		close(c->teardown.fd);
	c->teardown.fd = -1;
	c->is_idle = false;
	c->teardown.state = EXECUTOR_ENDED;
	wheel_cancel(&t.worker.context.wheel, &c->teardown.timer);
	return CONNECTION_CLOSED;
}

enum connection_status connection_start(
	struct connection_context *context, struct connection *c, uint64_t intended_ns)
{
	note('S');
	t.intended_ns[t.call_count - 1] = intended_ns;
	assert_int_equal(c->teardown.state, EXECUTOR_ENDED);
	context->executor.now_ns = clock_now_ns();
	c->interest = 0;
	c->intended_ns = intended_ns;
	c->started_ns = context->executor.now_ns;
	if (scripted(&t.starts) == 'r')
		return CONNECTION_REFUSED;
	c->teardown.state = EXECUTOR_OPEN;
	c->teardown.fd = t.broken_fd ? -1 : eventfd(!t.silent, EFD_CLOEXEC);
	c->teardown.view.exchanges = 0;
	if (t.stops)
		t.span.stopped_ns = clock_now_ns() - 100 * NS_PER_S;
	return CONNECTION_GOES_ON;
}

/* The response is there at once: the connection is idle, or over. */
static enum connection_status answered(struct connection_context *context, struct connection *c)
{
	c->is_idle = ++c->teardown.view.exchanges < t.serves && !context->hurrying;
	return c->is_idle ? CONNECTION_GOES_ON : closed(c);
}

enum connection_status connection_ask(struct connection_context *context, struct connection *c)
{
	static const struct loader_request request;
	note('A');
	c->exchange.request = &request;
	c->connected = t.awaits;
	c->exchange.begun_ns = clock_now_ns() + YOUNG_NS - t.age_ns;
	if (t.expires)
		wheel_arm(&context->wheel, &c->teardown.timer, clock_now_ns());
	if (t.serves > 0)
		return answered(context, c);
	return t.ask == CONNECTION_CLOSED ? closed(c) : t.ask;
}

enum connection_status connection_ask_again(
	struct connection_context *context, struct connection *c, uint64_t intended_ns)
{
	note('R');
	assert_true(c->is_idle);
	t.intended_ns[t.call_count - 1] = c->intended_ns = intended_ns;
	c->exchange.begun_ns = clock_now_ns();
	return answered(context, c);
}

enum connection_status connection_event(
	struct connection_context *context, struct connection *c, uint32_t events)
{
	note('E');
	assert_int_equal(events, EPOLLIN);
	return closed(c);
}

enum connection_status connection_look(
	struct connection_context *context, struct connection *c, bool *came)
{
	note('L');
	*came = scripted(&t.looks) == 'c';
	return *came ? closed(c) : CONNECTION_GOES_ON;
}

uint32_t connection_interest(const struct connection *c)
{
	return t.mute || t.expires ? 0 : EPOLLIN;
}

enum connection_status connection_expired(struct connection_context *context, struct connection *c)
{
	note('X');
	return closed(c);
}

void connection_fail(struct connection_context *context, struct connection *c, int error)
{
	note('F');
	closed(c);
}

void connection_abandon(struct connection_context *context, struct connection *c)
{
	note('B');
	closed(c);
}

static int set_up(void **state)
{
	struct error error;
	memset(&t, 0, sizeof(t));
	t.network.client_addresses = 1;
	t.spec = (struct builtin_loader_spec){.network = &t.network,
		.strategy = registry_resolve("server-close", &error),
		.connections = 1,
		.threads = 1,
		.connect_batch = 1,
		.requests_per_connection = 1,
		.timeout_ns = NS_PER_S};
	t.age_ns = YOUNG_NS + OLD_NS;
	t.ask = CONNECTION_GOES_ON;
	return 0;
}

/* `total` connections, at most `connections` at once. */
static void run(uint64_t total, uint32_t connections)
{
	struct error error;
	t.spec.total = total;
	t.spec.connections = connections;
	assert_int_equal(worker_init(&t.worker, &t.spec, &t.span, 0, &error), 0);
	t.span.started_ns = clock_now_ns();
	schedule_begin(&t.worker.schedule, t.span.started_ns);
	worker_run(&t.worker);
	assert_int_equal(t.worker.pool.busy, 0);
	worker_finish(&t.worker);
}

static void a_batch_connects_and_then_sends(void **state)
{
	t.ask = CONNECTION_CLOSED;
	t.spec.connect_batch = 4;
	run(6, 4);
	assert_string_equal(t.calls, "SSSSAAAASSAA");
}

static void what_does_not_fill_a_batch_is_sent_before_the_lane_sleeps(void **state)
{
	t.spec.connect_batch = 16;
	run(3, 3);
	assert_string_equal(t.calls, "SSSAAAEEE");
}

static void an_open_loop_sends_at_once(void **state)
{
	t.ask = CONNECTION_CLOSED;
	t.spec.connect_batch = 4;
	t.spec.arrivals = ARRIVALS_FIXED;
	t.spec.rate_per_s = 1000000;
	run(3, 3);
	assert_string_equal(t.calls, "SASASA");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(t.intended_ns[2 * i], t.span.started_ns + i * 1000);
}

static void by_request(uint64_t rate_per_s)
{
	t.spec.arrivals = ARRIVALS_FIXED;
	t.spec.rate_per_s = rate_per_s;
	t.spec.by_request = true;
	run(0, 3);
}

/* At the end what is idle is asked once more, at no instant of the schedule. */
static void a_request_goes_out_on_an_idle_connection(void **state)
{
	t.silent = true;
	t.serves = 3;
	t.stop_after = 6;
	by_request(1000000);
	assert_string_equal(t.calls, "SARRSAR");
	assert_int_equal(t.intended_ns[2], t.span.started_ns + 1000);
	assert_int_equal(t.intended_ns[3], t.span.started_ns + 2000);
	assert_int_equal(t.intended_ns[4], t.span.started_ns + 3000);
	assert_int_equal(t.intended_ns[6], 0);
}

static void what_the_server_ends_while_idle_is_not_asked_again(void **state)
{
	t.serves = 3;
	t.stop_after = 3;
	by_request(1); /* the next one is due in a second */
	assert_string_equal(t.calls, "SAE");
}

static void those_that_have_a_port_do_not_wait_for_those_that_have_none(void **state)
{
	t.ask = CONNECTION_CLOSED;
	t.starts = "..r";
	t.spec.connect_batch = 4;
	run(5, 4);
	assert_memory_equal(t.calls, "SSSAAS", 6);
}

static void a_refused_one_backs_off_and_tries_again(void **state)
{
	static const uint64_t pauses_ms[] = {10, 20, 40, 80, 80};
	t.ask = CONNECTION_CLOSED;
	t.starts = "rrrrr";
	run(6, 1);
	assert_string_equal(t.calls, "SSSSSSA");
	for (size_t i = 0; i < 5; i++)
		assert_true(t.at_ns[i + 1] - t.at_ns[i] >= pauses_ms[i] * NS_PER_MS);
}

static void an_answer_that_is_there_costs_no_registration(void **state)
{
	t.awaits = true;
	t.looks = "cc";
	run(2, 2);
	assert_string_equal(t.calls, "SASALL");
}

static void after_a_look_too_early_some_are_registered_at_once(void **state)
{
	t.awaits = true;
	t.looks = ".c";
	run(34, 1);
	assert_memory_equal(t.calls, "SALESAESAE", 10);
	assert_string_equal(t.calls + 4 + 32 * 3, "SAL");
}

static void a_lane_with_time_registers_at_once(void **state)
{
	t.awaits = true;
	t.age_ns = 0;
	run(3, 3);
	assert_string_equal(t.calls, "SASASAEEE");
}

static void epoll_has_its_turn(void **state)
{
	char answers[101];
	memset(answers, 'c', 100);
	answers[100] = '\0';
	t.awaits = true;
	t.looks = answers;
	run(101, 100);
	/* The start of the last one falls between two turns of 64 looks at most. */
	const char *first = strchr(t.calls, 'L'), *again = strchr(first, 'S');
	assert_int_equal(again - first, 64);
}

static long sleeps(void)
{
	struct rusage usage;
	assert_int_equal(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_nvcsw;
}

/* Linux before 5.11, and a container's filter. */
static void a_worker_without_epoll_pwait2_is_told_and_sleeps(void **state)
{
	static const int errors[] = {ENOSYS, EPERM};
	for (size_t i = 0; i < 2; i++) {
		set_up(state);
		t.pwait2_errno = errors[i];
		run(3, 3);
		assert_string_equal(t.calls, "SASASAEEE");
		set_up(state);
		t.pwait2_errno = errors[i];
		t.ask = CONNECTION_CLOSED;
		t.starts = "rrrr";
		/* 150 ms of back-off: a worker that does not sleep waits for nothing else. */
		long before = sleeps();
		run(5, 1);
		assert_string_equal(t.calls, "SSSSSA");
		assert_true(sleeps() - before >= 4);
		assert_int_equal(t.pwait2_calls, 1);
	}
}

static void an_interrupted_wait_is_not_taken_for_a_missing_one(void **state)
{
	t.pwait2_errno = EINTR;
	t.ask = CONNECTION_CLOSED;
	t.starts = "r";
	run(2, 1);
	assert_string_equal(t.calls, "SSA");
	assert_true(t.pwait2_calls > 1);
}

static void a_deadline_ends_one(void **state)
{
	t.expires = true;
	run(1, 1);
	assert_string_equal(t.calls, "SAX");
}

static void one_that_cannot_be_registered_fails(void **state)
{
	t.broken_fd = true;
	run(2, 1);
	assert_string_equal(t.calls, "SAFSAF");
}

static void what_is_under_way_long_after_the_end_is_closed(void **state)
{
	t.stops = t.mute = true;
	run(9, 2);
	/* The first start stops the load: no other begins, and this one is not asked any more. */
	assert_string_equal(t.calls, "SB");
}

static void shares_of_the_lanes(void **state)
{
	static const uint64_t quotas[] = {4, 3, 3}, counts[] = {3, 2, 2};
	struct error error;
	t.spec.threads = 3;
	t.spec.total = 10;
	t.spec.connections = 7;
	for (uint32_t i = 0; i < 3; i++) {
		memset(&t.worker, 0, sizeof(t.worker));
		assert_int_equal(worker_init(&t.worker, &t.spec, &t.span, i, &error), 0);
		assert_int_equal(t.worker.quota, quotas[i]);
		assert_int_equal(t.worker.pool.count, counts[i]);
		worker_finish(&t.worker);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_batch_connects_and_then_sends, set_up),
		cmocka_unit_test_setup(
			what_does_not_fill_a_batch_is_sent_before_the_lane_sleeps, set_up),
		cmocka_unit_test_setup(an_open_loop_sends_at_once, set_up),
		cmocka_unit_test_setup(a_request_goes_out_on_an_idle_connection, set_up),
		cmocka_unit_test_setup(what_the_server_ends_while_idle_is_not_asked_again, set_up),
		cmocka_unit_test_setup(
			those_that_have_a_port_do_not_wait_for_those_that_have_none, set_up),
		cmocka_unit_test_setup(a_refused_one_backs_off_and_tries_again, set_up),
		cmocka_unit_test_setup(an_answer_that_is_there_costs_no_registration, set_up),
		cmocka_unit_test_setup(after_a_look_too_early_some_are_registered_at_once, set_up),
		cmocka_unit_test_setup(a_lane_with_time_registers_at_once, set_up),
		cmocka_unit_test_setup(epoll_has_its_turn, set_up),
		cmocka_unit_test_setup(a_worker_without_epoll_pwait2_is_told_and_sleeps, set_up),
		cmocka_unit_test_setup(an_interrupted_wait_is_not_taken_for_a_missing_one, set_up),
		cmocka_unit_test_setup(a_deadline_ends_one, set_up),
		cmocka_unit_test_setup(one_that_cannot_be_registered_fails, set_up),
		cmocka_unit_test_setup(what_is_under_way_long_after_the_end_is_closed, set_up),
		cmocka_unit_test_setup(shares_of_the_lanes, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
