/* Connections by four-tuple and incarnation, in bounded memory; and what is told of each. */
#include "bench/trace/connection_table.h"
#include "bench/trace/connection_view.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REPORTED_MAX 64

/* What was reported, in its order. */
struct reported {
	size_t count;
	struct {
		uint32_t number, incarnation;
		enum tcp_ending_word word;
		bool cut_short;
		uint64_t bytes[2];
		bool client_is_first, guessed;
		char conn_state[8], history[ZEEK_HISTORY_SIZE];
		unsigned completeness;
		bool unacknowledged_known;
		uint64_t unacknowledged;
	} at[REPORTED_MAX];
};

static void note(void *context, const struct connection *connection)
{
	struct reported *reported = context;
	struct connection_view view = connection_view_of(connection);
	size_t at = reported->count++;
	assert_true(at < REPORTED_MAX);
	reported->at[at].number = connection->number;
	reported->at[at].incarnation = connection->incarnation;
	reported->at[at].word = view.word;
	reported->at[at].cut_short = connection->cut_short;
	memcpy(reported->at[at].bytes, view.bytes, sizeof(view.bytes));
	reported->at[at].client_is_first = connection->client == 0;
	reported->at[at].guessed = view.guessed;
	strcpy(reported->at[at].conn_state, view.conn_state);
	strcpy(reported->at[at].history, view.history);
	reported->at[at].completeness = view.completeness;
	reported->at[at].unacknowledged_known = view.unacknowledged_known[VIEW_SERVER];
	reported->at[at].unacknowledged = view.unacknowledged[VIEW_SERVER];
}

static struct connection_table *table_of(struct reported *reported, uint32_t max)
{
	*reported = (struct reported){0};
	struct connection_table *table =
		connection_table_create(&(struct connection_table_options){max, note, reported});
	assert_non_null(table);
	return table;
}

/* Gives the table a script; its client has another port for each `tuple`. */
static void play(struct connection_table *table, const char *text, uint16_t tuple)
{
	struct script script = script_read(text);
	for (size_t i = 0; i < script.count; i++) {
		unsigned notes;
		struct segment segment = script_segment(&script, i);
		struct endpoint *client =
			script.segments[i].side == 0 ? &segment.from : &segment.to;
		client->port = (uint16_t)(client->port + tuple);
		assert_non_null(connection_table_see(table, &segment, &notes));
	}
}

static struct reported reported_of(const char *text)
{
	struct reported reported;
	struct connection_table *table = table_of(&reported, 100);
	play(table, text, 0);
	connection_table_finish(table);
	connection_table_destroy(table);
	return reported;
}

static void a_new_number_is_a_new_incarnation(void **state)
{
	struct reported reported = reported_of(
		"> S 100; < SA 500 101; > A 101 501; > FA 101 501; < FA 501 102; > A 102 502;"
		"> S 900000; < SA 800 900001; > RA 900001 801;"
		"> S 2000000");
	assert_int_equal(reported.count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(reported.at[i].number, i);
		assert_int_equal(reported.at[i].incarnation, i + 1);
	}
	assert_int_equal(reported.at[0].word, ENDING_CLOSED);
	assert_int_equal(reported.at[1].word, ENDING_RESET);
	assert_int_equal(reported.at[2].word, ENDING_UNANSWERED);
}

/* What was captured before the SYN, and does not lead to its number, is another connection. */
static void a_syn_behind_other_numbers_is_another_connection(void **state)
{
	static const char *const two[] = {
		"> R 5000; > S 100; < SA 500 101",
		"< R 700; < S 100; > SA 500 101",
		"< RA 900 5; > S 100; < SA 500 101",
		"> A 500 9; > S 100; < SA 7 101",
		"> FA 100 5; < A 5 101; > S 100; < SA 90 101",
		"> S 100; < SA 500 101; > A 101 501; < S 900; > SA 77 901",
		"> S 100; > S 200; < SA 5 201",
	};
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++) {
		print_message("%s\n", two[i]);
		assert_int_equal(reported_of(two[i]).count, 2);
	}
}

