/* Heads of responses, and which segments are proven to begin one. */
#include "bench/measure/responses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FIRST 5001
#define OK_10 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
#define OK_LAST "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
#define OPEN_LAST "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define OK_OPEN "HTTP/1.1 200 OK\r\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_LAST "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
#define HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
#define BEHIND_LAST (FIRST + sizeof(OK_LAST) - 1 + 10)
#define BEHIND_OK (FIRST + sizeof(OK_10) - 1 + 10)

static struct response_head parse(const char *text)
{
	return response_head_parse((const uint8_t *)text, strlen(text));
}

static void heads_are_read(void **state)
{
	static const struct {
		const char *text;
		bool is_head, is_whole, has_length, closes;
		unsigned status;
		uint64_t length;
		bool is_chunked;
	} rows[] = {
		{OK_10, true, true, true, false, 200, 10},
		{OK_OPEN, true, true, false, false, 200, 0},
		{OK_LAST, true, true, true, true, 200, 10},
		{"HTTP/1.1 200 OK\r\nconnection: a, CLOSE\r\n\r\n", true, true, false, true, 200,
			0},
		{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", true, true, false, false, 200,
			0},
		{"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", true, true, true, true, 200, 3},
		{BUSY, true, true, true, false, 503, 0},
		{"HTTP/1.0 404 No\r\nContent-Length: 7", true, false, false, false, 404, 0},
		{"HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", true, true, true, false, 304, 0},
		{CHUNKED, true, true, false, false, 200, 0, true},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", true, true, false, false,
			200, 0},
		{"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", true, true, true, false,
			204, 0},
		{HINTS, true, true, true, false, 103, 0},
		{HINTS BUSY, true, true, true, false, 503, 0},
		{"HTTP/2 503\r\n\r\n", false, false, false, false, 0, 0},
		{"HTTP is a protocol", false, false, false, false, 0, 0},
		{"HTTP/1.1 5031 no\r\n", false, false, false, false, 0, 0},
		{"HTTP/1.1 50", false, false, false, false, 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_head head = parse(rows[i].text);
		assert_int_equal(head.is_head, rows[i].is_head);
		assert_int_equal(head.status, rows[i].status);
		assert_int_equal(head.is_whole, rows[i].is_whole);
		assert_int_equal(head.has_length, rows[i].has_length);
		assert_int_equal(head.closes, rows[i].closes);
		assert_int_equal(head.length, rows[i].length);
		assert_int_equal(head.is_chunked, rows[i].is_chunked);
		assert_int_equal(head.bytes, head.is_whole ? strlen(rows[i].text) : 0);
	}
}

struct row {
	const char *text;
	uint32_t seq, ack;
};

static const struct scenario {
	const char *name;
	uint64_t heads, refused, unproven;
	bool misses, is_unasked;
	struct row rows[4];
} scenarios[] = {
	{"the first", 1, 1, 0, false, false, {{BUSY, FIRST, 100}}},
	{"a success", 1, 0, 0, false, false, {{OK_10, FIRST, 100}}},
	{"behind the end of the one before", 2, 1, 0, true, false,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK, 200}}},
	{"a body that looks like one", 1, 0, 1, false, false,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK - 10, 100}}},
	{"such a body while the next request is there", 1, 0, 1, false, false,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK - 10, 200}}},
	{"no length: it answers another request", 2, 1, 0, false, false,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 200}}},
	{"no length: a body of the same answer", 1, 0, 1, false, false,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 100}}},
	{"no length, and heads were missed", 1, 0, 1, true, false,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 200}}},
	{"nothing is known of the one before", 0, 0, 1, false, false, {{BUSY, FIRST + 900, 200}}},
	{"the client had closed its side without a request", 0, 0, 0, false, true,
		{{BUSY, FIRST, 100}}},
	{"sent again", 1, 1, 0, false, false, {{BUSY, FIRST, 100}, {BUSY, FIRST, 100}}},
	{"behind an interim one", 1, 1, 0, false, false,
		{{HINTS, FIRST, 100}, {BUSY, FIRST + sizeof(HINTS) - 1, 100}}},
};

