/* Who closed first, as tables of segments. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8 };

/* Sequence numbers as the client and the server would have them: the client's SYN has 1000, the
 * server's 5000; the request has 100 bytes, the response 400. */
#define C_ISN 1000
#define C_DATA 1101 /* behind the request */
#define S_DATA 5401 /* behind the response */

struct row {
	enum td_who from;
	int flags;
	uint32_t seq, ack, payload;
};

#define ROWS_MAX 10

static const struct scenario {
	const char *name;
	struct first_closer_counts expected;
	struct row rows[ROWS_MAX];
} scenarios[] = {
	{"the server, then the client", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, 5000, C_ISN + 1},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"the client, then the server", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}}},
	{"the same, seen in the wrong order", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"the FINs cross", {.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"the FIN rides on the response", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA - 400, C_DATA, 400},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"the response's last bytes are acknowledged, not its FIN", {.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA - 400, C_DATA, 400},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"a FIN that is sent again is one", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"crossed FINs, one sent again with the newer acknowledgement",
		{.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}}},
	{"the same, the one sent again is seen before", {.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"one FIN and silence", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA}}},
	{"RST of the server alone", {.connections = 1, .server = 1, .by_reset = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, S_DATA, C_DATA}}},
	{"RST of the client alone, without ACK", {.connections = 1, .client = 1, .by_reset = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, RST, C_DATA, 0}}},
	{"RST against RST: the first", {.connections = 1, .client = 1, .by_reset = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, RST | ACK, C_DATA, S_DATA},
			{TD_SERVER, RST, S_DATA, 0}}},
	{"FIN, then RST of the same end", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_SERVER, RST, S_DATA + 1, 0}}},
	{"a RST answers the FIN", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, RST | ACK, S_DATA, C_DATA + 1}}},
	{"a RST without ACK answers the FIN", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, RST, S_DATA, 0}}},
	{"a RST that had not seen the FIN", {.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, RST | ACK, S_DATA, C_DATA}}},
	{"a FIN that had not seen the RST", {.connections = 1, .both = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"a RST after both FINs changes nothing", {.connections = 1, .server = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1},
			{TD_CLIENT, RST, C_DATA + 1, 0}}},
	{"begun, not ended", {.undecided = 1}, {{TD_CLIENT, SYN, C_ISN}}},
	{"ended, not seen to begin", {.connections = 0},
		{{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"a refused SYN is no connection", {.connections = 0, .refused = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, 0, C_ISN + 1}}},
	{"a refused SYN, sent again with success", {.connections = 1, .server = 1, .refused = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, 0, C_ISN + 1},
			{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"a refusal is seen before its SYN", {.connections = 0, .refused = 1},
		{{TD_SERVER, RST | ACK, 0, C_ISN + 1}, {TD_CLIENT, SYN, C_ISN}}},
	{"the same, of a port that is used again", {.connections = 1, .server = 1, .refused = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1},
			{TD_SERVER, RST | ACK, 0, 900001}, {TD_CLIENT, SYN, 900000}}},
	{"the refusal before it was of another SYN", {.undecided = 1},
		{{TD_SERVER, RST | ACK, 0, C_ISN + 2}, {TD_CLIENT, SYN, C_ISN}}},
	{"a RST answers the ACK of a handshake", {.connections = 1, .server = 1, .by_reset = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, 5000, C_ISN + 1},
			{TD_SERVER, RST, 5001, 0}}},
	{"the port is used again", {.connections = 2, .server = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}, {TD_CLIENT, SYN, 900000},
			{TD_CLIENT, FIN | ACK, 900101, 700000},
			{TD_SERVER, FIN | ACK, 700000, 900102}}},
	{"a segment of the connection before is overlooked",
		{.connections = 2, .server = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, SYN, 900000}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, RST, C_DATA, 0}, {TD_CLIENT, FIN | ACK, 900101, 700000},
			{TD_SERVER, FIN | ACK, 700000, 900102}}},
	{"the SYN meets a rest of the connection before, which a RST clears",
		{.connections = 2, .server = 1, .client = 1, .met_old = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, SYN, 500}, {TD_CLIENT, RST, C_DATA, 0}, {TD_CLIENT, SYN, 500},
			{TD_CLIENT, FIN | ACK, 601, 700000}, {TD_SERVER, FIN | ACK, 700000, 602}}},
	{"the same, and the next SYN comes from another port",
		{.connections = 1, .server = 1, .met_old = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, SYN, 900000}, {TD_CLIENT, RST, C_DATA, 0}}},
	{"a connection that the client resets begins with a SYN-ACK",
		{.connections = 1, .client = 1, .by_reset = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, S_DATA - 1, C_ISN + 1},
			{TD_CLIENT, RST, C_DATA, 0}}},
	{"the same, with sequence numbers of before the SYN",
		{.connections = 1, .client = 1, .undecided = 1, .met_old = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, SYN, 900000}, {TD_CLIENT, RST, C_DATA, 0},
			{TD_CLIENT, SYN, 900000}, {TD_CLIENT, FIN | ACK, 900101, 700000},
			{TD_SERVER, FIN | ACK, 700000, 900102}}},
	{"a SYN is sent again without a RST", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, SYN, C_ISN},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}}},
	{"sequence numbers wrap", {.connections = 1, .client = 1},
		{{TD_CLIENT, SYN, 0xffffffc0}, {TD_CLIENT, FIN | ACK, 0xffffffff, 0xfffffffe},
			{TD_SERVER, FIN | ACK, 0xfffffffe, 0}}},
};

