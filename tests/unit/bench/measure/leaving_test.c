/* Clients that leave before they are answered, and what looks like it, as tables of segments. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8 };

#define MS UINT64_C(1000000)
/* The client's SYN has 1000, the server's 5000; the request has 100 bytes, the response 400. */
#define C_ISN 1000
#define C_DATA 1101 /* behind the request */
#define S_ISN 5000
#define S_DATA 5401 /* behind the response */
#define ROWS_MAX 6

struct row {
	enum td_who from;
	int flags;
	uint32_t seq, ack;
	uint64_t at_ms;
};

#define BEGUN                                                                                      \
	{TD_CLIENT, SYN, C_ISN, 0, 10},                                                            \
	{                                                                                          \
		TD_SERVER, SYN | ACK, S_ISN, C_ISN + 1, 11                                         \
	}
/* Where the client has no byte of a response. */
#define CLIENT_LEAVES                                                                              \
	{                                                                                          \
		TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 60                                        \
	}

static const struct scenario {
	const char *name;
	uint64_t unasked, unanswered, left, answered_late;
	struct row rows[ROWS_MAX];
} scenarios[] = {
	{"the response comes too late", 0, 1, 1, 1,
		{BEGUN, CLIENT_LEAVES, {TD_CLIENT, RST, C_DATA + 1, 0, 200}}},
	{"the server closes without one", 0, 1, 1, 0,
		{BEGUN, CLIENT_LEAVES, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA + 1, 61}}},
	{"the client resets", 0, 1, 1, 0, {BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 1, 60}}},
	{"the client resets behind its FIN", 0, 1, 1, 0,
		{BEGUN, CLIENT_LEAVES, {TD_CLIENT, RST | ACK, C_DATA + 1, S_ISN + 1, 200}}},
	{"a byte has come", 0, 0, 0, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60},
			{TD_CLIENT, RST, C_DATA + 1, 0, 200}}},
	{"a byte has come before the RST", 0, 0, 0, 0,
		{BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 2, 60}}},
	{"it half closes, and reads on", 0, 0, 0, 0,
		{BEGUN, CLIENT_LEAVES, {TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1, 200}}},
	{"it half closes, and resets with a part unread", 0, 0, 0, 0,
		{BEGUN, CLIENT_LEAVES, {TD_CLIENT, RST | ACK, C_DATA + 1, S_DATA, 200}}},
	{"it half closes, and nothing more is seen", 0, 0, 0, 0, {BEGUN, CLIENT_LEAVES}},
	{"all is well", 0, 0, 0, 0,
		{BEGUN, {TD_SERVER, FIN | ACK, S_DATA, C_DATA, 30},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1, 60}}},
	{"the server closes first, without a byte", 0, 1, 0, 0,
		{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
			{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
	{"the server resets first, without a byte", 0, 1, 0, 0,
		{BEGUN, {TD_SERVER, RST | ACK, S_ISN + 1, C_DATA, 30}}},
	{"the server resets behind a byte", 0, 0, 0, 0,
		{BEGUN, {TD_SERVER, RST | ACK, S_ISN + 2, C_DATA, 30}}},
	{"nothing was asked", 1, 1, 0, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_ISN + 1, S_ISN + 1, 60},
			{TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 2, 61}}},
	{"a probe", 1, 1, 0, 0, {BEGUN, {TD_CLIENT, RST | ACK, C_ISN + 1, S_ISN + 1, 60}}},
	{"the server speaks first", 1, 0, 0, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_ISN + 1, S_DATA, 60},
			{TD_SERVER, FIN | ACK, S_DATA, C_ISN + 2, 61}}},
	{"no SYN-ACK was seen", 0, 0, 0, 0,
		{{TD_CLIENT, SYN, C_ISN, 0, 10}, CLIENT_LEAVES,
			{TD_CLIENT, RST, C_DATA + 1, 0, 200}}},
};

static void row_see(struct first_closer *judge, const struct row *row, uint16_t port)
{
	const struct first_closer_segment segment = {
		.at_ns = row->at_ms * MS,
		.from = row->from,
		.client_address = {0x020012c6},
		.client_port = port,
		.seq = row->seq,
		.ack = row->ack,
		.syn = row->flags & SYN,
		.fin = row->flags & FIN,
		.rst = row->flags & RST,
		.has_ack = row->flags & ACK,
	};
	first_closer_see(judge, &segment);
}

/* The rows' connection, and the SYN of a later one, which never ends. */
static struct leaving_counts judge(const struct row *rows, uint64_t later_syn_ms)
{
	const struct row later = {TD_CLIENT, SYN, C_ISN, 0, later_syn_ms};
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (size_t i = 0; i < ROWS_MAX && rows[i].from != TD_NONE; i++)
		row_see(judge, &rows[i], 32768);
	row_see(judge, &later, 32770);
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	return counts.leaving;
}

