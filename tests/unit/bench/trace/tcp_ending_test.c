/* The judge of endings, by tables of segments: what each table shows is true by construction. */
#include "bench/trace/tcp_ending.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define OPENED "> S 100; < SA 500 101; > A 101 501;"
/* A request of 20 bytes, a response of 30. */
#define SERVED OPENED "> PA 101 501 +20; < A 501 121; < PA 501 121 +30; > A 121 531;"

struct ending_case {
	const char *name, *segments;
	enum tcp_ending_word word;
	enum tcp_ending_side first_closer;
	enum tcp_ending_first first;
	enum tcp_ending_cause cause;
	bool crossed;
};

static const struct ending_case cases[] = {
	{"closed by the client", SERVED "> FA 121 531; < FA 531 122; > A 122 532", ENDING_CLOSED,
		SIDE_A, FIRST_FIN, CAUSE_NONE, false},
	{"closed by the server", SERVED "< FA 531 121; > FA 121 532; < A 532 122", ENDING_CLOSED,
		SIDE_B, FIRST_FIN, CAUSE_NONE, false},
	/* The second FIN is captured first: it acknowledges the other one. */
	{"FINs captured in another order", SERVED "> FA 121 532; < FA 531 121; < A 532 122",
		ENDING_CLOSED, SIDE_B, FIRST_FIN, CAUSE_NONE, false},
	{"FINs that cross", SERVED "> FA 121 531; < FA 531 121; > A 122 532; < A 532 122",
		ENDING_CLOSED_CROSSED, SIDE_BOTH, FIRST_FIN, CAUSE_NONE, true},
	{"a FIN that is sent again",
		SERVED "> FA 121 531; > FA 121 531; < A 531 122; < FA 531 122; > A 122 532",
		ENDING_CLOSED, SIDE_A, FIRST_FIN, CAUSE_NONE, false},
	/* The second sending acknowledges the other's FIN, the first did not: they crossed. */
	{"crossed FINs, one sent again",
		SERVED "> FA 121 531; < FA 531 121; > FA 121 532; < A 532 122",
		ENDING_CLOSED_CROSSED, SIDE_BOTH, FIRST_FIN, CAUSE_NONE, true},
	{"half-closed", SERVED "< FA 531 121; > A 121 532", ENDING_HALF_CLOSED, SIDE_B, FIRST_FIN,
		CAUSE_NONE, false},
	{"half-closed, data goes on", SERVED "> FA 121 531; < A 531 122 +9; > A 122 540",
		ENDING_HALF_CLOSED, SIDE_A, FIRST_FIN, CAUSE_NONE, false},
	{"open", SERVED, ENDING_OPEN, SIDE_NONE, FIRST_NONE, CAUSE_NONE, false},
	{"open, begins in the middle", "> A 7 9 +5; < A 9 12", ENDING_OPEN, SIDE_NONE, FIRST_NONE,
		CAUSE_NONE, false},
	{"unanswered", "> S 100; > S 100; > S 100", ENDING_UNANSWERED, SIDE_NONE, FIRST_NONE,
		CAUSE_NONE, false},
	/* Only one direction is captured: what acknowledges was answered. */
	{"one direction alone", "> S 100; > A 101 501; > A 101 501 +20", ENDING_OPEN, SIDE_NONE,
		FIRST_NONE, CAUSE_NONE, false},
	{"refused", "> S 100; < RA 0 101", ENDING_REFUSED, SIDE_B, FIRST_RST, CAUSE_NO_LISTENER,
		false},
	{"refused again and again", "> S 100; < RA 0 101; > S 100; < RA 0 101", ENDING_REFUSED,
		SIDE_B, FIRST_RST, CAUSE_NO_LISTENER, false},
	{"refused by what acknowledges nothing", "> S 100; < R 7 0", ENDING_REFUSED, SIDE_B,
		FIRST_RST, CAUSE_UNKNOWN, false},
	/* A RST of another number does not keep the connection from being opened. */
	{"a RST, and opened all the same", "> S 100; < RA 900 777; < SA 500 101; > A 101 501",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_UNKNOWN, false},
	{"a forged refusal", "> S 100; < RA 0 101; < SA 500 101; > A 101 501", ENDING_RESET, SIDE_B,
		FIRST_RST, CAUSE_UNKNOWN, false},
	{"a FIN instead of the handshake's ACK", "> S 100; < SA 500 101; > FA 101 501; < R 501",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_A, FIRST_FIN, CAUSE_UNKNOWN, false},
	{"the client takes its SYN back", "> S 100; > R 101", ENDING_RESET, SIDE_A, FIRST_RST,
		CAUSE_UNKNOWN, false},
	{"the SYN-ACK is not wanted", "> S 100; < SA 500 101; > R 101", ENDING_RESET, SIDE_A,
		FIRST_RST, CAUSE_UNWANTED_SYN_ACK, false},
	{"the listener's queue is full", OPENED "< R 501", ENDING_RESET, SIDE_B, FIRST_RST,
		CAUSE_LISTENER_QUEUE, false},
	{"data of the client, and no socket", OPENED "> PA 101 501 +20; < R 501", ENDING_RESET,
		SIDE_B, FIRST_RST, CAUSE_UNKNOWN, false},
	{"a RST was captured before the FIN that it follows", OPENED "< R 502; < FA 501 101",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_UNKNOWN, false},
	{"a RST that another sent, and the end goes on",
		OPENED "< R 501; < A 501 101 +30; < FA 531 101", ENDING_RESET, SIDE_B, FIRST_RST,
		CAUSE_LISTENER_QUEUE, false},
	{"MPTCP closed at once", OPENED "< RA 501 101 fastclose", ENDING_RESET, SIDE_B, FIRST_RST,
		CAUSE_MPTCP_FASTCLOSE, false},
	{"MPTCP closed at once by the client, behind data", SERVED "> RA 121 531 fastclose",
		ENDING_RESET, SIDE_A, FIRST_RST, CAUSE_MPTCP_FASTCLOSE, false},
	{"MPTCP asked by an ACK, the other end resets", SERVED "> A 121 531 fastclose; < R 531",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_MPTCP_FASTCLOSE, false},
	{"the same, with an ACK of its own", SERVED "> A 121 531 fastclose; < RA 531 121",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_MPTCP_FASTCLOSE, false},
	{"a subflow of MPTCP is reset", OPENED "< RA 501 101 mptcp", ENDING_RESET, SIDE_B,
		FIRST_RST, CAUSE_UNKNOWN, false},
	{"SO_LINGER behind MPTCP's data", OPENED "> A 101 501 mptcp; < RA 501 101", ENDING_RESET,
		SIDE_B, FIRST_RST, CAUSE_LINGER, false},
	{"a RST behind what came after the question",
		SERVED "> A 121 531 fastclose; > PA 121 531 +9; < R 531", ENDING_RESET, SIDE_B,
		FIRST_RST, CAUSE_NO_SOCKET, false},
	{"SO_LINGER of a server that got nothing", OPENED "< A 501 101 +30; < RA 531 101",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_LINGER, false},
	{"SO_LINGER or unread input", SERVED "< RA 531 121", ENDING_RESET, SIDE_B, FIRST_RST,
		CAUSE_UNREAD_INPUT_OR_LINGER, false},
	{"the same by the client", SERVED "> RA 121 531", ENDING_RESET, SIDE_A, FIRST_RST,
		CAUSE_UNREAD_INPUT_OR_LINGER, false},
	/* The number is not the one that the end's own data leads to, and segments may be missing.
	 */
	{"a RST of another number", SERVED "< RA 1131 121", ENDING_RESET, SIDE_B, FIRST_RST,
		CAUSE_UNKNOWN, false},
	{"behind the window, but it acknowledges what was not captured", SERVED "< RA 9531 131",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_UNKNOWN, false},
	{"the server lost the connection", SERVED "> PA 121 531 +9; < R 531", ENDING_RESET, SIDE_B,
		FIRST_RST, CAUSE_NO_SOCKET, false},
	{"keep-alive race", SERVED "< FA 531 121; > PA 121 531 +9; < R 531",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_KEEP_ALIVE_RACE, false},
	{"data after the FIN had arrived",
		SERVED "< FA 531 121; > A 121 532; > PA 121 532 +9; < R 532",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_DATA_AFTER_FIN, false},
	{"a FIN, and a RST that answers nothing", SERVED "> FA 121 531; < RA 531 122",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_A, FIRST_FIN, CAUSE_UNREAD_INPUT_OR_LINGER,
		false},
	/* The RST acknowledges less than the FIN: its sender had not seen it. */
	{"a FIN and a RST that cross", SERVED "> FA 121 531; < RA 531 121",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_A, FIRST_FIN, CAUSE_UNREAD_INPUT_OR_LINGER,
		true},
	{"a RST, and a FIN that was on its way", SERVED "> RA 121 531; < FA 531 121; > R 121",
		ENDING_RESET, SIDE_A, FIRST_RST, CAUSE_UNREAD_INPUT_OR_LINGER, true},
	/* Captured before the FIN that it acknowledges. */
	{"a RST that had seen the FIN", SERVED "> RA 121 532; < FA 531 121",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_UNREAD_INPUT_OR_LINGER,
		false},
	{"closed, then reset", SERVED "< FA 531 121; > FA 121 532; < A 532 122; > R 122",
		ENDING_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_UNKNOWN, false},
	{"a SYN meets an old connection",
		"> S 100; < A 900 7777; > R 7777; > S 100; < SA 500 101; > A 101 501", ENDING_RESET,
		SIDE_A, FIRST_RST, CAUSE_OLD_CONNECTION, false},
	{"nothing but a RST", "> RA 100 7", ENDING_NOT_A_CONNECTION, SIDE_A, FIRST_RST,
		CAUSE_UNKNOWN, false},
	{"numbers wrap",
		"> S 4294967290; < SA 4294967295 4294967291; > A 4294967291 0 +20;"
		"< FA 0 15; > FA 15 1; < A 1 16",
		ENDING_CLOSED, SIDE_B, FIRST_FIN, CAUSE_NONE, false},
};