/* A SYN that is sent again, also behind a RST or a FIN; a FIN that is sent again; a SYN that is
 * captured behind the SYN-ACK, or behind data. */
static void what_is_sent_again_is_no_incarnation(void **state)
{
	static const char *const same[] = {
		"> S 100; > S 100; < SA 500 101; > A 101 501",
		"> S 100; < RA 0 101; > S 100; < RA 0 101",
		"> S 100; < SA 500 101; > FA 101 501; < FA 501 102; > FA 101 501; < FA 501 102",
		"< SA 500 101; > S 100; > A 101 501",
		"> A 101 501 +9; > S 100; < SA 500 101",
		"> RA 101 1; > S 100; < SA 500 101",
		"< SA 500 106; > S 100 +5; > A 106 501",
	};
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_int_equal(reported_of(same[i]).count, 1);
}

static void the_client_is_told_by_the_syn(void **state)
{
	static const struct {
		const char *segments;
		bool client_sent_side_0, guessed;
	} table[] = {
		{"> S 100; < SA 500 101", true, false},
		{"> SA 500 101; < A 101 501", false, false},
		/* The SYN is captured behind its answer. */
		{"> SA 500 101; < S 100; < A 101 501", false, false},
		{"> A 100 500 +9; < A 500 109", true, true},
		{"< A 100 500 +9; > A 500 109", true, true},
		{"> A 500 101 +9; < S 100; > SA 499 101", false, false},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct reported reported = reported_of(table[i].segments);
		print_message("%s\n", table[i].segments);
		assert_int_equal(reported.count, 1);
		assert_int_equal(reported.at[0].client_is_first, table[i].client_sent_side_0);
		assert_int_equal(reported.at[0].guessed, table[i].guessed);
	}
}

#define OPENED "> S 100; < SA 500 101; > A 101 501;"
#define SERVED OPENED "> PA 101 501 +20; < A 501 121; < PA 501 121 +30; > A 121 531;"

/* By Zeek's own documentation of conn_state, and by what Wireshark 4.0 shows. */
static void other_tools_words(void **state)
{
	static const struct {
		const char *segments, *conn_state, *history;
		unsigned completeness;
	} table[] = {
		{SERVED "> FA 121 531; < FA 531 122; > A 122 532", "SF", "ShADadFf", 31},
		{"> S 100 +5; < SA 500 106", "S1", "Sh", 11},
		{SERVED "< FA 531 121; > FA 121 532; < A 532 122", "SF", "ShADadfF", 31},
		{SERVED, "S1", "ShADad", 15},
		{SERVED "> FA 121 531; < A 531 122", "S2", "ShADadF", 31},
		{SERVED "< FA 531 121; > A 121 532", "S3", "ShADadf", 31},
		{SERVED "> RA 121 531", "RSTO", "ShADadR", 47},
		{SERVED "< RA 531 121", "RSTR", "ShADadr", 47},
		{SERVED "< FA 531 121; > FA 121 532; < A 532 122; > R 122", "SF", "ShADadfFR", 63},
		{"> S 100", "S0", "S", 1},
		{"> S 100; < RA 0 101", "REJ", "Sr", 37},
		{"> S 100; > R 101", "RSTOS0", "SR", 33},
		{"> S 100; > FA 101 501", "SH", "SF", 21},
		{"> SA 500 101; > FA 501 101", "SHR", "^hf", 22},
		{"> SA 500 101; > RA 501 101", "RSTRH", "^hr", 38},
		{"> A 100 500 +9; < A 500 109", "OTH", "Da", 12},
		{"> A 100 500 +9", "OTH", "D", 0},
		{OPENED "> PA 101 501 +20; > PA 101 501 +20; < A 501 121 win 0", "S1", "ShADTaw",
			15},
		/* 20 bytes were not captured; their receiver acknowledges them. */
		{OPENED "> PA 121 501 +20; < A 501 141", "S1", "ShADaG", 15},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct reported reported = reported_of(table[i].segments);
		print_message("%s\n", table[i].segments);
		assert_string_equal(reported.at[0].conn_state, table[i].conn_state);
		assert_string_equal(reported.at[0].history, table[i].history);
		assert_int_equal(reported.at[0].completeness, table[i].completeness);
	}
}