static void scenarios_are_told_apart(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct leaving_counts found = judge(s->rows, 1000);
		if (found.unasked != s->unasked || found.unanswered != s->unanswered ||
			found.left != s->left || found.answered_late != s->answered_late)
			fail_msg("%s: unasked %d, unanswered %d, left %d, answered late %d",
				s->name, (int)found.unasked, (int)found.unanswered, (int)found.left,
				(int)found.answered_late);
		assert_int_equal(found.went_on, s->left);
	}
}

/* The server says nothing at all: how long the client waited for it. */
static void a_silent_server_is_timed(void **state)
{
	static const struct {
		uint64_t silent;
		struct row rows[ROWS_MAX];
	} cases[] = {
		{1, {BEGUN, CLIENT_LEAVES}},
		{1, {BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 1, 60}}},
		{1, {BEGUN, CLIENT_LEAVES, {TD_CLIENT, RST, C_DATA + 1, 0, 200}}},
		{1, {BEGUN, CLIENT_LEAVES, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA + 1, 61}}},
		{0, {BEGUN, CLIENT_LEAVES, {TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1, 61}}},
		{0, {BEGUN, CLIENT_LEAVES, {TD_SERVER, RST | ACK, S_DATA, C_DATA + 1, 61}}},
		{0, {BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
			    {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
		{0, {BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
		{0, {BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 2, 60}}},
		{0, {BEGUN, {TD_CLIENT, FIN | ACK, C_ISN + 1, S_ISN + 1, 60}}},
		{0, {BEGUN}},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct leaving_counts found = judge(cases[i].rows, 1000);
		print_message("%d\n", (int)i);
		assert_int_equal(found.silent.count, cases[i].silent);
		assert_int_equal(found.silent.most_ns, cases[i].silent * 50 * MS);
	}
}

/* The client closes first, with all of the response; with less; and behind the server. */
static void a_server_waits_for_the_client(void **state)
{
	static const struct row waits[ROWS_MAX] = {BEGUN,
		{TD_CLIENT, FIN | ACK, C_DATA, S_DATA, 60},
		{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1, 61}};
	static const struct row sends_more[ROWS_MAX] = {BEGUN,
		{TD_CLIENT, FIN | ACK, C_DATA, S_DATA, 60},
		{TD_SERVER, FIN | ACK, S_DATA + 1, C_DATA + 1, 61}};
	static const struct row crosses[ROWS_MAX] = {BEGUN,
		{TD_CLIENT, FIN | ACK, C_DATA, S_DATA, 60},
		{TD_SERVER, FIN | ACK, S_DATA, C_DATA, 60}};
	static const struct row empty[ROWS_MAX] = {BEGUN,
		{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 60},
		{TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA + 1, 61}};
	assert_int_equal(judge(waits, 1000).server_waited, 1);
	assert_int_equal(judge(waits, 1000).waited_until_ns, 60 * MS);
	assert_int_equal(judge(sends_more, 1000).server_waited, 0);
	assert_int_equal(judge(sends_more, 1000).waited_until_ns, 0);
	assert_int_equal(judge(crosses, 1000).server_waited, 0);
	assert_int_equal(judge(empty, 1000).server_waited, 0);
}

/* The server's FIN at 30 ms, and what the client does at 60 ms or before. */
static void a_server_closes_without_an_answer(void **state)
{
	static const struct {
		const char *name;
		uint64_t closed;
		struct row rows[ROWS_MAX];
	} endings[] = {
		{"it had the request", 1,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
				{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
		{"the client resets", 1,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
				{TD_CLIENT, RST | ACK, C_DATA, S_ISN + 2, 60}}},
		{"the client's FIN crosses it", 1,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
				{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 31}}},
		{"it had nothing", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
		{"it had sent a byte", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 2, C_DATA, 30},
				{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 3, 60}}},
		{"it resets, too", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
				{TD_SERVER, RST | ACK, S_ISN + 2, C_DATA, 31}}},
		{"the client had closed", 0,
			{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 20},
				{TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA + 1, 30}}},
		{"the client had reset", 0,
			{BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 1, 20},
				{TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30}}},
	};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct leaving_counts found = judge(endings[i].rows, 1000);
		print_message("%s\n", endings[i].name);
		assert_int_equal(found.closed_unanswered, endings[i].closed);
		assert_int_equal(found.closed_first_ns, endings[i].closed * 30 * MS);
	}
}

