/* teardown agent: the server's end on a host of its own, over standard input and output. */
#include "bench/ends/agent.h"

#include "bench/verb/verb.h"

#include <stdio.h>
#include <unistd.h>

struct agent_options {
	char none;
};

static const struct option_table table = {
	.program = "teardown agent",
	.usage = "[OPTION...]",
	.about = "Plays the server's end of one trial on this host, for a load on another: starts "
		 "teardown-server with a strategy, looks at it and at its sockets while the load "
		 "runs, and reports. One request a line comes in on standard input, one answer a "
		 "line goes out on standard output; docs/agent.md has them. No request holds a "
		 "command or a path: a strategy is named. No setting of this host is changed. When "
		 "the input ends, or says nothing for 10 s, the agent ends and its server with it.",
	.examples = "# on another host: `ssh web1 teardown agent`, no port but the server's own is "
		    "open\n"
		    "teardown agent <requests",
};

static int agent_run(const struct verb_call *call, struct error *error)
{
	(void)call;
	return agent_play(STDIN_FILENO, stdout, error);
}

const struct verb verb_agent = {
	.name = "agent",
	.does = "the server's end on another host, over standard input and output",
	.table = &table,
	.options_size = sizeof(struct agent_options),
	.run = agent_run,
};