static void bytes_are_those_of_the_sequence_space(void **state)
{
	static const struct {
		const char *segments;
		uint64_t client, server;
		bool known;
		uint64_t unacknowledged; /* of the server */
	} table[] = {
		{SERVED, 20, 30, true, 0},
		{SERVED "< PA 531 121 +70", 20, 100, true, 70},
		{SERVED "< PA 531 121 +70; > RA 121 531", 20, 100, true, 70},
		{SERVED "< PA 501 121 +30", 20, 30, true, 0},
		/* Data of a SYN and of a SYN-ACK; what a RST carries is none. */
		{"> S 100 +5; < SA 500 106 +6; > A 106 507; < R 507 +40", 5, 6, true, 0},
		/* Whatever it means: bytes behind a FIN were captured. */
		{SERVED "< FA 531 121; < A 532 121 +9", 20, 39, true, 9},
		{SERVED "< FA 531 121 +4; < FA 531 121 +4", 20, 34, true, 4},
		/* The client's segments were not captured. */
		{"< SA 500 101; < A 501 101 +9", 0, 9, false, 0},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct reported reported = reported_of(table[i].segments);
		print_message("%s\n", table[i].segments);
		assert_int_equal(reported.at[0].bytes[VIEW_CLIENT], table[i].client);
		assert_int_equal(reported.at[0].bytes[VIEW_SERVER], table[i].server);
		assert_int_equal(reported.at[0].unacknowledged_known, table[i].known);
		assert_int_equal(reported.at[0].unacknowledged, table[i].unacknowledged);
	}
}

/* Notes of the last segment. */
static unsigned notes_of(const char *text)
{
	struct reported reported;
	struct connection_table *table = table_of(&reported, 100);
	struct script script = script_read(text);
	unsigned notes = 0;
	for (size_t i = 0; i < script.count; i++) {
		struct segment segment = script_segment(&script, i);
		connection_table_see(table, &segment, &notes);
	}
	connection_table_destroy(table);
	return notes;
}

static void segments_are_told_in_wiresharks_words(void **state)
{
	assert_int_equal(notes_of(SERVED), 0);
	assert_int_equal(notes_of(SERVED "> PA 101 531 +20"), NOTE_RETRANSMISSION);
	assert_int_equal(notes_of("> S 100; > S 100"), NOTE_RETRANSMISSION);
	assert_int_equal(notes_of(SERVED "> FA 121 531; > FA 121 531"), NOTE_RETRANSMISSION);
	assert_int_equal(notes_of(SERVED "> PA 131 531 +20"), NOTE_PREVIOUS_MISSING);
	assert_int_equal(notes_of(SERVED "> PA 131 531 +20; > PA 121 531 +10"), NOTE_OUT_OF_ORDER);
	assert_int_equal(notes_of(SERVED "> A 120 531"), NOTE_KEEP_ALIVE);
	assert_int_equal(notes_of(SERVED "> A 120 531 +1"), NOTE_KEEP_ALIVE);
	assert_int_equal(notes_of(SERVED "> A 120 531; < A 531 121"), NOTE_KEEP_ALIVE_ACK);
	assert_int_equal(notes_of(SERVED "< A 531 121 win 0"), NOTE_ZERO_WINDOW);
	assert_int_equal(
		notes_of(SERVED "< A 531 121 win 0; > A 121 531 +1"), NOTE_ZERO_WINDOW_PROBE);
	assert_int_equal(notes_of(SERVED "< A 531 121 win 0; > A 121 531 +1; < A 531 121 win 0"),
		NOTE_ZERO_WINDOW | NOTE_ZERO_WINDOW_PROBE_ACK);
	assert_int_equal(notes_of(SERVED "< A 531 200"), NOTE_ACKED_UNSEEN);
	assert_int_equal(notes_of(SERVED "> S 90000"), NOTE_PORTS_REUSED);
	assert_int_equal(
		notes_of(SERVED "> PA 121 531 +9; > PA 140 531 +9; < A 531 130; < A 531 130"),
		NOTE_DUPLICATE_ACK);
}