static void refusals_are_proven(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct response_counts counts = {0};
		struct response_track track = {0};
		print_message("%s\n", s->name);
		for (const struct row *row = s->rows; row->text; row++) {
			struct response_head head = parse(row->text);
			responses_see(&counts, &track,
				&(struct response_sight){row->seq, row->ack, FIRST, !s->misses,
					s->is_unasked, &head});
		}
		assert_int_equal(counts.heads, s->heads);
		assert_int_equal(counts.refused, s->refused);
		assert_int_equal(counts.refused_by[503], s->refused);
		assert_int_equal(counts.unproven, s->unproven);
		assert_int_equal(responses_refusal(counts.refused_by), s->refused ? 503 : 0);
	}
}

/* How the server ended a connection on which a request was late. */
static const struct {
	const char *name;
	const char *head;
	struct tcp_ending_end server;
	struct response_closes closes;
} ends[] = {
	{"announced, and the client had it", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = BEHIND_LAST + 1},
		{1, 0, 1, 1}},
	{"announced, and the client had all of its head", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = BEHIND_LAST - 10},
		{1, 0, 1, 1}},
	{"announced, and the request was sent before that", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = FIRST}, {1, 0, 1, 0}},
	{"announced, and the server reads on", OK_LAST, {.fin = true, .fin_seq = BEHIND_LAST},
		{1, 0, 0, 0}},
	{"announced, and reset unread at close(2)", OK_LAST,
		{.rst = true, .rst_has_ack = true, .rst_seq = BEHIND_LAST}, {1, 0, 0, 0}},
	{"announced, and reset unread behind shutdown(2)", OK_LAST,
		{.fin = true,
			.fin_seq = BEHIND_LAST,
			.rst = true,
			.rst_has_ack = true,
			.rst_seq = BEHIND_LAST + 1},
		{1, 0, 0, 0}},
	{"announced, without a length", OPEN_LAST,
		{.fin = true, .fin_seq = FIRST + 900, .rst = true, .rst_seq = FIRST + 901},
		{1, 0, 1, 1}},
	{"not announced", OK_10, {.fin = true, .fin_seq = BEHIND_OK}, {0, 1, 0, 0}},
	{"not announced, unread at close(2)", OK_10,
		{.rst = true, .rst_has_ack = true, .rst_seq = BEHIND_OK}, {0, 1, 0, 0}},
	{"another response followed", OK_10, {.fin = true, .fin_seq = BEHIND_OK + 90}, {0}},
	{"another followed one that announces", OK_LAST, {.fin = true, .fin_seq = BEHIND_LAST + 90},
		{0}},
	{"not announced, without a length", OK_OPEN, {.fin = true, .fin_seq = FIRST + 900}, {0}},
	{"where the server's bytes end is not known", OK_LAST,
		{.rst = true, .rst_seq = BEHIND_LAST}, {0}},
	{"no head was seen", NULL, {.fin = true, .fin_seq = BEHIND_OK}, {0}},
};

static void announcements_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct ending_side server = {.sent = &ends[i].server};
		print_message("%s\n", ends[i].name);
		if (ends[i].head) {
			struct response_head head = parse(ends[i].head);
			responses_see(&counts, &track,
				&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		}
		responses_tally_late(&counts, &track, &server);
		assert_int_equal(counts.late.announced, ends[i].closes.announced);
		assert_int_equal(counts.late.unannounced, ends[i].closes.unannounced);
		assert_int_equal(counts.late.timed, ends[i].closes.timed);
		assert_int_equal(counts.late.known, ends[i].closes.known);
	}
}

#define HALF (BEHIND_OK - 4) /* behind 6 bytes of body */
#define HEAD_END (BEHIND_OK - 10)
#define NOTHING "HTTP/1.1 304 No\r\nContent-Length: 10\r\n\r\n"
#define FIN_AT(seq)                                                                                \
	{                                                                                          \
		.fin = true, .fin_has_ack = true, .fin_seq = (seq), .fin_ack = 200                 \
	}
#define RST_AT(seq)                                                                                \
	{                                                                                          \
		.rst = true, .rst_has_ack = true, .rst_seq = (seq), .rst_ack = 200                 \
	}

/* How both ends ended a connection; the client has sent up to 200. Instants: the server's FIN or
 * RST at 50. */
