/* skeleton: the manual for writing a strategy. Copy this file, name it for what happens, and
 * draw its ladder here first: who sends FIN, ACK, RST, and who is left with TIME_WAIT.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | <----------------------------- FIN - |  your verdict, carried out by the executor
 *     | - ACK -----------------------------> |
 *     | - FIN -----------------------------> |  TIME_WAIT
 *     | <----------------------------- ACK - |
 *
 * Then say when it is right, what it gives up, and name the kernel file or RFC section for each
 * fact.
 *
 * A strategy is this one table. Its hooks look at the view and answer with a verdict; they make no
 * system call on the connection, keep no state, and never block. Only configure_listener and
 * configure get a descriptor, to set options on. include/teardown/strategy.h documents every field.
 *
 * Most need no hook of their own: include/teardown/hooks.h has the usual ones. Leave out every
 * field whose default is right. Then add the file to strategies/meson.build and one line to
 * strategies/core/registry.c;
 * `./bootstrap test` holds it to its claims from then on: first_closer and holder are measured in
 * real connections, and a difference fails the test. This file is compiled and checked, but not
 * listed. */
#include "teardown/hooks.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Options that accepted sockets inherit cost nothing a connection: set them here, not in configure.
 */
static int listener_options(int fd)
{
	int keep_probing = 1;
	return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &keep_probing, sizeof(keep_probing));
}

static int client_options(int fd)
{
	int user_timeout_ms = 10000;
	return setsockopt(
		fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof(user_timeout_ms));
}

/* The policy lives here. view->last says that nobody expects another exchange. */
static enum td_verdict server_exchange_done(const struct td_view *view)
{
	return view->last ? TD_HALF_CLOSE : TD_KEEP;
}

/* Called at the peer's end of stream, when all its bytes were read. */
static enum td_verdict server_peer_fin(const struct td_view *view)
{
	return TD_CLOSE;
}

/* Called when grace_ns, idle_ns or drain_bytes of a wait are used up. The view tells which. */
static enum td_verdict server_timeout(const struct td_view *view)
{
	return view->drained_bytes > 0 ? TD_RESET : TD_CLOSE;
}

static enum td_verdict server_error(const struct td_view *view, int error)
{
	return TD_CLOSE;
}

extern const struct td_strategy strategy_skeleton;
const struct td_strategy strategy_skeleton = {
	TD_STRATEGY_HEADER,
	.name = "skeleton",
	.summary = "One sentence that says who does what.",
	.gives_up = TD_GIVES_UP_NOTHING,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.grace_ns = TD_SECONDS(10),
	.idle_ns = TD_SECONDS(2),
	.drain_bytes = 64 << 20,
	.requirements =
		{
			{TD_SERVER, "net.ipv4.tcp_timestamps", "1", "half a sentence says why"},
		},
	.server =
		{
			.configure_listener = listener_options,
			.exchange_done = server_exchange_done,
			.peer_fin = server_peer_fin,
			.timeout = server_timeout,
			.error = server_error,
			.notify = TD_NOTIFY_SEND,
		},
	.client =
		{
			.configure = client_options,
			.exchange_done = td_wait_after_last,
		},
};