/* What needs the acknowledgements, which a tap of flags alone does not see. */
static const struct ending_case refused_cases[] = {
	{"challenged, and the capture ends", SERVED "< R 600; > A 121 531", ENDING_OPEN, SIDE_NONE,
		FIRST_NONE, CAUSE_NONE, false},
	{"the client's challenged", SERVED "> R 200; < A 531 121", ENDING_OPEN, SIDE_NONE,
		FIRST_NONE, CAUSE_NONE, false},
	{"challenged with data", SERVED "< RA 600 121; > PA 121 531 +9", ENDING_OPEN, SIDE_NONE,
		FIRST_NONE, CAUSE_NONE, false},
	{"before the window", SERVED "< R 501", ENDING_OPEN, SIDE_NONE, FIRST_NONE, CAUSE_NONE,
		false},
	{"the client's before the window", SERVED "> RA 101 531", ENDING_OPEN, SIDE_NONE,
		FIRST_NONE, CAUSE_NONE, false},
	{"behind the window", SERVED "< R 1532", ENDING_OPEN, SIDE_NONE, FIRST_NONE, CAUSE_NONE,
		false},
	{"behind the window, half-closed", SERVED "> FA 121 531; < A 531 122; > R 1200 0; > R 9000",
		ENDING_HALF_CLOSED, SIDE_A, FIRST_FIN, CAUSE_NONE, false},
	/* The ACK was on its way: the RST goes on where its end's own data ended. */
	{"an ACK that crosses the RST", OPENED "< PA 501 101 +30; < RA 531 101; > A 101 501",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_LINGER, false},
	{"more was sent than the window had room for", SERVED "< A 531 121 +1200; < RA 1731 121",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_UNREAD_INPUT_OR_LINGER, false},
	/* What the RST goes on from was not captured, and the ACK of what came before was on its
	   way. */
	{"data is missing before the RST",
		OPENED "< A 501 101 +100; < A 601 101 +100; < RA 801 101; > A 101 601",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_UNKNOWN, false},
	/* The end is gone: it answers what the other one sent before it had the FIN. */
	{"an answer that is challenged",
		SERVED "< FA 531 121; > PA 121 531 +9; < R 531; > A 130 532; < R 532",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_KEEP_ALIVE_RACE, false},
	/* The number of a FIN that has arrived. */
	{"a RST with the FIN's number", SERVED "< FA 531 121; > A 121 532; < RA 531 121",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_B, FIRST_FIN, CAUSE_UNKNOWN, false},
	{"refused, then taken", SERVED "< R 600; > A 121 531; < RA 531 121", ENDING_RESET, SIDE_B,
		FIRST_RST, CAUSE_UNREAD_INPUT_OR_LINGER, false},
	{"several in the window, the last is taken", SERVED "< R 600; < R 700; < RA 531 121",
		ENDING_RESET, SIDE_B, FIRST_RST, CAUSE_UNREAD_INPUT_OR_LINGER, false},
	{"refused, closed, then taken", SERVED "< R 600; > FA 121 531; < R 531",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_A, FIRST_FIN, CAUSE_UNKNOWN, false},
	/* The forged RST came before the FIN, the other end's own behind it. */
	{"a forged one taken back, the other end's stays",
		SERVED "< RA 531 121; > FA 121 531; > R 122; < A 531 122 +9",
		ENDING_HALF_CLOSED_THEN_RESET, SIDE_A, FIRST_FIN, CAUSE_UNKNOWN, false},
	{"numbers wrap, and it is challenged",
		"> S 4294967290; < SA 4294967290 4294967291; > A 4294967291 4294967291;"
		"< PA 4294967291 4294967291 +10; > A 4294967291 5; < R 50; > A 4294967291 5",
		ENDING_OPEN, SIDE_NONE, FIRST_NONE, CAUSE_NONE, false},
};