/* The server's FIN at 30 ms; the request comes behind it, or never. */
static void a_server_closes_before_a_request(void **state)
{
	static const struct {
		const char *name;
		uint64_t closed;
		struct row rows[ROWS_MAX];
	} endings[] = {
		{"a RST answers the request", 1,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_SERVER, RST, S_ISN + 1, 0, 31}}},
		{"the client closes, and had asked", 1,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 2, 60}}},
		{"and had not", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_CLIENT, FIN | ACK, C_ISN + 1, S_ISN + 2, 60}}},
		{"it had the request", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_DATA, 30},
				{TD_SERVER, RST, S_ISN + 2, 0, 31}}},
		{"it had sent a byte", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 2, C_ISN + 1, 30},
				{TD_SERVER, RST, S_ISN + 2, 0, 31}}},
		{"its own RST", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_SERVER, RST | ACK, S_ISN + 2, C_DATA, 31}}},
		{"the client resets", 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30},
				{TD_CLIENT, RST | ACK, C_ISN + 1, S_ISN + 2, 31}}},
		{"the client had closed", 0,
			{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 20},
				{TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 30}}},
	};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct leaving_counts found = judge(endings[i].rows, 1000);
		print_message("%s\n", endings[i].name);
		assert_int_equal(found.closed_unasked, endings[i].closed);
		assert_int_equal(found.unasked_first_ns, endings[i].closed * 30 * MS);
	}
}

/* The server's RST at 30 ms, and what the client had sent by then. */
static void a_server_resets_before_an_answer(void **state)
{
	static const struct {
		const char *name;
		uint64_t reset, asked;
		struct row rows[ROWS_MAX];
	} endings[] = {
		{"it had the request", 1, 1,
			{BEGUN, {TD_SERVER, RST | ACK, S_ISN + 1, C_DATA, 30}}},
		{"it had nothing", 1, 0, {BEGUN, {TD_SERVER, RST | ACK, S_ISN + 1, C_ISN + 1, 30}}},
		{"the client's FIN crosses it", 1, 1,
			{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 29},
				{TD_SERVER, RST | ACK, S_ISN + 1, C_DATA, 30}}},
		{"it had sent a byte", 0, 0,
			{BEGUN, {TD_SERVER, RST | ACK, S_ISN + 2, C_DATA, 30}}},
		{"it had closed before", 0, 0,
			{BEGUN, {TD_SERVER, FIN | ACK, S_ISN + 1, C_ISN + 1, 29},
				{TD_SERVER, RST | ACK, S_ISN + 2, C_DATA, 30}}},
		{"its kernel answers", 0, 0, {BEGUN, {TD_SERVER, RST, S_ISN + 1, 0, 30}}},
		{"the client had closed", 0, 0,
			{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_ISN + 1, 20},
				{TD_SERVER, RST | ACK, S_ISN + 1, C_DATA + 1, 30}}},
		{"the client had reset", 0, 0,
			{BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_ISN + 1, 20},
				{TD_SERVER, RST | ACK, S_ISN + 1, C_DATA, 30}}},
	};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct leaving_counts found = judge(endings[i].rows, 1000);
		print_message("%s\n", endings[i].name);
		assert_int_equal(found.reset_unanswered, endings[i].reset);
		assert_int_equal(found.reset_asked, endings[i].asked);
		assert_int_equal(found.reset_first_ns, endings[i].reset * 30 * MS);
	}
}

static void times_are_told(void **state)
{
	struct leaving_counts found = judge(scenarios[0].rows, 1000);
	assert_int_equal(found.first_ns, 60 * MS);
	assert_int_equal(found.open.most_ns, 50 * MS);
	assert_int_equal(found.late.most_ns, 140 * MS);
}

/* It left at 60 ms. */
static void a_client_that_ends_leaves_what_is_open(void **state)
{
	assert_int_equal(judge(scenarios[0].rows, 160).went_on, 1);
	struct leaving_counts found = judge(scenarios[0].rows, 159);
	assert_int_equal(found.went_on, 0);
	assert_int_equal(found.left, 1);
	assert_int_equal(found.answered_late, 1);
	assert_int_equal(found.first_ns, 0);
	assert_int_equal(found.open.count, 0);
	assert_int_equal(found.late.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenarios_are_told_apart),
		cmocka_unit_test(a_silent_server_is_timed),
		cmocka_unit_test(a_server_waits_for_the_client),
		cmocka_unit_test(a_server_closes_without_an_answer),
		cmocka_unit_test(a_server_closes_before_a_request),
		cmocka_unit_test(a_server_resets_before_an_answer),
		cmocka_unit_test(times_are_told),
		cmocka_unit_test(a_client_that_ends_leaves_what_is_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
