/* The table of endings and of servers, the limits on it, and which connections are meant. */
#include "bench/trace/connection_table.h"
#include "bench/trace/ending_limit.h"
#include "bench/trace/selection.h"
#include "bench/trace/tally.h"
#include "script.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPENED "> S 100; < SA 500 101; > A 101 501;"
#define CLOSED OPENED "> FA 101 501; < FA 501 102; > A 102 502"

/* 6 connections: of 10.0.0.2 two closed and one reset, of which 30 bytes were not acknowledged; of
 * 10.0.0.3 two that were refused and one still open, with 5 bytes on their way. */
static const struct {
	const char *segments, *server;
} connections[] = {
	{CLOSED, "10.0.0.2"},
	{OPENED "< PA 501 101 +30; < RA 531 101", "10.0.0.2"},
	{CLOSED, "10.0.0.2"},
	{"> S 100; < RA 0 101", "10.0.0.3"},
	{OPENED "< PA 501 101 +5", "10.0.0.3"},
	{"> S 100; < RA 0 101", "10.0.0.3"},
};

struct seen {
	struct tally *tally;
	struct selection *selection;
	unsigned selected; /* a bit each, by number */
};

static void take(void *context, const struct connection *connection)
{
	struct seen *seen = context;
	tally_add(seen->tally, connection);
	if (seen->selection && selection_has(seen->selection, connection))
		seen->selected |= 1U << connection->number;
}

static struct seen seen_of(struct selection *selection)
{
	struct seen seen = {.tally = tally_create(), .selection = selection};
	struct connection_table *table =
		connection_table_create(&(struct connection_table_options){100, take, &seen});
	for (size_t i = 0; i < sizeof(connections) / sizeof(connections[0]); i++) {
		struct script script = script_read(connections[i].segments);
		for (size_t at = 0; at < script.count; at++) {
			unsigned notes;
			struct segment segment = script_segment(&script, at);
			bool up = script.segments[at].side == 0;
			struct endpoint *server = up ? &segment.to : &segment.from;
			struct endpoint *client = up ? &segment.from : &segment.to;
			server->host[0] = inet_addr(connections[i].server);
			client->port = (uint16_t)(40000 + i);
			segment.data = (const uint8_t *)"....GET /x";
			segment.data_captured = i == 4 ? 10 : i == 1 ? 9 : 0;
			const struct connection *connection =
				connection_table_see(table, &segment, &notes);
			if (selection)
				selection_see(selection, connection, &segment);
		}
	}
	connection_table_finish(table);
	connection_table_destroy(table);
	return seen;
}

static void endings_are_counted(void **state)
{
	struct seen seen = seen_of(NULL);
	size_t count;
	const struct tally_row *rows = tally_rows(seen.tally, &count);
	assert_int_equal(tally_connections(seen.tally), 6);
	/* What is on its way in an open connection is not lost. */
	assert_int_equal(tally_lost(seen.tally), 30);
	assert_int_equal(count, 4);
	assert_int_equal(rows[0].word, ENDING_CLOSED);
	assert_int_equal(rows[0].connections, 2);
	assert_string_equal(rows[0].first_closer, "client");
	assert_int_equal(rows[1].word, ENDING_REFUSED);
	assert_int_equal(rows[1].connections, 2);
	assert_int_equal(rows[1].example, 3);
	assert_int_equal(rows[1].cause, CAUSE_NO_LISTENER);
	assert_int_equal(rows[2].word, ENDING_RESET);
	assert_int_equal(rows[2].lost, 30);
	assert_int_equal(rows[2].example, 1);
	assert_int_equal(rows[3].word, ENDING_OPEN);
	assert_string_equal(rows[3].first_closer, "none");
	tally_destroy(seen.tally);
}

static void the_worst_server_comes_first(void **state)
{
	struct seen seen = seen_of(NULL);
	size_t count;
	uint64_t others;
	char text[ENDPOINT_TEXT_SIZE];
	const struct tally_server *servers = tally_servers(seen.tally, &count, &others);
	assert_int_equal(count, 2);
	assert_int_equal(others, 0);
	assert_string_equal(endpoint_text(&servers[0].endpoint, text), "10.0.0.3:80");
	assert_int_equal(tally_server_bad(&servers[0]), 2);
	assert_int_equal(servers[0].example, 3);
	assert_string_equal(endpoint_text(&servers[1].endpoint, text), "10.0.0.2:80");
	assert_int_equal(tally_server_bad(&servers[1]), 1);
	assert_int_equal(servers[1].lost, 30);
	assert_int_equal(servers[1].example, 1);
	tally_destroy(seen.tally);
}