static struct first_closer_segment segment_of(const struct row *row, uint64_t at_ns)
{
	return (struct first_closer_segment){
		.at_ns = at_ns,
		.from = row->from,
		.client_address = {0x020012c6},
		.client_port = 32768,
		.seq = row->seq,
		.ack = row->ack,
		.payload = row->payload,
		.syn = row->flags & SYN,
		.fin = row->flags & FIN,
		.rst = row->flags & RST,
		.has_ack = row->flags & ACK,
	};
}

/* What is left at each end, of the same segments and of others. */
static const struct rest {
	const char *name;
	struct ending_counts server, client;
	struct row rows[ROWS_MAX];
} rests[] = {
	{"the server closes first", {.time_wait = 1}, {0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
	{"the client closes first", {0}, {.time_wait = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}}},
	{"the FINs cross", {.time_wait = 1}, {.time_wait = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}}},
	{"the response comes after the client's FIN", {0}, {.time_wait = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, 5001},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}}},
	{"the client's FIN comes too late", {.expired = 1, .reset_beside_fin = 1}, {0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}, {TD_SERVER, RST, S_DATA + 1}}},
	{"the server's FIN comes too late", {0}, {.expired = 1, .reset_beside_fin = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}, {TD_CLIENT, RST, C_DATA + 1}}},
	{"the client's FIN never comes", {0}, {0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA}}},
	{"data comes, then a FIN: a RST answers each", {.killed_by_data = 1, .reset_beside_fin = 1},
		{0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_SERVER, RST, S_DATA + 1},
			{TD_CLIENT, FIN | ACK, C_DATA + 31, S_DATA + 1},
			{TD_SERVER, RST, S_DATA + 1}}},
	{"data comes with the FIN", {.killed_by_data = 1, .reset_beside_fin = 1}, {0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1, 31},
			{TD_SERVER, RST, S_DATA + 1}}},
	{"data comes, and no FIN", {.killed_by_data = 1, .reset_beside_fin = 1}, {0},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_SERVER, RST, S_DATA + 1}}},
	{"the client resets", {.killed_by_reset = 1}, {.reset_without_fin = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, RST | ACK, C_DATA, S_DATA + 1}}},
	{"a RST of the client after both FINs ends a TIME_WAIT", {.time_wait = 1},
		{.reset_beside_fin = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}, {TD_CLIENT, RST, C_DATA + 1}}},
	{"resets alone", {.reset_without_fin = 1}, {.reset_without_fin = 1},
		{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, S_DATA, C_DATA},
			{TD_CLIENT, RST, C_DATA}}},
};

