/* Rules of the wire, in both families, held against what arrived, in which order, and against the
 * books. */
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/wire/line.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* What a test asks the wire's thread for. */
struct asked {
	struct rule rule;
	int number;
	uint64_t count, wanted;
	struct tcp_header header;
	enum frame_fate fate;
	unsigned from;
	struct frame_tcp found;
};

static bool add(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->number = rules_add(&relay->rules, &asked->rule);
	return true;
}

static unsigned rule_put(const struct line *line, struct rule rule)
{
	struct asked asked = {.rule = rule};
	wire_call(line->wire, add, &asked, UINT64_MAX);
	assert_true(asked.number >= 0);
	return (unsigned)asked.number;
}

static bool retire(struct relay *relay, void *argument)
{
	rules_retire(&relay->rules, *(unsigned *)argument);
	return true;
}

static bool release(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->count = relay_release(relay, (unsigned)asked->number, asked->wanted);
	return true;
}

static uint64_t released(const struct line *line, unsigned rule, uint64_t most)
{
	struct asked asked = {.number = (int)rule, .wanted = most};
	wire_call(line->wire, release, &asked, UINT64_MAX);
	return asked.count;
}

static bool holds_enough(struct relay *relay, void *argument)
{
	const struct asked *asked = argument;
	return relay->rules.states[asked->number].held >= asked->wanted;
}

static bool is_held(const struct line *line, unsigned rule, uint64_t count, uint64_t wait_ns)
{
	struct asked asked = {.number = (int)rule, .wanted = count};
	return wire_call(line->wire, holds_enough, &asked, clock_now_ns() + wait_ns);
}

/* The last segment with that fate, of that end. */
static bool sight_find(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	for (size_t i = relay->record.count; i-- > 0;) {
		struct frame_sight *sight = &relay->record.sights[i];
		if (sight->from == asked->from && sight->fate == asked->fate)
			return frame_tcp_find(
				(struct iovec){sight->bytes, sight->length}, &asked->found);
	}
	return false;
}

static struct tcp_header seen(const struct line *line, unsigned from, enum frame_fate fate)
{
	struct asked asked = {.from = from, .fate = fate};
	assert_true(
		wire_call(line->wire, sight_find, &asked, clock_now_ns() + GIVE_UP_S * NS_PER_S));
	return asked.found.header;
}

static void assert_reads(int fd, const char *text)
{
	char got[64] = "";
	assert_int_equal(recv(fd, got, strlen(text), MSG_WAITALL), strlen(text));
	assert_string_equal(got, text);
}

