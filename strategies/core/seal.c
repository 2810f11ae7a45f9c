#include "strategies/core/seal.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static void seal_send(struct executor *x, struct teardown *t)
{
	int flags = x->strategy->fin_on_data ? MSG_MORE : 0;
	t->is_unsent = x->seal->notify(t, flags) == EXECUTOR_SEAL_WAITS;
}

bool seal_begin(struct executor *x, struct teardown *t)
{
	if (!seal_is_due(x) || t->shut)
		return true;
	seal_send(x, t);
	return seal_is_done(x, t);
}

bool seal_is_done(const struct executor *x, const struct teardown *t)
{
	bool awaits_peer =
		x->end->notify == TD_NOTIFY_EXCHANGE && !t->view.peer_notified && !t->view.peer_fin;
	return !t->is_unsent && !awaits_peer;
}

void seal_at_end(struct executor *x, struct teardown *t)
{
	if (seal_is_due(x) && !t->shut)
		seal_send(x, t);
}

bool seal_forbids_reset(const struct executor *x, struct teardown *t)
{
	return seal_is_due(x) && !t->shut && x->seal->is_notified(t);
}

/* Setting TCP_NODELAY sends what the kernel holds back, also where it was set before (tcp(7)). */
void seal_push(struct executor *x, struct teardown *t)
{
	int on = 1;
	if (seal_is_due(x) && t->view.last && t->state == EXECUTOR_OPEN)
		setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

enum socket_input seal_discard(struct executor *x, struct teardown *t, uint64_t *bytes)
{
	bool is_looked_for = !t->shut || x->end->notify == TD_NOTIFY_EXCHANGE;
	if (is_looked_for && !t->view.peer_notified)
		return x->seal->discard(t, bytes);
	return socket_discard(t->fd, bytes);
}
