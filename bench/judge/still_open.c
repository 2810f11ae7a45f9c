#include "bench/judge/still_open.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* What a socket of each state waits for: %s is the other end. */
static const struct phrase {
	const char *state, *waits;
} phrases[SOCKET_STATES] = {
	[SOCKET_ESTABLISHED] = {"ESTABLISHED", "which nobody has closed"},
	[SOCKET_ESTABLISHED_UNACCEPTED] = {"ESTABLISHED", "which were never accepted"},
	[SOCKET_FIN_WAIT_1] = {"FIN_WAIT_1", "whose FIN the %s has not acknowledged"},
	[SOCKET_FIN_WAIT_2_OWNED] = {"FIN_WAIT_2", "shut down, waiting for the %s's FIN"},
	[SOCKET_FIN_WAIT_2_ORPHANED] = {"FIN_WAIT_2", "closed, waiting for the %s's FIN"},
	[SOCKET_CLOSE_WAIT_OWNED] = {"CLOSE_WAIT",
		"which its process has not closed after the %s's FIN"},
	[SOCKET_CLOSE_WAIT_UNACCEPTED] = {"CLOSE_WAIT",
		"which were never accepted, after the %s's FIN"},
	[SOCKET_CLOSING] = {"CLOSING", "whose FIN the %s has not acknowledged"},
	[SOCKET_LAST_ACK] = {"LAST_ACK", "whose FIN the %s has not acknowledged"},
};

struct writer {
	char *text;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void append(
	struct writer *writer, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(
		writer->text + writer->used, STILL_OPEN_TEXT_MAX - writer->used, format, args);
	va_end(args);
	if (length > 0)
		writer->used += (size_t)length;
	if (writer->used >= STILL_OPEN_TEXT_MAX)
		writer->used = STILL_OPEN_TEXT_MAX - 1;
}

/* The phrase has the one place for the other end, or none. */
static void phrase_append(struct writer *writer, const struct phrase *phrase, const char *other)
{
	append(writer, " in %s, ", phrase->state);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
	append(writer, phrase->waits, other);
#pragma GCC diagnostic pop
}

/* Holders are known of the server alone; NULL at the client. */
static void end_append(struct writer *writer, const struct holder *holders,
	const struct end_figures *end, uint64_t close_wait_ms, const char **separator)
{
	char who[HOLDER_TEXT_SIZE];
	bool is_server = holders != NULL;
	const char *name = is_server ? "server" : "client";
	const char *other = is_server ? "client" : "server";
	for (int i = 0; i < SOCKET_ORPHANED; i++) {
		if (end->state_end[i] == 0)
			continue;
		append(writer, "%s at the %s %llu", *separator, name,
			(unsigned long long)end->state_end[i]);
		*separator = ",";
		phrase_append(writer, &phrases[i], other);
		bool is_close_wait =
			i == SOCKET_CLOSE_WAIT_OWNED || i == SOCKET_CLOSE_WAIT_UNACCEPTED;
		if (is_close_wait && close_wait_ms > 0)
			append(writer, " (the oldest for %.1f s)", (double)close_wait_ms / 1e3);
		if (is_server && holders[i].pid != 0)
			append(writer, ", held by %s", holder_text(&holders[i], "", who));
	}
}

void still_open_text(
	const struct trial *trial, const struct figures *figures, char text[STILL_OPEN_TEXT_MAX])
{
	struct writer writer = {text, 0};
	const struct census_open *open = &trial->still_open;
	const struct holder *holders = trial->server_end.holders;
	const char *separator = ":";
	text[0] = '\0';
	if (open->connections == 0)
		return;
	append(&writer, "%llu connections are still open", (unsigned long long)open->connections);
	end_append(&writer, holders, &figures->server, open->server_close_wait_ms, &separator);
	end_append(&writer, NULL, &figures->client, open->client_close_wait_ms, &separator);
}