static bool ends_equal(const struct ending_counts *a, const struct ending_counts *b)
{
	/* What else there is, ending_test.c looks at. */
	return a->time_wait == b->time_wait && a->expired == b->expired &&
	       a->killed_by_data == b->killed_by_data && a->killed_by_reset == b->killed_by_reset &&
	       a->reset_without_fin == b->reset_without_fin &&
	       a->reset_beside_fin == b->reset_beside_fin;
}

static struct first_closer_counts rows_judge(const struct row *rows)
{
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (uint64_t at = 0; at < ROWS_MAX && rows[at].from != TD_NONE; at++) {
		struct first_closer_segment segment = segment_of(&rows[at], at);
		first_closer_see(judge, &segment);
	}
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	return counts;
}

static void what_is_left_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		struct first_closer_counts counts = rows_judge(rests[i].rows);
		const struct ending_counts *s = &counts.at_server, *c = &counts.at_client;
		if (!ends_equal(s, &rests[i].server) || !ends_equal(c, &rests[i].client))
			fail_msg("%s: TIME_WAIT %d/%d, expired %d/%d, killed by data %d/%d, by "
				 "reset %d/%d, reset without a FIN %d/%d, beside one %d/%d",
				rests[i].name, (int)s->time_wait, (int)c->time_wait,
				(int)s->expired, (int)c->expired, (int)s->killed_by_data,
				(int)c->killed_by_data, (int)s->killed_by_reset,
				(int)c->killed_by_reset, (int)s->reset_without_fin,
				(int)c->reset_without_fin, (int)s->reset_beside_fin,
				(int)c->reset_beside_fin);
	}
}

static bool counts_equal(const struct first_closer_counts *a, const struct first_closer_counts *b)
{
	return a->connections == b->connections && a->server == b->server &&
	       a->client == b->client && a->both == b->both && a->by_reset == b->by_reset &&
	       a->undecided == b->undecided && a->met_old == b->met_old && a->refused == b->refused;
}

/* 100 bytes of the client and 400 of the server, where SYN-ACK and FINs are seen; sequence numbers
 * turn. */
