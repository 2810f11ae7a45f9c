/* States as RFC 9293 draws them (figures 5 to 13), and what was delivered when. */
#include "bench/trace/ladder.h"
#include "bench/trace/state_course.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OPENED "> S 100; < SA 300 101; > A 101 301;"
#define OPENED_STATES "SYN-SENT/SYN-RECEIVED ESTABLISHED/SYN-RECEIVED ESTABLISHED/ESTABLISHED "

/* With the notes of each row, as far as there are any. */
static struct ladder ladder_noted(const char *text, const unsigned *notes, size_t count)
{
	struct ladder ladder = {0};
	struct script script = script_read(text);
	for (size_t i = 0; i < script.count; i++) {
		struct segment segment = script_segment(&script, i);
		ladder_add(&ladder, script.segments[i].side, i < count ? notes[i] : 0, &segment);
	}
	ladder_settle(&ladder, 0);
	return ladder;
}

static struct ladder ladder_of(const char *text)
{
	return ladder_noted(text, NULL, 0);
}

static const struct {
	const char *name, *segments, *states;
} cases[] = {
	/* Figure 12 */
	{"normal close", OPENED "> FA 101 301; < A 301 102; < FA 301 102; > A 102 302",
		OPENED_STATES "FIN-WAIT-1/CLOSE-WAIT FIN-WAIT-2/CLOSE-WAIT TIME-WAIT/LAST-ACK "
			      "TIME-WAIT/CLOSED"},
	/* Figure 13: each FIN is sent before the other's has arrived. */
	{"simultaneous close", OPENED "> FA 101 301; < FA 301 101; > A 102 302; < A 302 102",
		OPENED_STATES "FIN-WAIT-1/ESTABLISHED CLOSING/CLOSING CLOSING/TIME-WAIT "
			      "TIME-WAIT/TIME-WAIT"},
	/* The FIN acknowledges the other's: three segments. */
	{"three segments", OPENED "< FA 301 101; > FA 101 302; < A 302 102",
		OPENED_STATES "CLOSE-WAIT/FIN-WAIT-1 LAST-ACK/TIME-WAIT CLOSED/TIME-WAIT"},
	{"data after a FIN", OPENED "> FA 101 301; < A 301 102 +9; > A 102 310; < FA 310 102",
		OPENED_STATES "FIN-WAIT-1/CLOSE-WAIT FIN-WAIT-2/CLOSE-WAIT FIN-WAIT-2/CLOSE-WAIT "
			      "TIME-WAIT/LAST-ACK"},
	/* Figure 7 */
	{"simultaneous open", "> S 100; < S 300; > SA 100 301; < SA 300 101",
		"SYN-SENT/LISTEN SYN-RECEIVED/SYN-RECEIVED SYN-RECEIVED/ESTABLISHED "
		"ESTABLISHED/ESTABLISHED"},
	{"reset", OPENED "< RA 301 101; < RA 301 101", OPENED_STATES "CLOSED/CLOSED CLOSED/CLOSED"},
	/* A state does not come back behind a RST. */
	{"data behind a RST", OPENED "> RA 101 301; < PA 301 101 +9; > R 101",
		OPENED_STATES "CLOSED/CLOSED CLOSED/CLOSED CLOSED/CLOSED"},
	/* The RST's number lies before what is awaited: it ends nothing (RFC 5961, 3.2). */
	{"an old RST", OPENED "> A 101 301 +9; < A 301 110; > R 101",
		OPENED_STATES "ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED "
			      "ESTABLISHED/ESTABLISHED"},
	{"an old RST of the handshake", OPENED "< R 300", OPENED_STATES "ESTABLISHED/CLOSED"},
	{"a RST that is challenged", OPENED "< A 301 101; < R 400; > A 101 301",
		OPENED_STATES "ESTABLISHED/ESTABLISHED ESTABLISHED/ESTABLISHED "
			      "ESTABLISHED/ESTABLISHED"},
	/* The same, but a FIN came between: Linux takes it. */
	{"a RST of before the FIN", OPENED "< FA 301 101; > A 101 301 +9; < R 301",
		OPENED_STATES "ESTABLISHED/FIN-WAIT-1 CLOSE-WAIT/FIN-WAIT-1 CLOSED/CLOSED"},
	{"refused", "> S 100; < RA 0 101", "SYN-SENT/? CLOSED/CLOSED"},
	/* Figure 9: the old connection is reset, and the SYN goes on. */
	{"a SYN meets an old connection", "> S 100; < A 900 77; > R 77; > S 100; < SA 300 101",
		"SYN-SENT/? SYN-SENT/ESTABLISHED SYN-SENT/LISTEN SYN-SENT/SYN-RECEIVED "
		"ESTABLISHED/SYN-RECEIVED"},
	/* The middle of a connection: who speaks has one. */
	{"no handshake", "> A 7 9 +5; < A 9 12; < FA 9 12",
		"ESTABLISHED/? ESTABLISHED/ESTABLISHED CLOSE-WAIT/FIN-WAIT-1"},
	/* The client's FIN is lost once: the server sends without having it. */
	{"a FIN that is lost", OPENED "> FA 101 301; < A 301 101 +9; > FA 101 310; < A 310 102",
		OPENED_STATES "FIN-WAIT-1/ESTABLISHED FIN-WAIT-1/CLOSE-WAIT FIN-WAIT-1/CLOSE-WAIT "
			      "FIN-WAIT-2/CLOSE-WAIT"},
	{"the last ACK is lost",
		OPENED "< FA 301 101; > FA 101 302; < A 302 102; > FA 101 302; < A 302 102",
		OPENED_STATES "CLOSE-WAIT/FIN-WAIT-1 LAST-ACK/TIME-WAIT CLOSED/TIME-WAIT "
			      "CLOSED/TIME-WAIT CLOSED/TIME-WAIT"},
};

