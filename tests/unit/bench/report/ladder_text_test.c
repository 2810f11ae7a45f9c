/* Lines of a ladder that have no segment: notes, and states that no segment tells. */
#include "bench/report/ladder_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CLIENT_SIDE, SERVER_SIDE };

/* A client's FIN, with these notes, behind which the kernels had these states. */
static char *drawn(size_t width, unsigned notes, enum tcp_state client, enum tcp_state server)
{
	struct ladder_row row = {.tcp.flags = TCP_FIN,
		.side = CLIENT_SIDE,
		.notes = notes,
		.states = {STATE_FIN_WAIT_1, STATE_ESTABLISHED}};
	const struct ladder ladder = {
		.rows = &row, .count = 1, .untold = {(uint8_t)client, (uint8_t)server}};
	const struct connection_view view = {.client_side = CLIENT_SIDE};
	const struct ladder_text_options options = {.width = width};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	ladder_text_print(&ladder, &view, &options, out);
	fclose(out);
	return text;
}

static void check(char *text, const char *wanted)
{
	/* Behind the heading and the FIN. */
	const char *lines = strchr(strchr(text, '\n') + 1, '\n') + 1;
	assert_string_equal(lines, wanted);
	free(text);
}

static void test_no_line(void **state)
{
	check(drawn(80, 0, STATE_UNKNOWN, STATE_UNKNOWN), "");
}

static void test_notes(void **state)
{
	check(drawn(80, NOTE_DROPPED, STATE_UNKNOWN, STATE_UNKNOWN),
		"            |              (dropped by the wire)                    |\n");
	check(drawn(80, NOTE_RETRANSMISSION | NOTE_DROPPED, STATE_UNKNOWN, STATE_UNKNOWN),
		"            |              (Retransmission, dropped by the wire)    |\n");
}

/* Nothing is cut. */
static void test_notes_of_a_narrow_terminal(void **state)
{
	check(drawn(60, NOTE_RELEASED, STATE_UNKNOWN, STATE_UNKNOWN),
		"            |            (released by the wire) |\n");
	check(drawn(60, NOTE_RETRANSMISSION | NOTE_DROPPED, STATE_UNKNOWN, STATE_UNKNOWN),
		"            |              (Retransmission,     |\n"
		"            |              dropped by the wire) |\n");
	check(drawn(60, NOTE_RST_REFUSED, STATE_UNKNOWN, STATE_UNKNOWN),
		"            |              (not taken: another  |\n"
		"            |              number is expected)  |\n");
}

static void test_states_that_no_segment_tells(void **state)
{
	check(drawn(80, 0, STATE_CLOSED, STATE_UNKNOWN),
		"            CLOSED         (by the kernel's word)                   |\n");
	check(drawn(60, NOTE_DROPPED, STATE_CLOSED, STATE_FIN_WAIT_2),
		"            |            (dropped by the wire)  |\n"
		"            CLOSED       (by the kernel's word) FIN-WAIT-2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_line),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_notes_of_a_narrow_terminal),
		cmocka_unit_test(test_states_that_no_segment_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