static void the_silent_give_way(void **state)
{
	struct reported reported;
	struct connection_table *table = table_of(&reported, 3);
	play(table, OPENED, 1);
	play(table, "> S 100", 2);
	play(table, OPENED "< RA 501 101", 3);
	assert_int_equal(reported.count, 0);
	/* What is over goes first, and was not cut short. */
	play(table, OPENED, 4);
	assert_int_equal(reported.count, 1);
	assert_int_equal(reported.at[0].word, ENDING_RESET);
	assert_false(reported.at[0].cut_short);
	/* All are open: one that has been silent since all were looked at. */
	play(table, OPENED, 5);
	assert_int_equal(reported.count, 2);
	assert_true(reported.at[1].cut_short);
	play(table, OPENED, 6);
	assert_int_equal(reported.count, 3);
	connection_table_finish(table);
	assert_int_equal(reported.count, 6);
	assert_int_equal(connection_table_counts(table)->connections, 6);
	assert_int_equal(connection_table_counts(table)->cut_short, 2);
	assert_int_equal(connection_table_counts(table)->most, 3);
	connection_table_destroy(table);
}

/* The RST has a number within the window, and its sender goes on: it acknowledges what was sent
 * behind the RST. The connection is neither told of nor makes room as one that is over. */
static void one_that_lives_on_is_not_over(void **state)
{
	struct reported reported;
	struct connection_table *table = table_of(&reported, 2);
	play(table, OPENED "< PA 501 101 +30; < R 600; > PA 101 531 +9; < A 531 110", 1);
	play(table, OPENED, 2);
	connection_table_settle(table, UINT64_MAX / 2);
	assert_int_equal(reported.count, 0);
	play(table, OPENED, 3);
	assert_int_equal(reported.count, 1);
	assert_true(reported.at[0].cut_short);
	assert_int_equal(reported.at[0].word, ENDING_OPEN);
	connection_table_finish(table);
	connection_table_destroy(table);
}

/* A FIN with a number below that of the RST was sent by an end that had not reset; one right below
 * it was overtaken by the RST. */
static void a_fin_below_a_reset_is_of_an_end_that_lives(void **state)
{
	struct reported lives = reported_of(OPENED "< PA 501 101 +30; < R 600; < FA 531 101");
	assert_int_equal(lives.at[0].word, ENDING_HALF_CLOSED);
	struct reported reset = reported_of(OPENED "< PA 501 101 +30; < R 532; < FA 531 101");
	assert_int_equal(reset.at[0].word, ENDING_HALF_CLOSED_THEN_RESET);
}

/* What is over is told when it was silent for a while, and once; what is open is not. */
static void what_is_over_settles(void **state)
{
	struct reported reported;
	struct connection_table *table = table_of(&reported, 100);
	play(table, OPENED "< RA 501 101", 1);
	play(table, OPENED, 2);
	/* The last of them, the RST, came 3 ms behind the first second. */
	const uint64_t last_ns = UINT64_C(1003000000);
	connection_table_settle(table, last_ns + CONNECTION_TABLE_SETTLE_NS - 1);
	assert_int_equal(reported.count, 0);
	connection_table_settle(table, last_ns + CONNECTION_TABLE_SETTLE_NS);
	assert_int_equal(reported.count, 1);
	assert_int_equal(reported.at[0].number, 0);
	connection_table_settle(table, UINT64_MAX / 2);
	assert_int_equal(reported.count, 1);
	connection_table_finish(table);
	assert_int_equal(reported.count, 2);
	connection_table_destroy(table);
}