static struct tcp_ending ending_of(const char *segments, bool flags_only)
{
	struct script script = script_read(segments);
	struct tcp_ending ending = {.flags_only = flags_only};
	for (size_t i = 0; i < script.count; i++) {
		const struct scripted *one = &script.segments[i];
		bool passes = !flags_only || (one->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST));
		if (passes)
			tcp_ending_see(&ending, (enum tcp_ending_side)one->side, &one->tcp);
	}
	return ending;
}

static void case_judge(const struct ending_case *one)
{
	struct tcp_ending ending = ending_of(one->segments, false);
	print_message("%s\n", one->name);
	assert_string_equal(
		tcp_ending_word_text(tcp_ending_word(&ending)), tcp_ending_word_text(one->word));
	assert_int_equal(tcp_ending_first_closer(&ending), one->first_closer);
	assert_int_equal(ending.first, one->first);
	assert_int_equal(tcp_ending_cause(&ending), one->cause);
	assert_int_equal(tcp_ending_is_crossed(&ending), one->crossed);
}

static void each_table_is_judged(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		case_judge(&cases[i]);
	for (size_t i = 0; i < sizeof(refused_cases) / sizeof(refused_cases[0]); i++)
		case_judge(&refused_cases[i]);
}

/* A window of 1000 has room for eight times as many where both SYNs say a shift of 3. */
static void a_window_is_scaled_where_both_ends_say_so(void **state)
{
	static const struct {
		uint8_t client, server;
		uint32_t rst;
		enum tcp_ending_word word;
	} table[] = {
		{3 + 1, 0 + 1, 501 + 8000, ENDING_RESET},
		{3 + 1, 0 + 1, 501 + 8001, ENDING_OPEN},
		{3 + 1, SCALE_NONE, 501 + 1001, ENDING_OPEN},
		{SCALE_NONE, 3 + 1, 501 + 1001, ENDING_OPEN},
		{3 + 1, SCALE_UNKNOWN, 501 + 8001, ENDING_RESET},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct script script = script_read(OPENED "< A 501 101; < R 0");
		struct tcp_ending ending = {0};
		script.segments[0].tcp.scale = table[i].client;
		script.segments[1].tcp.scale = table[i].server;
		script.segments[4].tcp.seq = table[i].rst;
		for (size_t at = 0; at < script.count; at++)
			tcp_ending_see(&ending, (enum tcp_ending_side)script.segments[at].side,
				&script.segments[at].tcp);
		assert_int_equal(tcp_ending_word(&ending), table[i].word);
	}
}

