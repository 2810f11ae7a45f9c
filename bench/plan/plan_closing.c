#include "bench/plan/plan_closing.h"

#include "strategies/core/defaults.h"
#include "strategies/core/registry.h"

#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

#define NS 1e9

static enum td_verdict verdict_at_end(const struct td_strategy *strategy, const struct td_end *end)
{
	const struct td_view view = {.phase = TD_PHASE_EXCHANGE,
		.exchanges = strategy_exchanges(strategy),
		.last = true};
	return end->exchange_done(&view);
}

/* Whether close(2) sends a RST at once: what the strategy sets on a listener is read back. Returns
 * 0; or -1 where there is no socket to set it on. */
static int close_resets(const struct td_end *server, bool *resets)
{
	struct linger linger = {0};
	socklen_t size = sizeof(linger);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	bool is_read = server->configure_listener && server->configure_listener(fd) == 0 &&
		       getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size) == 0;
	close(fd);
	*resets = is_read && linger.l_onoff && linger.l_linger == 0;
	return 0;
}

/* Whoever closes first sends a FIN and the last ACK, and the other end its FIN with an ACK. */
static void fins_add(struct plan_closing *closing, enum td_who first_closer)
{
	closing->server_segments += first_closer == TD_CLIENT ? 1 : 2;
	closing->client_segments += first_closer == TD_SERVER ? 1 : 2;
}

/* A reset takes one segment, and one more for what still arrives behind the close: the ACK of the
 * data, or a FIN. */
static void resets_add(
	struct plan_closing *closing, const struct td_strategy *strategy, enum td_verdict server)
{
	if (strategy->first_closer == TD_CLIENT) {
		closing->client_segments += 1;
		return;
	}
	closing->server_segments += server == TD_WAIT ? 1 : 2;
	/* A close that sends a FIN before its RST (TCP_LINGER2) is answered with a FIN. */
	bool resets = true;
	if (server == TD_CLOSE && close_resets(&strategy->server, &resets) == -1)
		closing->is_known = false;
	closing->client_segments += resets ? 0 : 1;
}

struct plan_closing plan_closing_of(const struct td_strategy *strategy)
{
	/* SYN-ACK, and the ACK of the first request; SYN, and its ACK. */
	struct plan_closing closing = {
		.is_known = true, .server_segments = 2, .client_segments = 2};
	if (registry_find(strategy->name, NULL) != strategy)
		return (struct plan_closing){.is_known = false};
	enum td_verdict server = verdict_at_end(strategy, &strategy->server);
	if (strategy->holder == TD_NONE)
		resets_add(&closing, strategy, server);
	else
		fins_add(&closing, strategy->first_closer);
	closing.server_waits = server == TD_WAIT || server == TD_HALF_CLOSE;
	if (closing.server_waits)
		closing.wait_most_s = fmin((double)strategy_idle_ns(strategy, 0),
					      (double)strategy_grace_ns(strategy, 0)) /
				      NS;
	return closing;
}
