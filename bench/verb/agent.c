/* teardown agent: the server's end on a host of its own, over standard input and output. */
#include "bench/ends/agent.h"

#include "bench/network/netns.h"
#include "bench/verb/verb.h"

#include <stdio.h>
#include <unistd.h>

#include <stddef.h>
#include <string.h>

struct agent_options {
	const char *isolated, *address, *gateway;
	bool spare, apply;
};

#define FIELD(name) offsetof(struct agent_options, name)

static const struct option_row rows[] = {
	{"isolated", 0, OPTION_TEXT, FIELD(isolated), "LINK",
		"play in a fresh network namespace, on a macvlan of this link: no connection of "
		"others is there, settings are pinned there alone, and all of it is gone with the "
		"agent (needs CAP_NET_ADMIN)",
		0, 0},
	{"address", 0, OPTION_TEXT, FIELD(address), "ADDRESS/PREFIX",
		"with --isolated: the server's there, which no host has; the load goes to it", 0,
		0},
	{"gateway", 0, OPTION_TEXT, FIELD(gateway), "ADDRESS",
		"with --isolated: what leads to a load beyond that link", 0, 0},
	{"spare", 0, OPTION_FLAG, FIELD(spare), NULL,
		"with --isolated: LINK itself goes there, for which this host has no use, in place "
		"of a macvlan, and comes back when the agent ends, however that comes about",
		0, 0},
	{"apply", 0, OPTION_FLAG, FIELD(apply), NULL,
		"set what a strategy requires of the server's end (net.* settings of this host's "
		"own network, no others), and put it back when the agent ends, however that comes "
		"about",
		0, 0},
};

static const struct option_table table = {
	.program = "teardown agent",
	.usage = "[OPTION...]",
	.about = "Plays the server's end of one trial on this host, for a load on another: starts "
		 "teardown-server with a strategy, looks at it and at its sockets while the load "
		 "runs, and reports. One request a line comes in on standard input, one answer a "
		 "line goes out on standard output; docs/agent.md has them. No request holds a "
		 "command or a path: a strategy is named. No setting of this host is changed "
		 "without --apply. When "
		 "the input ends, or says nothing for 10 s, the agent ends and its server with it.",
	.groups = OPTION_ROWS(rows),
	.examples = "# on another host: `ssh web1 teardown agent`, no port but the server's own is "
		    "open\n"
		    "teardown agent <requests\n"
		    "# beside what this host does otherwise\n"
		    "teardown agent --isolated eth0 --address 10.0.0.9/24 <requests",
};

static int isolation_check(const struct agent_options *options, struct error *error)
{
	if (options->isolated && !options->address)
		return error_set(error, STATUS_USAGE,
			"--isolated %s: which address the server has there is not said: add "
			"--address ADDRESS/PREFIX",
			options->isolated);
	if (!options->isolated && (options->address || options->gateway || options->spare))
		return error_set(error, STATUS_USAGE, "--%s: is for --isolated LINK",
			options->address   ? "address"
			: options->gateway ? "gateway"
					   : "spare");
	return 0;
}

static int agent_run(const struct verb_call *call, struct error *error)
{
	const struct agent_options *options = call->options;
	struct isolated_spec isolated = {.link = options->isolated, .is_spare = options->spare};
	struct agent_spec spec = {options->isolated ? &isolated : NULL, options->apply};
	if (isolation_check(options, error) == -1)
		return -1;
	if (spec.isolated &&
		(isolated_parse(&isolated, options->address, options->gateway, error) == -1 ||
			netns_prepare(error) == -1))
		return -1;
	return agent_play(STDIN_FILENO, stdout, &spec, error);
}

const struct verb verb_agent = {
	.name = "agent",
	.does = "the server's end on another host, over standard input and output",
	.table = &table,
	.options_size = sizeof(struct agent_options),
	.run = agent_run,
};