/* A tap that passes SYN, FIN and RST alone sees who closed first, and the same words where nothing
 * else is needed. */
static void flags_alone_tell_who_closed_first(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ending_case *one = &cases[i];
		struct tcp_ending all = ending_of(one->segments, false);
		struct tcp_ending flags = ending_of(one->segments, true);
		print_message("%s\n", one->name);
		assert_int_equal(tcp_ending_first_closer(&flags), tcp_ending_first_closer(&all));
		assert_int_equal(tcp_ending_is_crossed(&flags), tcp_ending_is_crossed(&all));
		if (one->first != FIRST_NONE && one->word != ENDING_REFUSED &&
			one->word != ENDING_NOT_A_CONNECTION)
			assert_int_equal(tcp_ending_word(&flags), one->word);
	}
	/* A server that resets what it has accepted has no number of 0, as a refusal has. */
	struct tcp_ending refused = ending_of("> S 100; < RA 0 101", true);
	struct tcp_ending reset = ending_of("> S 100; < RA 501 101", true);
	assert_int_equal(tcp_ending_word(&refused), ENDING_REFUSED);
	assert_int_equal(tcp_ending_cause(&refused), CAUSE_NO_LISTENER);
	assert_int_equal(tcp_ending_word(&reset), ENDING_RESET);
	assert_int_equal(tcp_ending_cause(&reset), CAUSE_UNKNOWN);
}