static const struct {
	const char *name;
	const char *head;
	struct tcp_ending_end server, client;
	uint64_t client_ns;
	struct response_cuts cuts;
} cut_offs[] = {
	{"whole, and a FIN", OK_10, FIN_AT(BEHIND_OK), {0}, 0, {.sized = 1}},
	{"whole, and a RST", OK_10, RST_AT(BEHIND_OK), {0}, 0, {.sized = 1}},
	{"cut off by a FIN", OK_10, FIN_AT(HALF), {0}, 0, {1, 1, 0, 10, 4, 50}},
	{"cut off by a RST", OK_10, RST_AT(HALF), {0}, 0, {1, 0, 1, 10, 4, 50}},
	{"cut off by a FIN, and a RST behind it", OK_10,
		{.fin = true, .fin_has_ack = true, .fin_seq = HALF, .fin_ack = 200, .rst = true},
		{0}, 0, {1, 1, 0, 10, 4, 50}},
	{"behind the head: it may answer HEAD", OK_10, FIN_AT(HEAD_END), {0}, 0, {0}},
	{"a status without a body", NOTHING, FIN_AT(FIRST + sizeof(NOTHING) - 1), {0}, 0,
		{.sized = 1}},
	{"to the end of the stream", OK_OPEN, FIN_AT(FIRST + 900), {0}, 0, {0}},
	{"others followed", OK_10, FIN_AT(BEHIND_OK + 90), {0}, 0, {0}},
	{"the client's FIN was there", OK_10,
		{.fin = true, .fin_has_ack = true, .fin_seq = HALF, .fin_ack = 201},
		{.fin = true, .fin_seq = 200}, 40, {0}},
	{"the client's FIN crossed it", OK_10, FIN_AT(HALF), {.fin = true, .fin_seq = 200}, 40,
		{1, 1, 0, 10, 4, 50}},
	{"the client's FIN was there, and a RST came", OK_10,
		{.rst = true, .rst_has_ack = true, .rst_seq = HALF, .rst_ack = 201},
		{.fin = true, .fin_seq = 200}, 40, {0}},
	{"the client had reset", OK_10, FIN_AT(HALF), {.rst = true}, 50, {0}},
	{"the client resets behind it", OK_10, FIN_AT(HALF), {.rst = true}, 51,
		{1, 1, 0, 10, 4, 50}},
	{"a RST that tells nothing of what was sent", OK_10, {.rst = true, .rst_seq = HALF}, {0}, 0,
		{0}},
	{"no head", NULL, FIN_AT(HALF), {0}, 0, {0}},
};