static void states_write(const struct ladder *ladder, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < ladder->count; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s/%s", i ? " " : "",
			tcp_state_text((enum tcp_state)ladder->rows[i].states[0]),
			tcp_state_text((enum tcp_state)ladder->rows[i].states[1]));
}

static void states_are_those_of_the_rfc(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ladder ladder = ladder_of(cases[i].segments);
		char states[1024];
		states_write(&ladder, states, sizeof(states));
		print_message("%s\n", cases[i].name);
		assert_string_equal(states, cases[i].states);
		ladder_finish(&ladder);
	}
}

static void numbers_are_relative_to_the_first(void **state)
{
	struct ladder ladder = ladder_of(OPENED);
	assert_int_equal(ladder_seq(&ladder, 0, 101), 1);
	assert_int_equal(ladder_seq(&ladder, 1, 301), 1);
	ladder_finish(&ladder);
	/* In the middle the first byte has number 1, as in Wireshark. */
	ladder = ladder_of("> A 7000 9000 +5");
	assert_int_equal(ladder_seq(&ladder, 0, 7000), 1);
	assert_int_equal(ladder_seq(&ladder, 1, 9000), 1);
	ladder_finish(&ladder);
	/* A refusal's number is none of the server's. */
	ladder = ladder_of("> S 100; < RA 0 101; > S 100; < SA 300 101");
	assert_int_equal(ladder_seq(&ladder, 1, 300), 0);
	ladder_finish(&ladder);
}

/* What flows between is folded: all but the first and the last of a run. */
static void data_that_flows_is_folded(void **state)
{
	struct ladder ladder = ladder_of(OPENED
		"> A 101 301 +9; < A 301 110 +9; > A 110 310 +9; < A 310 119; > A 119 310 +9;"
		"> FA 128 310; < A 310 129");
	for (size_t i = 0; i < ladder.count; i++)
		assert_int_equal(ladder.rows[i].folded, i == 4 ? 3 : 0);
	ladder_finish(&ladder);
	ladder = ladder_of(OPENED "> A 101 301 +9; < A 301 110 +9; > A 110 310 +9; < A 310 119;"
				  "> FA 119 310");
	for (size_t i = 0; i < ladder.count; i++)
		assert_int_equal(ladder.rows[i].folded, 0);
	ladder_finish(&ladder);
}