static void a_connection_is_over_when_nothing_more_is_to_come(void **state)
{
	static const struct {
		const char *segments;
		bool over;
	} table[] = {
		{SERVED, false},
		{SERVED "> FA 121 531", false},
		{SERVED "> FA 121 531; < FA 531 122", false},
		{SERVED "> FA 121 531; < FA 531 122; > A 122 531", false},
		{SERVED "> FA 121 531; < FA 531 122; > A 122 532", true},
		{SERVED "< RA 531 121", true},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct tcp_ending ending = ending_of(table[i].segments, false);
		assert_int_equal(tcp_ending_is_over(&ending), table[i].over);
	}
}

static void each_word_and_each_cause_has_a_text_of_its_own(void **state)
{
	for (int word = 0; word < ENDING_WORDS; word++)
		for (int other = 0; other < word; other++)
			assert_string_not_equal(tcp_ending_word_text((enum tcp_ending_word)word),
				tcp_ending_word_text((enum tcp_ending_word)other));
	for (int cause = CAUSE_UNKNOWN; cause < ENDING_CAUSES; cause++) {
		assert_non_null(tcp_ending_cause_sentence((enum tcp_ending_cause)cause));
		if (cause != CAUSE_UNKNOWN)
			assert_non_null(tcp_ending_cause_text((enum tcp_ending_cause)cause));
	}
	assert_null(tcp_ending_cause_text(CAUSE_NONE));
	assert_null(tcp_ending_cause_text(CAUSE_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_table_is_judged),
		cmocka_unit_test(a_window_is_scaled_where_both_ends_say_so),
		cmocka_unit_test(flags_alone_tell_who_closed_first),
		cmocka_unit_test(a_connection_is_over_when_nothing_more_is_to_come),
		cmocka_unit_test(each_word_and_each_cause_has_a_text_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
