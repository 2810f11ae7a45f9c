#include "bench/trace/connection_json.h"
#include "bench/trace/connection_view.h"

#include <inttypes.h>

#define NS_PER_US 1000
#define US_PER_S 1000000

/* All texts are words of ours, addresses and letters: nothing in them needs to be escaped. */
static void text_print(const char *name, const char *text, FILE *out)
{
	if (text)
		fprintf(out, ",\"%s\":\"%s\"", name, text);
	else
		fprintf(out, ",\"%s\":null", name);
}

static void flag_print(const char *name, bool flag, FILE *out)
{
	fprintf(out, ",\"%s\":%s", name, flag ? "true" : "false");
}

static void time_print(const char *name, uint64_t ns, FILE *out)
{
	uint64_t us = (ns + NS_PER_US / 2) / NS_PER_US;
	fprintf(out, ",\"%s\":%" PRIu64 ".%06" PRIu64, name, us / US_PER_S, us % US_PER_S);
}

static void unacknowledged_print(const struct connection_view *view, FILE *out)
{
	static const char *const names[VIEW_ENDS] = {"client", "server"};
	fputs(",\"bytes_unacknowledged\":{", out);
	for (unsigned end = 0; end < VIEW_ENDS; end++) {
		fprintf(out, "%s\"%s\":", end ? "," : "", names[end]);
		if (view->unacknowledged_known[end])
			fprintf(out, "%" PRIu64, view->unacknowledged[end]);
		else
			fputs("null", out);
	}
	putc('}', out);
}

static void ends_print(const char *name, const bool ends[VIEW_ENDS], FILE *out)
{
	bool client = ends[VIEW_CLIENT], server = ends[VIEW_SERVER];
	fprintf(out, ",\"%s\":[%s%s%s]", name, client ? "\"client\"" : "",
		client && server ? "," : "", server ? "\"server\"" : "");
}

static void reset_print(const struct connection_view *view, FILE *out)
{
	ends_print("reset_by", view->reset_by, out);
	ends_print("reset_doubted", view->reset_doubted, out);
	text_print("reset_because", tcp_ending_cause_text(view->cause), out);
}

void connection_json_print(const struct connection *connection, FILE *out)
{
	struct connection_view view = connection_view_of(connection);
	char client[ENDPOINT_TEXT_SIZE], server[ENDPOINT_TEXT_SIZE];
	fprintf(out, "{\"connection\":%u", connection->number);
	text_print("client", endpoint_plain_text(&view.endpoints[VIEW_CLIENT], client), out);
	text_print("server", endpoint_plain_text(&view.endpoints[VIEW_SERVER], server), out);
	flag_print("guessed", view.guessed, out);
	fprintf(out, ",\"incarnation\":%u", connection->incarnation);
	text_print("ended", tcp_ending_word_text(view.word), out);
	text_print("first_closer", view.first_closer, out);
	text_print("first_end", view.first_end, out);
	flag_print("crossed", view.crossed, out);
	reset_print(&view, out);
	fprintf(out, ",\"bytes\":{\"client\":%" PRIu64 ",\"server\":%" PRIu64 "}",
		view.bytes[VIEW_CLIENT], view.bytes[VIEW_SERVER]);
	unacknowledged_print(&view, out);
	fprintf(out, ",\"segments\":{\"client\":%u,\"server\":%u}", view.segments[VIEW_CLIENT],
		view.segments[VIEW_SERVER]);
	text_print("conn_state", view.conn_state, out);
	text_print("history", view.history, out);
	fprintf(out, ",\"completeness\":%u", view.completeness);
	time_print("start_s", view.start_ns, out);
	time_print("duration_s", view.duration_ns, out);
	flag_print("cut_short", connection->cut_short, out);
	fputs("}\n", out);
}