#define FULL NOTE_ZERO_WINDOW
#define FULL_AGAIN (NOTE_ZERO_WINDOW | NOTE_RETRANSMISSION)
#define FLOWS                                                                                      \
	"> A 101 301 +9; > A 110 301 +9; > A 119 301 +9; > A 128 301 +9; > A 137 301 +9;"          \
	"> A 146 301 +9; < A 301 155"
#define ANSWERS "> A 101 301; > A 101 301; > A 101 301; > A 101 301; > A 101 301; > A 101 301"

/* An end that sends and has no room itself says so in each segment: the first one shows it. */
static void a_closed_window_is_told_of_once(void **state)
{
	static const struct {
		const char *segments;
		unsigned notes[9]; /* the first three are the handshake's */
		size_t row, folded;
	} folds[] = {
		{OPENED FLOWS, {0, 0, 0, 0, 0, 0, 0, 0, 0}, 4, 5},
		{OPENED FLOWS, {0, 0, 0, FULL, FULL, FULL, FULL, FULL, FULL}, 5, 4},
		{OPENED FLOWS, {0, 0, 0, 0, FULL, FULL, FULL, FULL, FULL}, 6, 3},
		{OPENED FLOWS, {0, 0, 0, FULL, FULL, FULL, FULL_AGAIN, FULL, FULL}, 0, 0},
		/* Each answers a probe. */
		{OPENED ANSWERS, {0, 0, 0, FULL, FULL, FULL, FULL, FULL, FULL}, 0, 0},
	};
	for (size_t i = 0; i < sizeof(folds) / sizeof(folds[0]); i++) {
		struct ladder ladder = ladder_noted(folds[i].segments, folds[i].notes, 9);
		for (size_t row = 0; row < ladder.count; row++)
			assert_int_equal(
				ladder.rows[row].folded, row == folds[i].row ? folds[i].folded : 0);
		ladder_finish(&ladder);
	}
}

static void flags_are_in_the_order_of_wireshark(void **state)
{
	char text[LADDER_FLAGS_SIZE];
	struct tcp_header header = {.flags = 0xff};
	assert_string_equal(ladder_flags(&header, text), "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR");
	header.flags = TCP_ACK | TCP_FIN;
	assert_string_equal(ladder_flags(&header, text), "FIN, ACK");
	header.flags = 0;
	assert_string_equal(ladder_flags(&header, text), "none");
}

/* The end whose FIN is captured second was in FIN-WAIT-1, too, until the other's FIN was there. */
static void a_course_has_states_between_two_rows(void **state)
{
	struct ladder ladder =
		ladder_of(OPENED "> FA 101 301; < FA 301 101; > A 102 302; < A 302 102");
	for (unsigned side = 0; side < 2; side++) {
		struct state_course course = state_course_of(&ladder, side);
		char text[STATE_COURSE_TEXT];
		assert_string_equal(state_course_text(&course, text),
			side == 0 ? "SYN-SENT, ESTABLISHED, FIN-WAIT-1, CLOSING, TIME-WAIT"
				  : "SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, CLOSING, TIME-WAIT");
	}
	ladder_finish(&ladder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_those_of_the_rfc),
		cmocka_unit_test(numbers_are_relative_to_the_first),
		cmocka_unit_test(data_that_flows_is_folded),
		cmocka_unit_test(a_closed_window_is_told_of_once),
		cmocka_unit_test(a_course_has_states_between_two_rows),
		cmocka_unit_test(flags_are_in_the_order_of_wireshark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
