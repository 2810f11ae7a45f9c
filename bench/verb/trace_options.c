#include "bench/verb/trace_options.h"

#include <stddef.h>

#define CONNECTIONS_DEFAULT 1000000
#define CONNECTIONS_MAX 100000000

static const struct option_row rows[] = {
	{"connection", 0, OPTION_TEXT, offsetof(struct trace_options, connection), "N",
		"this connection, as a ladder: its number in --list, which is Wireshark's "
		"tcp.stream",
		0, 0},
	{"port", 0, OPTION_TEXT, offsetof(struct trace_options, port), "P",
		"connections with this port at either end: one as a ladder, several as a list", 0,
		0},
	{"find", 0, OPTION_TEXT, offsetof(struct trace_options, find), "TEXT",
		"connections with this text in the data of a segment: one as a ladder, several as "
		"a list",
		0, 0},
	{"list", 0, OPTION_FLAG, offsetof(struct trace_options, list), NULL,
		"a line a connection, with Zeek's conn_state and history, and Wireshark's "
		"completeness",
		0, 0},
	{"json", 0, OPTION_FLAG, offsetof(struct trace_options, json), NULL,
		"a line of JSON a connection", 0, 0},
	{"cut", 0, OPTION_TEXT, offsetof(struct trace_options, cut), "FILE",
		"write the packets of these connections to a capture of their own (pcapng)", 0, 0},
	{"svg", 0, OPTION_TEXT, offsetof(struct trace_options, svg), "FILE",
		"draw the ladder of one connection as a picture (SVG, light and dark), too", 0, 0},
	{"html", 0, OPTION_TEXT, offsetof(struct trace_options, html), "FILE",
		"write a page to look at, too: of one connection its ladder and what it shows, of "
		"several how they ended",
		0, 0},
	{"unfold", 0, OPTION_FLAG, offsetof(struct trace_options, unfold), NULL,
		"in a ladder, show every segment, also where data flows", 0, 0},
	{"keylog", 0, OPTION_TEXT, offsetof(struct trace_options, keylog), "FILE",
		"in a ladder, tell for sure which TLS alerts are a close_notify, by the secrets of "
		"the connection (SSLKEYLOGFILE)",
		0, 0},
	{"ascii", 0, OPTION_FLAG, offsetof(struct trace_options, ascii), NULL,
		"draw with ASCII alone", 0, 0},
	{"color", 0, OPTION_TEXT, offsetof(struct trace_options, color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
	{"fail-if", 0, OPTION_LIST, offsetof(struct trace_options, fail_if), "'NAME > N%'",
		"exit 99 when so many connections ended so: NAME is an end or a cause of a reset "
		"(reset, no-listener), connections or bytes-lost; < <= > >= == !=; N, or N% of all",
		0, 0},
	{"live", 0, OPTION_FLAG, offsetof(struct trace_options, live), NULL,
		"instead of a FILE, packets as they come: a line a connection when it has ended, "
		"until ^C (root or CAP_NET_RAW)",
		0, 0},
	{"interface", 'i', OPTION_TEXT, offsetof(struct trace_options, interface), "IF",
		"with --live: of this interface (any: of all)", 0, 0},
	{"for", 0, OPTION_DURATION, offsetof(struct trace_options, for_ns), "TIME",
		"with --live: for so long (0: until ^C)", 0, 0},
	{"strategy", 0, OPTION_TEXT, offsetof(struct trace_options, strategy), "NAME",
		"instead of a FILE, one connection of this strategy, played here on a private "
		"network; its states are also asked of the kernel, and a difference is an error",
		0, 0},
	{"clients", 0, OPTION_TEXT, offsetof(struct trace_options, clients), "NAME",
		"with --strategy: what its client does (half-close, pipeline=3; `teardown list "
		"--clients` names them all), plain unless given",
		0, 0},
	{"response-bytes", 0, OPTION_COUNT, offsetof(struct trace_options, response_bytes), "N",
		"with --strategy: size of the response's body (0: 128)", 0, 1000000000},
	{"rtt", 0, OPTION_TEXT, offsetof(struct trace_options, rtt), "TIME",
		"with --strategy: the round trip (200ms unless given)", 0, 0},
	{"link-rate", 0, OPTION_TEXT, offsetof(struct trace_options, link_rate), "N",
		"with --strategy: bits a second, each way", 0, 0},
	{"max-connections", 0, OPTION_COUNT, offsetof(struct trace_options, max_connections), "N",
		"connections that are followed at the same time, 300 bytes each", 1,
		CONNECTIONS_MAX},
};

const struct option_table trace_option_table = {
	.program = "teardown trace",
	.usage = "FILE|--live -i IF|--strategy NAME [OPTION...]",
	.about = "Tells how each TCP connection of a capture ended: who closed first, who reset "
		 "and why, what was lost. "
		 "FILE is pcap or pcapng, or - for stdin. Of one connection it draws a ladder: "
		 "each segment, and the states of "
		 "both ends as they follow from what was sent and delivered.",
	.examples = "teardown trace capture.pcap\n"
		    "# one connection as a ladder\n"
		    "teardown trace capture.pcap --connection 7\n"
		    "teardown trace capture.pcap --find 'GET /slow' --cut slow.pcapng\n"
		    "teardown trace capture.pcap --connection 7 --svg ladder.svg\n"
		    "teardown trace capture.pcap --html page.html\n"
		    "# of a pipe: tcpdump -w - port 80 |\n"
		    "teardown trace - --json\n"
		    "# how a strategy closes, in real packets\n"
		    "teardown trace --strategy graceful\n"
		    "teardown trace --strategy server-close --clients half-close\n"
		    "teardown trace --strategy simultaneous --rtt 20ms\n"
		    "# as it happens\n"
		    "teardown trace --live -i eth0 --port 443\n"
		    "# in CI\n"
		    "teardown trace capture.pcap --fail-if 'reset > 1%' --fail-if 'bytes-lost > 0'",
	.groups = OPTION_ROWS(rows),
};

void trace_options_set_defaults(void *target)
{
	struct trace_options *options = target;
	options->max_connections = CONNECTIONS_DEFAULT;
}
