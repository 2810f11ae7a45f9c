/* A test program that is an agent, too, in the namespace that its arguments name. */
#ifndef UNIT_ENDS_OWN_AGENT_H
#define UNIT_ENDS_OWN_AGENT_H

#include "bench/ends/agent.h"
#include "bench/network/netns.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The command of an agent in that namespace of this process. */
struct own_agent {
	char netns[64];
	char *argv[4];
};

static inline void own_agent_init(struct own_agent *own, int netns_fd)
{
	static char self[] = "/proc/self/exe", word[] = "--agent";
	snprintf(own->netns, sizeof(own->netns), "/proc/%d/fd/%d", (int)getpid(), netns_fd);
	own->argv[0] = self;
	own->argv[1] = word;
	own->argv[2] = own->netns;
	own->argv[3] = NULL;
}

/* With two arguments main() is the agent's. Returns its exit status. */
static inline int own_agent_be(const char *netns)
{
	struct error error;
	int fd = open(netns, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || netns_enter(fd, &error) == -1)
		return 3;
	return agent_play(STDIN_FILENO, stdout, &(struct agent_spec){NULL, false}, &error) == 0 ? 0
												: 1;
}

#endif
