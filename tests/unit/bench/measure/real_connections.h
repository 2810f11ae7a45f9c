/* Connections of a client and a server in two namespaces, which a sampler and a packet tap look
 * at; each test closes them in its own way. */
#ifndef TEARDOWN_TESTS_REAL_CONNECTIONS_H
#define TEARDOWN_TESTS_REAL_CONNECTIONS_H

#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/network/netns.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define CONNECTIONS 200
#define ADDRESSES 4
#define DEADLINE_NS (60 * NS_PER_S)

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text[0] ? error.text : strerror(errno));   \
	} while (0)

struct sockets {
	int netns_fd, fds[CONNECTIONS];
};

struct stage {
	struct network network;
	struct sampler *sampler;
	struct packet_tap *packet_tap;
	struct sample before, after;
	struct packet_tap_report report;
	int listener;
	struct sockets client;
	int server[CONNECTIONS];
};

/* The tap looks at one in `share` once there are plenty. */
void stage_open(struct stage *stage, uint32_t share, uint64_t period_ns);

/* Connections, spread over the client's addresses. */
void stage_connect(struct stage *stage);

/* Until what is still on its way has arrived. The server alone may stay in FIN_WAIT_2. */
void stage_settle(struct stage *stage);

void stage_close(struct stage *stage);

/* Between two looks at what a test waits for. */
void look_again(uint64_t due_ns);

void end_of_stream(int fd);
void close_server_first(int server, int client);

#endif
