#include "bench/report/endings_text.h"

#include "bench/report/paragraph.h"
#include "bench/trace/connection_view.h"

#include <inttypes.h>
#include <string.h>

/* Servers that are listed; the rest are counted. */
#define SERVERS_SHOWN 10
/* Narrower than this, the table leaves out which connection to look at. */
#define WIDTH_WITH_EXAMPLE 91
#define SENTENCE_SIZE ENDINGS_TEXT_SIZE

static double percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100 * (double)part / (double)whole : 0;
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void rows_print(struct tally *tally, const struct look *look, bool with_example, FILE *out)
{
	size_t count;
	const struct tally_row *rows = tally_rows(tally, &count);
	fprintf(out, "%-22s %-7s %-22s %8s %7s %8s%s\n", "ENDED", "FIRST", "RESET BECAUSE", "COUNT",
		"SHARE", "LOST", with_example ? "    LOOK AT" : "");
	for (size_t i = 0; i < count; i++) {
		const struct tally_row *row = &rows[i];
		bool bad = tally_word_is_bad(row->word);
		look_colour(look, bad ? LOOK_BAD : LOOK_PLAIN, out);
		fprintf(out, "%-22s", tcp_ending_word_text(row->word));
		look_colour(look, LOOK_PLAIN, out);
		fprintf(out, " %-7s %-22s %8" PRIu64 " %5.1f %% %8" PRIu64, row->first_closer,
			or_dash(tcp_ending_cause_text(row->cause)), row->connections,
			percent(row->connections, tally_connections(tally)), row->lost);
		if (with_example)
			fprintf(out, " %10u", row->example);
		fputc('\n', out);
	}
}

static void server_print(const struct tally_server *server, FILE *out)
{
	char text[ENDPOINT_TEXT_SIZE];
	uint64_t bad = tally_server_bad(server);
	fprintf(out, "%-30s %11" PRIu64 " %8" PRIu64 " %5.1f %% %8" PRIu64,
		endpoint_text(&server->endpoint, text), server->connections, bad,
		percent(bad, server->connections), server->lost);
	if (server->has_example)
		fprintf(out, " %10u", server->example);
	fputc('\n', out);
}

/* "6 refused, 1 reset", of what is bad. */
static void bad_words_write(const struct tally_server *server, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (int word = 0; word < ENDING_WORDS; word++)
		if (tally_word_is_bad((enum tcp_ending_word)word) && server->words[word] > 0 &&
			used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%" PRIu64 " %s",
				used ? ", " : "", server->words[word],
				tcp_ending_word_text((enum tcp_ending_word)word));
}

static void worst_print(const struct tally_server *server, size_t width, bool again, FILE *out)
{
	char shows[48] = "";
	if (again)
		snprintf(shows, sizeof(shows), " (--connection %u shows one)", server->example);
	char text[ENDPOINT_TEXT_SIZE], words[160], sentence[SENTENCE_SIZE];
	bad_words_write(server, words, sizeof(words));
	snprintf(sentence, sizeof(sentence), "Worst: %s, of %" PRIu64 " connection%s %s%s.",
		endpoint_text(&server->endpoint, text), server->connections,
		server->connections == 1 ? "" : "s", words, shows);
	fputc('\n', out);
	paragraph_print(sentence, width, out);
}

void endings_text_print(
	struct tally *tally, const struct look *look, size_t width, bool again, FILE *out)
{
	bool with_example = width >= WIDTH_WITH_EXAMPLE;
	rows_print(tally, look, with_example, out);
	size_t count;
	uint64_t others;
	const struct tally_server *servers = tally_servers(tally, &count, &others);
	if (count > 1) {
		fprintf(out, "\n%-30s %11s %8s %7s %8s    LOOK AT\n", "SERVER", "CONNECTIONS",
			"BAD", "SHARE", "LOST");
		for (size_t i = 0; i < count && i < SERVERS_SHOWN; i++)
			server_print(&servers[i], out);
		if (count > SERVERS_SHOWN)
			fprintf(out, "and %zu more servers\n", count - SERVERS_SHOWN);
		if (others > 0)
			fprintf(out, "and %" PRIu64 " connection%s of further servers\n", others,
				others == 1 ? "" : "s");
	}
	if (count > 0 && tally_server_bad(&servers[0]) > 0)
		worst_print(&servers[0], width, again, out);
}

void endings_list_heading_print(FILE *out)
{
	fprintf(out, "%6s %-21s %-21s %-22s %-7s %-13s %10s %10s %-6s %-12s %2s %s\n", "NUMBER",
		"CLIENT", "SERVER", "ENDED", "FIRST", "RESET BY", "CLIENT B", "SERVER B", "ZEEK",
		"HISTORY", "WS", "SECONDS");
}