static void assert_nothing_to_read(int fd)
{
	char byte;
	assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void send_text(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void finish(struct line *line, const int pair[2])
{
	struct wire_report report = wire_look(line->wire);
	assert_books_balance(&report);
	assert_int_equal(relay_own_losses(report.counts), 0);
	close(pair[0]);
	close(pair[1]);
	line_clear(line);
}

/* All of one direction waits until it is let through, one after the other, and the other direction
 * goes on. */
static void a_gate_holds_one_direction(void **state)
{
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	unsigned gate = rule_put(&line, (struct rule){RULE_HOLD, RELAY_CLIENT});
	send_text(pair[0], "one");
	assert_true(is_held(&line, gate, 1, GIVE_UP_S * NS_PER_S));
	send_text(pair[0], "two");
	assert_true(is_held(&line, gate, 2, GIVE_UP_S * NS_PER_S));
	assert_nothing_to_read(pair[1]);
	send_text(pair[1], "down");
	assert_reads(pair[0], "down");
	struct wire_report report = wire_look(line.wire);
	assert_books_balance(&report);
	assert_true(report.counts[RELAY_CLIENT].held >= 2);
	assert_int_equal(report.counts[RELAY_SERVER].held, 0);
	assert_int_equal(released(&line, gate, 1), 1);
	assert_reads(pair[1], "one");
	assert_nothing_to_read(pair[1]);
	assert_true(released(&line, gate, UINT64_MAX) >= 1);
	assert_reads(pair[1], "two");
	send_text(pair[0], "three");
	assert_true(is_held(&line, gate, 1, GIVE_UP_S * NS_PER_S));
	wire_call(line.wire, retire, &gate, UINT64_MAX);
	assert_true(released(&line, gate, UINT64_MAX) >= 1);
	assert_reads(pair[1], "three");
	send_text(pair[0], "four");
	assert_reads(pair[1], "four");
	finish(&line, pair);
}

/* "Wait until so many are held" ends at its deadline. */
static void a_wait_has_a_deadline(void **state)
{
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	unsigned gate = rule_put(&line, (struct rule){RULE_HOLD, RELAY_CLIENT});
	assert_false(is_held(&line, gate, 1, 20 * NS_PER_MS));
	send_text(pair[0], "one");
	assert_true(is_held(&line, gate, 1, GIVE_UP_S * NS_PER_S));
	released(&line, gate, UINT64_MAX);
	finish(&line, pair);
}

/* The second segment with data is dropped, and none without; TCP sends it again. */
static void the_nth_match_is_dropped(void **state)
{
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	rule_put(&line, (struct rule){.action = RULE_DROP,
				.from = RELAY_CLIENT,
				.payload = PAYLOAD_SOME,
				.nth = 2});
	send_text(pair[0], "one");
	assert_reads(pair[1], "one");
	send_text(pair[0], "two!!");
	assert_reads(pair[1], "two!!");
	assert_int_equal(seen(&line, RELAY_CLIENT, FATE_DROPPED).payload, 5);
	struct wire_report report = wire_look(line.wire);
	assert_int_equal(report.counts[RELAY_CLIENT].dropped, 1);
	assert_int_equal(report.counts[RELAY_SERVER].dropped, 0);
	finish(&line, pair);
}

/* Flags that must be there, and flags that must not. */
static void a_rule_tells_flags_apart(void **state)
{
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	unsigned fins = rule_put(
		&line, (struct rule){.action = RULE_HOLD, .from = RELAY_CLIENT, .flags = TCP_FIN});
	unsigned others = rule_put(&line, (struct rule){.action = RULE_COPY,
						  .from = RELAY_CLIENT,
						  .not_flags = TCP_FIN,
						  .payload = PAYLOAD_SOME,
						  .nth = 1});
	send_text(pair[0], "data");
	assert_reads(pair[1], "data");
	assert_true(is_held(&line, others, 1, GIVE_UP_S * NS_PER_S));
	assert_int_equal(shutdown(pair[0], SHUT_WR), 0);
	assert_true(is_held(&line, fins, 1, GIVE_UP_S * NS_PER_S));
	assert_nothing_to_read(pair[1]);
	assert_true(seen(&line, RELAY_CLIENT, FATE_HELD).flags & TCP_FIN);
	/* The copy is old: its bytes were read before. */
	assert_int_equal(released(&line, others, UINT64_MAX), 1);
	assert_true(released(&line, fins, UINT64_MAX) >= 1);
	char byte;
	assert_int_equal(recv(pair[1], &byte, 1, 0), 0);
	finish(&line, pair);
}

static bool inject(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->count = relay_inject(relay, (unsigned)asked->number, &asked->header);
	return true;
}

/* A RST that nobody sent, at exactly the number that is expected next (RFC 5961, 3.2). */
static void a_segment_is_injected(void **state)
{
	struct line line;
	int pair[2];
	char byte;
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	unsigned copy = rule_put(&line,
		(struct rule){.action = RULE_COPY, .from = RELAY_CLIENT, .payload = PAYLOAD_SOME});
	send_text(pair[0], "data");
	assert_reads(pair[1], "data");
	struct tcp_header rst = seen(&line, RELAY_CLIENT, FATE_COPIED);
	rst.seq += rst.payload;
	rst.flags = TCP_RST;
	struct asked asked = {.number = (int)copy, .header = rst};
	wire_call(line.wire, inject, &asked, UINT64_MAX);
	assert_int_equal(asked.count, 1);
	assert_int_equal(recv(pair[1], &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	struct wire_report report = wire_look(line.wire);
	assert_int_equal(report.counts[RELAY_CLIENT].injected, 1);
	assert_int_equal(report.counts[RELAY_CLIENT].copied, 1);
	finish(&line, pair);
}

/* A timestamp that is a minute older is refused (RFC 7323, 5.3), with a checksum that is right: the
 * kernel counts it as such, and answers with an ACK. */
static void a_timestamp_is_changed(void **state)
{
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	connect_pair(&line, pair);
	unsigned shift = rule_put(&line, (struct rule){.action = RULE_SHIFT,
						 .from = RELAY_CLIENT,
						 .payload = PAYLOAD_SOME,
						 .shift = -60000});
	send_text(pair[0], "data");
	assert_int_equal(seen(&line, RELAY_CLIENT, FATE_SHIFTED).payload, 4);
	/* Its answer: without it the segment had a wrong checksum. */
	struct tcp_header answer = seen(&line, RELAY_SERVER, FATE_PASSED);
	while (answer.flags & TCP_SYN)
		answer = seen(&line, RELAY_SERVER, FATE_PASSED);
	assert_int_equal(answer.ack, seen(&line, RELAY_CLIENT, FATE_SHIFTED).seq);
	assert_nothing_to_read(pair[1]);
	wire_call(line.wire, retire, &shift, UINT64_MAX);
	assert_reads(pair[1], "data");
	finish(&line, pair);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	static int families[] = {AF_INET, AF_INET6};
	int failed = 0;
	for (size_t i = 0; i < 2; i++) {
		const struct CMUnitTest tests[] = {
			cmocka_unit_test_prestate(a_gate_holds_one_direction, &families[i]),
			cmocka_unit_test_prestate(a_wait_has_a_deadline, &families[i]),
			cmocka_unit_test_prestate(the_nth_match_is_dropped, &families[i]),
			cmocka_unit_test_prestate(a_rule_tells_flags_apart, &families[i]),
			cmocka_unit_test_prestate(a_segment_is_injected, &families[i]),
			cmocka_unit_test_prestate(a_timestamp_is_changed, &families[i]),
		};
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
