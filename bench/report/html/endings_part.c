#include "bench/report/html/endings_part.h"

#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/markup.h"

#include <inttypes.h>

/* The rest of the servers are counted. */
#define SERVERS_SHOWN 50
#define NUMBER_SIZE 32

static double share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

static void number_write(uint64_t number, FILE *out)
{
	char text[NUMBER_SIZE];
	markup_thousands((double)number, text, sizeof(text));
	markup_write(out, "<td class=\"number\">%s</td>", text);
}

static void share_write(uint64_t part, uint64_t whole, const char *class, FILE *out)
{
	const struct bar_part bar = {0, share(part, whole), class};
	fputs("<td class=\"gauge\">", out);
	bar_write(&bar, 1, 0, out);
	markup_write(out, "<span>%.1f %%</span></td>", 100 * share(part, whole));
}

/* The connections that ended badly, by their words. Returns how many. */
static uint64_t bad_write(const struct tally *tally, FILE *out)
{
	char text[NUMBER_SIZE];
	uint64_t bad = 0;
	for (int word = 0; word < ENDING_WORDS; word++) {
		uint64_t count = tally_word(tally, (enum tcp_ending_word)word);
		if (count == 0 || !tally_word_is_bad((enum tcp_ending_word)word))
			continue;
		markup_thousands((double)count, text, sizeof(text));
		if (out)
			markup_write(out, "%s%s %s", bad ? ", " : "", text,
				tcp_ending_word_text((enum tcp_ending_word)word));
		bad += count;
	}
	return bad;
}

static void answer_write(struct tally *tally, FILE *out)
{
	char all_text[NUMBER_SIZE], text[NUMBER_SIZE];
	uint64_t all = tally_connections(tally), bad = bad_write(tally, NULL);
	markup_thousands((double)all, all_text, sizeof(all_text));
	if (bad == 0) {
		markup_write(out,
			"<p class=\"answer\">None of %s connection%s was refused, unanswered or "
			"reset before both ends had closed.</p>\n",
			all_text, all == 1 ? "" : "s");
		return;
	}
	markup_thousands((double)bad, text, sizeof(text));
	markup_write(out, "<p class=\"answer\">%s of %s connections ended badly (%.1f %%): ", text,
		all_text, 100 * share(bad, all));
	bad_write(tally, out);
	fputs(".</p>\n", out);
	markup_thousands((double)tally_lost(tally), text, sizeof(text));
	if (tally_lost(tally) > 0)
		markup_write(out,
			"<p class=\"answer more\">%s bytes were sent, never acknowledged, and cut "
			"off by a RST.</p>\n",
			text);
}

static void row_write(const struct tally_row *row, uint64_t all, FILE *out)
{
	const char *cause = tcp_ending_cause_text(row->cause);
	bool is_bad = tally_word_is_bad(row->word);
	markup_write(out, "<tr><th scope=\"row\" class=\"%s\">%s</th><td>%s</td><td>%s</td>",
		is_bad ? "bad" : "name", tcp_ending_word_text(row->word), row->first_closer,
		cause ? cause : "-");
	number_write(row->connections, out);
	share_write(row->connections, all, is_bad ? "bad" : "ink", out);
	number_write(row->lost, out);
	markup_write(out, "<td class=\"number\">%zu</td></tr>\n", (size_t)row->example);
}

static void table_begin(
	const char *label, const char *const heads[], const char *classes, FILE *out)
{
	markup_write(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
		"<table class=\"plain\"><thead><tr>",
		label);
	for (size_t i = 0; heads[i]; i++)
		markup_write(out, "<th scope=\"col\" class=\"%s\">%s</th>",
			classes[i] == 'n' ? "number" : "text", heads[i]);
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void table_end(FILE *out)
{
	fputs("</tbody></table></div>\n", out);
}

static void rows_write(struct tally *tally, FILE *out)
{
	static const char *const heads[] = {"ended", "first closer", "reset because", "connections",
		"share", "bytes lost", "look at", NULL};
	size_t count;
	const struct tally_row *rows = tally_rows(tally, &count);
	table_begin("How they ended", heads, "---n-nn", out);
	for (size_t i = 0; i < count; i++)
		row_write(&rows[i], tally_connections(tally), out);
	table_end(out);
	fputs("<p class=\"quiet\"><i>Look at</i> is the number of one of them, the one that lost "
	      "most: <code>teardown trace FILE --connection N</code> shows it.</p>\n",
		out);
}

static void server_write(const struct tally_server *server, FILE *out)
{
	char text[ENDPOINT_TEXT_SIZE];
	uint64_t bad = tally_server_bad(server);
	markup_write(out, "<tr><th scope=\"row\">%s</th>", endpoint_text(&server->endpoint, text));
	number_write(server->connections, out);
	number_write(bad, out);
	share_write(bad, server->connections, "bad", out);
	number_write(server->lost, out);
	if (server->has_example)
		markup_write(out, "<td class=\"number\">%zu</td></tr>\n", (size_t)server->example);
	else
		fputs("<td class=\"number\">-</td></tr>\n", out);
}

static void servers_write(struct tally *tally, FILE *out)
{
	static const char *const heads[] = {"server", "connections", "ended badly", "share of it",
		"bytes lost", "look at", NULL};
	size_t count;
	uint64_t others;
	const struct tally_server *servers = tally_servers(tally, &count, &others);
	if (count < 2)
		return;
	fputs("<section id=\"servers\"><h2>By server</h2>\n", out);
	table_begin("By server", heads, "-nn-nn", out);
	for (size_t i = 0; i < count && i < SERVERS_SHOWN; i++)
		server_write(&servers[i], out);
	table_end(out);
	if (count > SERVERS_SHOWN)
		markup_write(out, "<p class=\"quiet\">And %zu more servers.</p>\n",
			count - SERVERS_SHOWN);
	if (others > 0)
		markup_write(out,
			"<p class=\"quiet\">And %zu connections of further servers.</p>\n",
			(size_t)others);
	fputs("</section>\n", out);
}

void endings_part_write(struct tally *tally, FILE *out)
{
	if (tally_connections(tally) == 0) {
		fputs("<p class=\"answer\">There is no TCP connection in it.</p>\n", out);
		return;
	}
	answer_write(tally, out);
	fputs("<section id=\"endings\"><h2>How they ended</h2>\n", out);
	rows_write(tally, out);
	fputs("</section>\n", out);
	servers_write(tally, out);
}