/* Every other byte is missing: where there are more holes than are kept, that is said. */
static void too_many_holes_are_told_of(void **state)
{
	static const struct {
		uint32_t holes;
		uint64_t told;
	} table[] = {{900, 0}, {9000, 1}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct reported reported;
		struct connection_table *connections = table_of(&reported, 100);
		struct script script = script_read("> S 0");
		struct segment segment = script_segment(&script, 0);
		unsigned notes;
		connection_table_see(connections, &segment, &notes);
		segment.tcp.flags = TCP_ACK;
		segment.tcp.payload = 1;
		for (uint32_t hole = 0; hole < table[i].holes; hole++) {
			segment.tcp.seq += 2;
			connection_table_see(connections, &segment, &notes);
		}
		connection_table_finish(connections);
		assert_int_equal(reported.at[0].bytes[VIEW_CLIENT], table[i].holes);
		assert_int_equal(
			connection_table_counts(connections)->too_many_holes, table[i].told);
		connection_table_destroy(connections);
	}
}

static void count_one(void *context, const struct connection *connection)
{
	(*(uint64_t *)context)++;
}

/* Many thousands of one tuple after the other, and as many of other tuples: each is reported
 * once. */
static void each_connection_is_reported_once(void **state)
{
	uint64_t reports = 0;
	const uint32_t count = 3 * CONNECTION_TABLE_ENDED;
	struct connection_table *table = connection_table_create(
		&(struct connection_table_options){100000, count_one, &reports});
	struct script script = script_read("> S 0; < RA 0 1");
	for (uint32_t i = 0; i < count; i++)
		for (size_t at = 0; at < 2; at++) {
			unsigned notes;
			struct segment segment = script_segment(&script, at);
			segment.tcp.seq = at == 0 ? i * 1000 : 0;
			segment.tcp.ack = at == 1 ? i * 1000 + 1 : 0;
			struct endpoint *client = at == 0 ? &segment.from : &segment.to;
			client->port = (uint16_t)(i % 7 == 0 ? 9 : i);
			assert_non_null(connection_table_see(table, &segment, &notes));
		}
	assert_int_equal(reports, count - CONNECTION_TABLE_ENDED);
	connection_table_finish(table);
	assert_int_equal(reports, count);
	assert_int_equal(connection_table_counts(table)->most, CONNECTION_TABLE_ENDED + 1);
	connection_table_destroy(table);
}

/* So many that some have the same hash, all of whose bits are looked at; the table has grown
 * between their two segments. */
static void connections_of_one_hash_are_told_apart(void **state)
{
	uint64_t reports = 0;
	const uint32_t count = 200000;
	struct connection_table *table = connection_table_create(
		&(struct connection_table_options){count, count_one, &reports});
	struct script script = script_read("> S 0; > A 1 501");
	for (uint32_t i = 0; i < 2 * count; i++) {
		unsigned notes;
		struct segment segment = script_segment(&script, i < count ? 0 : 1);
		segment.from.host[0] = i % count * UINT32_C(2654435761);
		const struct connection *seen = connection_table_see(table, &segment, &notes);
		assert_non_null(seen);
		assert_int_equal(seen->number, i % count);
	}
	assert_int_equal(reports, 0);
	connection_table_destroy(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_number_is_a_new_incarnation),
		cmocka_unit_test(a_syn_behind_other_numbers_is_another_connection),
		cmocka_unit_test(what_is_sent_again_is_no_incarnation),
		cmocka_unit_test(the_client_is_told_by_the_syn),
		cmocka_unit_test(other_tools_words),
		cmocka_unit_test(bytes_are_those_of_the_sequence_space),
		cmocka_unit_test(segments_are_told_in_wiresharks_words),
		cmocka_unit_test(the_silent_give_way),
		cmocka_unit_test(one_that_lives_on_is_not_over),
		cmocka_unit_test(a_fin_below_a_reset_is_of_an_end_that_lives),
		cmocka_unit_test(what_is_over_settles),
		cmocka_unit_test(too_many_holes_are_told_of),
		cmocka_unit_test(each_connection_is_reported_once),
		cmocka_unit_test(connections_of_one_hash_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