static void bytes_lie_between_syn_and_fin(void **state)
{
	static const struct {
		const char *name;
		uint64_t sized, client, server;
		struct row rows[ROWS_MAX];
	} rows[] = {
		{"all are seen", 1, 100, 400,
			{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, S_DATA - 401, C_ISN + 1},
				{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
				{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
		{"the FIN rides on the response", 1, 100, 400,
			{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, S_DATA - 401, C_ISN + 1},
				{TD_SERVER, FIN | ACK, S_DATA - 400, C_DATA, 400},
				{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
		{"they turn", 1, 100, 400,
			{{TD_CLIENT, SYN, UINT32_MAX - 50},
				{TD_SERVER, SYN | ACK, UINT32_MAX, UINT32_MAX - 49},
				{TD_SERVER, FIN | ACK, 400, 50}, {TD_CLIENT, FIN | ACK, 50, 401}}},
		{"no SYN-ACK", 0, 0, 0,
			{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, FIN | ACK, S_DATA, C_DATA},
				{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
		{"a SYN-ACK of before", 0, 0, 0,
			{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, 7, C_ISN},
				{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
				{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}}},
		{"a RST for a FIN", 0, 0, 0,
			{{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, SYN | ACK, S_DATA - 401, C_ISN + 1},
				{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
				{TD_CLIENT, RST, C_DATA, 0}}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct first_closer_counts counts = rows_judge(rows[i].rows);
		print_message("%s\n", rows[i].name);
		assert_int_equal(counts.sized, rows[i].sized);
		assert_int_equal(counts.client_bytes, rows[i].client);
		assert_int_equal(counts.server_bytes, rows[i].server);
	}
}

static void scenarios_are_judged(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		struct first_closer_counts counts = rows_judge(scenarios[i].rows);
		if (!counts_equal(&counts, &scenarios[i].expected))
			fail_msg("%s: %d connections, server %d client %d both %d, by reset %d, "
				 "undecided %d, met old %d, refused %d",
				scenarios[i].name, (int)counts.connections, (int)counts.server,
				(int)counts.client, (int)counts.both, (int)counts.by_reset,
				(int)counts.undecided, (int)counts.met_old, (int)counts.refused);
	}
}

/* A load, an act and the digit of a connection's port at a time: S a SYN, c the client closes
 * first, s the server does, x both at once, r the client resets. */
static void act_see(struct first_closer *judge, const char *act, uint32_t at)
{
	static const struct row acts[][3] = {['S'] = {{TD_CLIENT, SYN, C_ISN}},
		['c'] = {{TD_CLIENT, FIN | ACK, C_DATA, S_DATA},
			{TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1}},
		['s'] = {{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}},
		['x'] = {{TD_SERVER, FIN | ACK, S_DATA, C_DATA},
			{TD_CLIENT, FIN | ACK, C_DATA, S_DATA}},
		['r'] = {{TD_CLIENT, RST | ACK, C_DATA, S_DATA}}};
	for (const struct row *row = acts[(unsigned char)*act]; row->from != TD_NONE; row++) {
		struct first_closer_segment segment = segment_of(row, at);
		segment.client_port = (uint16_t)(1024 + act[1]);
		first_closer_see(judge, &segment);
	}
}

static void a_client_in_the_midst_of_its_load_is_told_from_one_at_its_end(void **state)
{
	static const struct {
		const char *name, *acts;
		uint64_t midway;
	} loads[] = {
		{"one at a time, the last of three at its end", "S1c1S2c2S3c3", 2},
		{"the FINs cross", "S1x1S2x2S3x3", 2},
		{"the server closes first", "S1s1S2s2S3s3", 0},
		{"resets", "S1r1S2r2S3r3", 0},
		{"two at a time, both open at its end", "S1S2s1S3s2S4c3c4", 0},
		{"two at a time, one in the midst", "S1S2c1S3s2S4s3S5s4s5", 1},
		{"one thread ends, another opens one again", "S1S2S3c1c2s3S4c4", 0},
		{"the same, and then two more", "S1S2S3c1c2s3S4s4S5s5S6c6", 2},
		{"those that were reset are open no more", "S1S2r1r2S3c3S4s4S5s5", 1},
		{"a SYN that is sent again begins none", "S1S2c1S3S3s2s3", 0},
		{"nor is it open twice", "S1S1c1S2s2", 1},
	};
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		assert_non_null(judge);
		for (uint32_t at = 0; loads[i].acts[at]; at += 2)
			act_see(judge, loads[i].acts + at, at);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		if (counts.client_midway != loads[i].midway)
			fail_msg("%s: %d", loads[i].name, (int)counts.client_midway);
	}
}

/* More four-tuples than the table may ever hold, one in eight of them never closed. */
static void many_connections_in_bounded_memory(void **state)
{
	const uint32_t total = 3000000;
	static const struct row life[] = {{TD_CLIENT, SYN, C_ISN},
		{TD_SERVER, FIN | ACK, S_DATA, C_DATA}, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}};
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (uint32_t i = 0; i < total; i++) {
		for (int at = 0; at < (i % 8 == 0 ? 1 : 3); at++) {
			struct first_closer_segment segment = segment_of(&life[at], i);
			segment.client_address[i % 2 ? 0 : 3] += i / 50000;
			segment.client_port = (uint16_t)(1024 + i % 50000);
			first_closer_see(judge, &segment);
		}
	}
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	assert_int_equal(counts.connections, total / 8 * 7);
	assert_int_equal(counts.server, counts.connections);
	assert_int_equal(counts.undecided, total / 8);
}

/* A connection in which the first closer is an end, up to its FIN or to both. */
static void connection_see(
	struct first_closer *judge, uint16_t client_port, enum td_who closer, int fins)
{
	enum td_who other = closer == TD_SERVER ? TD_CLIENT : TD_SERVER;
	uint32_t first = closer == TD_SERVER ? S_DATA : C_DATA;
	uint32_t second = closer == TD_SERVER ? C_DATA : S_DATA;
	const struct row life[] = {{TD_CLIENT, SYN, C_ISN}, {closer, FIN | ACK, first, second},
		{other, FIN | ACK, second, first + 1}};
	for (int at = 0; at <= fins; at++) {
		struct first_closer_segment segment = segment_of(&life[at], (uint64_t)at);
		segment.client_port = client_port;
		first_closer_see(judge, &segment);
	}
}

static void a_port_is_in_the_share_by_all_but_its_lowest_bit(void **state)
{
	for (uint32_t port = 40000; port < 40032; port++) {
		assert_true(first_closer_in_share((uint16_t)port, 1));
		assert_int_equal(first_closer_in_share((uint16_t)port, 8), port % 16 < 2);
	}
}

/* Ports 40000 and 40001 are in the share of 8, 40002 to 40015 are not. */
static void all_count_until_it_narrows(void **state)
{
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	connection_see(judge, 40002, TD_SERVER, 2); /* ended before: counts */
	connection_see(judge, 40001, TD_SERVER, 1); /* open, in the share */
	connection_see(judge, 40004, TD_SERVER, 1); /* open, outside */
	connection_see(judge, 40006, TD_SERVER, 0);
	assert_int_equal(first_closer_ended(judge), 1);
	first_closer_narrow(judge, 8);
	connection_see(judge, 40008, TD_SERVER, 2); /* after, outside: what was in the ring */
	connection_see(judge, 40002, TD_SERVER, 2); /* the port of one that counts */
	connection_see(judge, 40000, TD_CLIENT, 2);
	struct first_closer_segment late =
		segment_of(&(struct row){TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1}, 9);
	late.client_port = 40001;
	first_closer_see(judge, &late);
	assert_int_equal(first_closer_ended(judge), 3);
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	assert_int_equal(counts.connections, 3);
	assert_int_equal(counts.server, 2);
	assert_int_equal(counts.client, 1);
	assert_int_equal(counts.undecided, 0);
}

static void connect_refused(struct first_closer *judge, uint16_t port, uint64_t at_ns)
{
	const struct row rows[] = {{TD_CLIENT, SYN, C_ISN}, {TD_SERVER, RST | ACK, 0, C_ISN + 1}};
	for (int i = 0; i < 2; i++) {
		struct first_closer_segment segment = segment_of(&rows[i], at_ns);
		segment.client_port = port;
		first_closer_see(judge, &segment);
	}
}

/* The clock of segments may have begun decades ago. */
static void when_syns_were_refused(void **state)
{
	const uint64_t start_ns = UINT64_C(1800000000000000000), ms = 1000000;
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (uint16_t i = 0; i < 10; i++)
		connect_refused(judge, 40000 + i, start_ns + 10 * i * ms);
	connection_see(judge, 40100, TD_SERVER, 2);
	first_closer_finish(judge, &counts);
	assert_int_equal(counts.refused, 10);
	assert_int_equal(first_closer_refused(judge, start_ns - ms, start_ns + 100 * ms), 10);
	assert_int_equal(first_closer_refused(judge, start_ns + 5 * ms, start_ns + 35 * ms), 3);
	assert_int_equal(first_closer_refused(judge, start_ns + 10 * ms, start_ns + 20 * ms), 2);
	assert_int_equal(first_closer_refused(judge, start_ns + 92 * ms, start_ns + 99 * ms), 0);
	assert_int_equal(first_closer_refused(judge, 0, start_ns - 2 * ms), 0);
	first_closer_destroy(judge);
}

static void no_syn_was_refused(void **state)
{
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	connection_see(judge, 40100, TD_SERVER, 2);
	first_closer_finish(judge, &counts);
	assert_int_equal(first_closer_refused(judge, 0, UINT64_MAX / 2), 0);
	first_closer_destroy(judge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenarios_are_judged),
		cmocka_unit_test(a_client_in_the_midst_of_its_load_is_told_from_one_at_its_end),
		cmocka_unit_test(what_is_left_is_told),
		cmocka_unit_test(bytes_lie_between_syn_and_fin),
		cmocka_unit_test(many_connections_in_bounded_memory),
		cmocka_unit_test(a_port_is_in_the_share_by_all_but_its_lowest_bit),
		cmocka_unit_test(all_count_until_it_narrows),
		cmocka_unit_test(when_syns_were_refused),
		cmocka_unit_test(no_syn_was_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