/* More servers than are told apart. */
static void servers_are_bounded(void **state)
{
	struct tally *tally = tally_create();
	struct script script = script_read("> S 100");
	for (unsigned i = 0; i < TALLY_SERVERS_MAX + 5; i++) {
		struct segment segment = script_segment(&script, 0);
		struct connection connection;
		segment.to.host[0] = htonl(0x0a000000 + i);
		connection_begin(&connection, &segment, i, 1);
		connection_see(&connection, 0, &segment);
		tally_add(tally, &connection);
		tally_add(tally, &connection);
		connection_finish(&connection);
	}
	size_t count;
	uint64_t others;
	const struct tally_server *servers = tally_servers(tally, &count, &others);
	assert_int_equal(count, TALLY_SERVERS_MAX);
	assert_int_equal(others, 10);
	assert_int_equal(servers[count - 1].connections, 2);
	tally_destroy(tally);
}

static void limits_are_judged(void **state)
{
	static const struct {
		const char *text;
		bool crossed;
	} table[] = {
		{"closed > 1", true},
		{"closed > 2", false},
		{"closed>=2", true},
		{" closed == 2 ", true},
		{"closed != 2", false},
		{"closed < 3", true},
		{"closed <= 1", false},
		{"refused > 33%", true},
		{"refused > 33.4 %", false},
		{"no-listener > 33%", true},
		{"linger == 1", true},
		{"keep-alive-race > 0", false},
		{"bytes-lost > 29", true},
		{"bytes-lost > 1k", false},
		{"connections < 6", false},
	};
	struct seen seen = seen_of(NULL);
	FILE *out = tmpfile();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct option_list limits = {1, {table[i].text}};
		struct error error;
		print_message("%s\n", table[i].text);
		assert_int_equal(ending_limits_check(&limits, &error), 0);
		assert_int_equal(ending_limits_judge(&limits, seen.tally, out),
			table[i].crossed ? STATUS_THRESHOLD : STATUS_OK);
	}
	/* One of several is enough. */
	struct option_list limits = {2, {"closed > 2", "refused > 1"}};
	assert_int_equal(ending_limits_judge(&limits, seen.tally, out), STATUS_THRESHOLD);
	fclose(out);
	tally_destroy(seen.tally);
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} table[] = {
		{"", "needs NAME OPERATOR NUMBER"},
		{"> 3", "needs NAME OPERATOR NUMBER"},
		{"rest > 1%", "\"rest\" is no end and no cause of a reset; did you mean reset?"},
		{"reset 3", "needs one of < <= > >= == !="},
		{"reset >", "\"\" is no number"},
		{"reset > %", "\"%\" is no number"},
		{"reset > x", "\"x\" is no number"},
		{"reset > 1 % 2", "is no number"},
		{"bytes-lost > 1%", "\"bytes-lost\" is no share of the connections"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct option_list limits = {1, {table[i].text}};
		struct error error;
		assert_int_equal(ending_limits_check(&limits, &error), -1);
		assert_int_equal(error.status, STATUS_USAGE);
		if (!strstr(error.text, table[i].why))
			fail_msg("%s: %s", table[i].text, error.text);
	}
}

static unsigned selected_by(struct selection selection)
{
	struct seen seen = seen_of(&selection);
	tally_destroy(seen.tally);
	selection_finish(&selection);
	return seen.selected;
}

static void connections_are_selected(void **state)
{
	assert_int_equal(selected_by((struct selection){.kind = SELECT_ALL}), 0x3f);
	assert_int_equal(
		selected_by((struct selection){.kind = SELECT_NUMBER, .number = 2}), 1 << 2);
	assert_int_equal(selected_by((struct selection){.kind = SELECT_PORT, .port = 80}), 0x3f);
	assert_int_equal(
		selected_by((struct selection){.kind = SELECT_PORT, .port = 40003}), 1 << 3);
	/* Of the other one, only "GET /" was captured. */
	assert_int_equal(
		selected_by((struct selection){.kind = SELECT_TEXT, .text = "GET /x"}), 1 << 4);
	assert_int_equal(selected_by((struct selection){.kind = SELECT_TEXT, .text = "GET /"}),
		1 << 4 | 1 << 1);
	assert_int_equal(selected_by((struct selection){.kind = SELECT_TEXT, .text = "POST"}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endings_are_counted),
		cmocka_unit_test(the_worst_server_comes_first),
		cmocka_unit_test(servers_are_bounded),
		cmocka_unit_test(limits_are_judged),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(connections_are_selected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