static void what_is_cut_off_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(cut_offs) / sizeof(cut_offs[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct response_cuts *cuts = &cut_offs[i].cuts;
		const struct ending_side server = {&cut_offs[i].server, 50, 50},
					 client = {&cut_offs[i].client, cut_offs[i].client_ns,
						 cut_offs[i].client_ns};
		print_message("%s\n", cut_offs[i].name);
		if (cut_offs[i].head) {
			struct response_head head = parse(cut_offs[i].head);
			responses_see(&counts, &track,
				&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		}
		responses_tally(&counts, &track, &server, &client);
		assert_int_equal(counts.cuts.sized, cuts->sized);
		assert_int_equal(counts.cuts.by_fin, cuts->by_fin);
		assert_int_equal(counts.cuts.by_reset, cuts->by_reset);
		assert_int_equal(counts.cuts.promised, cuts->promised);
		assert_int_equal(counts.cuts.missing, cuts->missing);
		assert_int_equal(counts.cuts.first_ns, cuts->first_ns);
	}
}

#define CHUNKS (FIRST + sizeof(CHUNKED) - 1)
#define END (CHUNKS + 90)
#define TAIL(...)                                                                                  \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define NO_TAIL TAIL({0, RESPONSE_TAIL_OPEN})

/* The client has sent up to 200, and the head's segment acknowledges that or less. */
static const struct {
	const char *name;
	const char *head;
	uint32_t ack;
	bool is_whole;
	struct tail {
		uint32_t end;
		enum response_tail tail;
	} tails[2];
	struct tcp_ending_end server;
	struct response_cuts cuts;
	const char *behind; /* what may be another head */
} chunked[] = {
	{"whole, and a FIN", CHUNKED, 200, true, TAIL({END, RESPONSE_TAIL_LAST_CHUNK}), FIN_AT(END),
		{.sized = 1}},
	{"whole, and a RST", CHUNKED, 200, true, TAIL({END, RESPONSE_TAIL_LAST_CHUNK}), RST_AT(END),
		{.sized = 1}},
	{"cut off by a FIN", CHUNKED, 200, true, NO_TAIL, FIN_AT(END),
		{.sized = 1, .by_fin = 1, .first_ns = 50, .chunked = 1}},
	{"cut off by a RST", CHUNKED, 200, true, NO_TAIL, RST_AT(END),
		{.sized = 1, .by_reset = 1, .first_ns = 50, .chunked = 1}},
	{"cut off behind the last chunk of one before", CHUNKED, 200, true,
		TAIL({CHUNKS - 200, RESPONSE_TAIL_LAST_CHUNK}), FIN_AT(END),
		{.sized = 1, .by_fin = 1, .first_ns = 50, .chunked = 1}},
	{"the last segment is too short to tell", CHUNKED, 200, true,
		TAIL({END, RESPONSE_TAIL_UNPROVEN}), FIN_AT(END), {0}},
	{"a short one, and it was sent again with more", CHUNKED, 200, true,
		TAIL({END, RESPONSE_TAIL_UNPROVEN}, {END, RESPONSE_TAIL_LAST_CHUNK}), FIN_AT(END),
		{.sized = 1}},
	{"sent again in short segments", CHUNKED, 200, true,
		TAIL({END, RESPONSE_TAIL_LAST_CHUNK}, {END, RESPONSE_TAIL_UNPROVEN}), FIN_AT(END),
		{.sized = 1}},
	{"an empty line before was sent again", CHUNKED, 200, true,
		TAIL({END, RESPONSE_TAIL_LAST_CHUNK}, {CHUNKS, RESPONSE_TAIL_UNPROVEN}),
		FIN_AT(END), {.sized = 1}},
	{"the numbers have wrapped since", CHUNKED, 200, true,
		TAIL({(uint32_t)(END - (UINT64_C(3) << 30)), RESPONSE_TAIL_UNPROVEN},
			{END, RESPONSE_TAIL_LAST_CHUNK}),
		FIN_AT(END), {.sized = 1}},
	{"a segment may have been missed", CHUNKED, 200, false, NO_TAIL, FIN_AT(END), {0}},
	{"the client had asked more: another may be the last", CHUNKED, 199, true, NO_TAIL,
		FIN_AT(END), {0}},
	{"it had, and this announces the close", CHUNKED_LAST, 199, true, NO_TAIL, FIN_AT(END),
		{.sized = 1, .by_fin = 1, .first_ns = 50, .chunked = 1}},
	{"another may have begun", CHUNKED, 200, true, NO_TAIL, FIN_AT(END), {0}, BUSY},
	{"behind the head: it may answer HEAD", CHUNKED, 200, true, NO_TAIL, FIN_AT(CHUNKS), {0}},
	{"the stream's end ends it", OK_OPEN, 200, true, NO_TAIL, FIN_AT(END), {0}},
	{"a head that is cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", 200, true,
		NO_TAIL, FIN_AT(END), {0}},
};

static void chunked_ones_that_are_cut_off_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(chunked) / sizeof(chunked[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct tcp_ending_end none = {0};
		const struct ending_side server = {&chunked[i].server, 50, 50},
					 client = {&none, 0, 0};
		struct response_head head = parse(chunked[i].head);
		print_message("%s\n", chunked[i].name);
		responses_see(&counts, &track,
			&(struct response_sight){FIRST, chunked[i].ack, FIRST, true, false, &head});
		if (chunked[i].behind) {
			head = parse(chunked[i].behind);
			responses_see(&counts, &track,
				&(struct response_sight){
					CHUNKS + 9, chunked[i].ack, FIRST, true, false, &head});
		}
		for (size_t t = 0; t < 2; t++)
			responses_see_tail(
				&track, chunked[i].tails[t].end, chunked[i].tails[t].tail, 30);
		track.is_whole = chunked[i].is_whole;
		responses_tally(&counts, &track, &server, &client);
		assert_memory_equal(&counts.cuts, &chunked[i].cuts, sizeof(counts.cuts));
	}
}

static void what_a_client_left_is_not_cut_off(void **state)
{
	struct response_counts counts = {0};
	struct response_track track = {0};
	const struct tcp_ending_end by_rst = RST_AT(END), left = {.fin = true, .fin_seq = 199};
	const struct ending_side server = {&by_rst, 50, 50}, client = {&left, 40, 40};
	struct response_head head = parse(CHUNKED);
	responses_see(
		&counts, &track, &(struct response_sight){FIRST, 200, FIRST, true, false, &head});
	track.is_whole = true;
	responses_tally(&counts, &track, &server, &client);
	assert_int_equal(counts.cuts.sized, 0);
}

/* The last response's first segment acknowledges 100. */
static const struct {
	const char *name;
	const char *head;
	struct tcp_ending_end server, client;
	struct response_omissions omissions;
} omitted[] = {
	{"a request behind it", OK_10, FIN_AT(BEHIND_OK), {0}, {1, 0, 50}},
	{"behind one that announces the close", OK_LAST, FIN_AT(BEHIND_LAST), {0}, {1, 1, 50}},
	{"none behind it", OK_10,
		{.fin = true, .fin_has_ack = true, .fin_seq = BEHIND_OK, .fin_ack = 100}, {0}, {0}},
	{"the client's FIN alone", OK_10,
		{.fin = true, .fin_has_ack = true, .fin_seq = BEHIND_OK, .fin_ack = 101},
		{.fin = true, .fin_seq = 100}, {0}},
	{"a byte of an answer", OK_10, FIN_AT(BEHIND_OK + 1), {0}, {0}},
	{"cut off", OK_10, FIN_AT(HALF), {0}, {0}},
	{"and a RST", OK_10,
		{.fin = true,
			.fin_has_ack = true,
			.fin_seq = BEHIND_OK,
			.fin_ack = 200,
			.rst = true},
		{0}, {0}},
	{"a RST alone", OK_10, RST_AT(BEHIND_OK), {0}, {0}},
	{"no length", OK_OPEN, FIN_AT(FIRST + 90), {0}, {0}},
};

static void requests_without_an_answer_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(omitted) / sizeof(omitted[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		struct response_head head = parse(omitted[i].head);
		const struct ending_side server = {&omitted[i].server, 50, 50},
					 client = {&omitted[i].client, 40, 40};
		print_message("%s\n", omitted[i].name);
		responses_see(&counts, &track,
			&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		responses_tally_omitted(&counts, &track, &server, &client, 0);
		assert_int_equal(counts.omissions.kept, omitted[i].omissions.kept);
		assert_int_equal(counts.omissions.announced, omitted[i].omissions.announced);
		assert_int_equal(counts.omissions.first_ns, omitted[i].omissions.first_ns);
	}
}

/* The client's SYN has 99; all it sent is acknowledged by the first response, up to `asked`. A
 * request has 50 bytes at most. */
static void requests_sent_ahead_are_told(void **state)
{
	static const struct {
		const char *name, *heads[3];
		uint32_t asked, request_bytes;
		uint64_t kept, announced;
	} rows[] = {
		{"two, and an answer", {OK_10}, 200, 50, 1, 0},
		{"two, and an answer that announces the close", {OK_LAST}, 200, 50, 1, 1},
		{"two answers", {OK_10, OK_LAST}, 200, 50, 0, 0},
		{"three, and two answers", {OK_10, OK_LAST}, 201, 50, 1, 1},
		{"one of that size", {OK_10}, 150, 50, 0, 0},
		{"answers without a length", {OK_OPEN, OK_10}, 201, 50, 0, 0},
		{"an interim answer is none", {HINTS, OK_LAST}, 200, 50, 1, 1},
		{"how large one is, is not known", {OK_10}, 200, 0, 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		uint32_t at = FIRST;
		print_message("%s\n", rows[i].name);
		for (size_t h = 0; h < 3 && rows[i].heads[h]; h++) {
			struct response_head head = parse(rows[i].heads[h]);
			uint32_t ack = h == 0 && rows[i].heads[1] ? 150 : rows[i].asked;
			responses_see(&counts, &track,
				&(struct response_sight){at, ack, FIRST, true, false, &head});
			at = track.end;
		}
		const struct tcp_ending_end fin = {.fin = true,
						    .fin_has_ack = true,
						    .fin_seq = at,
						    .fin_ack = rows[i].asked},
					    asks = {.isn = 99};
		const struct ending_side server = {&fin, 50, 50}, client = {&asks, 0, 0};
		responses_tally_omitted(&counts, &track, &server, &client, rows[i].request_bytes);
		assert_int_equal(counts.omissions.kept, rows[i].kept);
		assert_int_equal(counts.omissions.announced, rows[i].announced);
	}
}

/* OK_LAST and OK_10 have 10 bytes of body; the server ends at 50. */
static void what_is_behind_the_last_response_is_told(void **state)
{
	static const struct {
		const char *head;
		struct tcp_ending_end server;
		struct response_surplus surplus;
	} rows[] = {
		{OK_LAST, FIN_AT(BEHIND_LAST), {.closed = 1}},
		{OK_LAST, FIN_AT(BEHIND_LAST + 7), {1, 1, 7, 50}},
		{OK_LAST, FIN_AT(BEHIND_LAST - 4), {.closed = 1}},
		/* Another response may have followed. */
		{OK_10, FIN_AT(BEHIND_OK + 7), {0}},
		/* The stream's end ends it. */
		{OPEN_LAST, FIN_AT(FIRST + 900), {0}},
		/* What was not sent any more is not known. */
		{OK_LAST, RST_AT(BEHIND_LAST + 7), {0}},
		{NULL, FIN_AT(HALF), {0}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct tcp_ending_end none = {0};
		const struct ending_side server = {&rows[i].server, 50, 50}, client = {&none, 0, 0};
		if (rows[i].head) {
			struct response_head head = parse(rows[i].head);
			responses_see(&counts, &track,
				&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		}
		responses_tally(&counts, &track, &server, &client);
		assert_memory_equal(&counts.surplus, &rows[i].surplus, sizeof(counts.surplus));
	}
}

/* The server's FIN comes at 50. */
static void closes_behind_the_last_byte_are_timed(void **state)
{
	static const struct {
		const char *head;
		struct tail tails[2]; /* at 30 and 40 */
		struct tcp_ending_end server;
		uint64_t count, ns;
	} rows[] = {
		{OK_LAST, TAIL({BEHIND_LAST, RESPONSE_TAIL_OPEN}), FIN_AT(BEHIND_LAST), 1, 20},
		/* Sent again; in two segments, of which the second is seen; of which it is not. */
		{OK_LAST,
			TAIL({BEHIND_LAST, RESPONSE_TAIL_OPEN}, {BEHIND_LAST, RESPONSE_TAIL_OPEN}),
			FIN_AT(BEHIND_LAST), 1, 20},
		{OK_LAST, TAIL({FIRST + 9, RESPONSE_TAIL_OPEN}, {BEHIND_LAST, RESPONSE_TAIL_OPEN}),
			FIN_AT(BEHIND_LAST), 1, 10},
		{OK_LAST, TAIL({BEHIND_LAST - 10, RESPONSE_TAIL_OPEN}), FIN_AT(BEHIND_LAST), 0, 0},
		/* It may wait for another request. */
		{OK_10, TAIL({BEHIND_OK, RESPONSE_TAIL_OPEN}), FIN_AT(BEHIND_OK), 0, 0},
		/* More had to come. */
		{OK_LAST, TAIL({BEHIND_LAST - 4, RESPONSE_TAIL_OPEN}), FIN_AT(BEHIND_LAST - 4), 0,
			0},
		{OPEN_LAST, TAIL({FIRST + 90, RESPONSE_TAIL_OPEN}), FIN_AT(FIRST + 90), 0, 0},
		{CHUNKED_LAST, TAIL({END, RESPONSE_TAIL_LAST_CHUNK}), FIN_AT(END), 1, 20},
		{CHUNKED_LAST, TAIL({END, RESPONSE_TAIL_UNPROVEN}), FIN_AT(END), 0, 0},
		{OK_LAST, TAIL({BEHIND_LAST, RESPONSE_TAIL_OPEN}), RST_AT(BEHIND_LAST), 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct tcp_ending_end none = {0};
		const struct ending_side server = {&rows[i].server, 50, 50}, client = {&none, 0, 0};
		struct response_head head = parse(rows[i].head);
		responses_see(&counts, &track,
			&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		for (size_t t = 0; t < 2 && rows[i].tails[t].end != 0; t++)
			responses_see_tail(
				&track, rows[i].tails[t].end, rows[i].tails[t].tail, 30 + 10 * t);
		responses_tally(&counts, &track, &server, &client);
		assert_int_equal(counts.close_behind.count, rows[i].count);
		assert_int_equal(counts.close_behind.sum_ns, rows[i].ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read),
		cmocka_unit_test(refusals_are_proven),
		cmocka_unit_test(announcements_are_told),
		cmocka_unit_test(what_is_cut_off_is_told),
		cmocka_unit_test(chunked_ones_that_are_cut_off_are_told),
		cmocka_unit_test(what_a_client_left_is_not_cut_off),
		cmocka_unit_test(closes_behind_the_last_byte_are_timed),
		cmocka_unit_test(requests_without_an_answer_are_told),
		cmocka_unit_test(requests_sent_ahead_are_told),
		cmocka_unit_test(what_is_behind_the_last_response_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
