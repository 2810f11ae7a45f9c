#include "script.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t flags_read(const char *letters)
{
	static const char names[] = "FSRPAUEC";
	uint8_t flags = 0;
	for (; *letters; letters++) {
		const char *name = strchr(names, *letters);
		assert(name || *letters == '-');
		flags |= name ? (uint8_t)(1U << (name - names)) : 0;
	}
	return flags;
}

static struct scripted line_read(const char *line)
{
	char way, letters[9] = "";
	unsigned seq = 0, ack = 0, payload = 0, window = 1000;
	int used = 0;
	int got = sscanf(line, " %c %8s %u%n", &way, letters, &seq, &used);
	assert(got == 3 && (way == '>' || way == '<'));
	const char *rest = line + used;
	if (sscanf(rest, " %u%n", &ack, &used) == 1 && strspn(rest, " ") > 0 &&
		rest[strspn(rest, " ")] != '+')
		rest += used;
	else
		ack = 0;
	const char *plus = strchr(rest, '+'), *win = strstr(rest, "win ");
	enum tcp_mptcp mptcp = strstr(rest, "fastclose") ? MPTCP_FASTCLOSE
			       : strstr(rest, "mptcp")   ? MPTCP_OTHER
							 : MPTCP_NONE;
	if (plus)
		payload = (unsigned)strtoul(plus + 1, NULL, 10);
	if (win)
		window = (unsigned)strtoul(win + 4, NULL, 10);
	return (struct scripted){way == '<', {seq, ack, payload, (uint16_t)window,
						     flags_read(letters), .mptcp = (uint8_t)mptcp}};
}

struct script script_read(const char *text)
{
	struct script script = {0};
	char copy[4096], *rest = copy, *line;
	assert(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	while ((line = strsep(&rest, ";\n"))) {
		if (line[strspn(line, " \t")] == '\0')
			continue;
		assert(script.count < SCRIPT_MAX);
		script.segments[script.count++] = line_read(line);
	}
	return script;
}

struct segment script_segment(const struct script *script, size_t at)
{
	static const struct {
		const char *host;
		uint16_t port;
	} ends[2] = {{"10.0.0.1", 40000}, {"10.0.0.2", 80}};
	unsigned side = script->segments[at].side;
	struct segment segment = {
		.at_ns = UINT64_C(1000000000) + at * UINT64_C(1000000),
		.packet = at + 1,
		.from = {.host = {inet_addr(ends[side].host)}, .port = ends[side].port},
		.to = {.host = {inet_addr(ends[!side].host)}, .port = ends[!side].port},
		.tcp = script->segments[at].tcp,
	};
	return segment;
}