void endings_list_print(const struct connection *connection, FILE *out)
{
	struct connection_view view = connection_view_of(connection);
	char client[ENDPOINT_TEXT_SIZE], server[ENDPOINT_TEXT_SIZE], reset_by[VIEW_WHO_SIZE];
	fprintf(out,
		"%6u %-21s %-21s %-22s %-7s %-13s %10" PRIu64 " %10" PRIu64
		" %-6s %-12s %2u %.6f%s\n",
		connection->number, endpoint_text(&view.endpoints[VIEW_CLIENT], client),
		endpoint_text(&view.endpoints[VIEW_SERVER], server),
		tcp_ending_word_text(view.word), view.first_closer,
		or_dash(connection_view_reset_by(&view, reset_by)), view.bytes[VIEW_CLIENT],
		view.bytes[VIEW_SERVER], view.conn_state, or_dash(view.history), view.completeness,
		(double)view.duration_ns / 1e9, view.guessed ? " guessed" : "");
}

const char *endings_ended_text(const struct connection_view *view, char text[ENDINGS_TEXT_SIZE])
{
	char first[64] = "", why[ENDINGS_TEXT_SIZE / 2] = "";
	char reset_by[VIEW_WHO_SIZE];
	bool by_rst = view->first_end && strcmp(view->first_end, "RST") == 0;
	connection_view_reset_by(view, reset_by);
	if (strcmp(view->first_closer, "both") == 0)
		snprintf(first, sizeof(first), ": both ends closed at once");
	else if (view->first_end && !by_rst)
		snprintf(first, sizeof(first), ": the %s closed first, with a FIN",
			view->first_closer);
	bool is_doubted = view->reset_doubted[VIEW_CLIENT] || view->reset_doubted[VIEW_SERVER];
	if (*reset_by)
		snprintf(why, sizeof(why), "%s the %s: %s%s", by_rst ? ", by" : "; reset by",
			reset_by, tcp_ending_cause_sentence(view->cause),
			is_doubted
				? "; not proven to be its own, as the RST has another TTL than all "
				  "other segments from there"
				: "");
	snprintf(text, ENDINGS_TEXT_SIZE, "%s%s%s", tcp_ending_word_text(view->word), first, why);
	return text;
}

const char *endings_bytes_text(const struct connection_view *view, char text[ENDINGS_TEXT_SIZE])
{
	static const char *const names[VIEW_ENDS] = {"client", "server"};
	size_t used = (size_t)snprintf(text, ENDINGS_TEXT_SIZE,
		"%" PRIu64 " of the client, %" PRIu64 " of the server", view->bytes[VIEW_CLIENT],
		view->bytes[VIEW_SERVER]);
	for (unsigned end = 0; end < VIEW_ENDS; end++)
		if (view->unacknowledged[end] > 0)
			used += (size_t)snprintf(text + used, ENDINGS_TEXT_SIZE - used,
				"; %" PRIu64 " of the %s's not acknowledged",
				view->unacknowledged[end], names[end]);
	return text;
}

void endings_facts_print(const struct connection_view *view, size_t width, FILE *out)
{
	char text[ENDINGS_TEXT_SIZE], line[ENDINGS_TEXT_SIZE + 16];
	snprintf(line, sizeof(line), "ended: %s", endings_ended_text(view, text));
	paragraph_print(line, width, out);
	snprintf(line, sizeof(line), "bytes: %s", endings_bytes_text(view, text));
	paragraph_print(line, width, out);
}

void endings_summary_print(
	const struct connection_view *view, const char *arrow, size_t width, FILE *out)
{
	char client[ENDPOINT_TEXT_SIZE], server[ENDPOINT_TEXT_SIZE], text[SENTENCE_SIZE];
	char again[48] = "";
	if (view->incarnation > 1)
		snprintf(
			again, sizeof(again), ", incarnation %u of these ports", view->incarnation);
	snprintf(text, sizeof(text), "connection %u: %s %s %s%s%s", view->number,
		endpoint_text(&view->endpoints[VIEW_CLIENT], client), arrow,
		endpoint_text(&view->endpoints[VIEW_SERVER], server), again,
		view->guessed ? " (guessed: no SYN and no SYN-ACK was captured)" : "");
	paragraph_print(text, width, out);
	endings_facts_print(view, width, out);
	fprintf(out, "Zeek: %s %s; Wireshark's completeness: %u\n", view->conn_state, view->history,
		view->completeness);
}
