#include "bench/trial/answer_watch.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <stdlib.h>

#define LOOKS 4
#define APART_LEAST_NS (50 * NS_PER_MS)
/* Looking takes one part in this many of one processor's time at most. */
#define COST_SHARE 100

struct opening {
	const struct load_flow *flow;
	struct diag *diag;
};

static int client_open(void *argument, struct error *error)
{
	struct opening *opening = argument;
	opening->diag = diag_create(opening->flow, TD_CLIENT, error);
	return opening->diag ? 0 : -1;
}

int answer_watch_open(struct answer_watch *watch, const struct load_flow *flow, struct diag *server,
	uint64_t timeout_ns, struct error *error)
{
	struct opening client = {.flow = flow};
	if (netns_run(flow->network->client_netns, client_open, &client, error) == -1)
		return -1;
	watch->server = server;
	watch->client = client.diag;
	watch->quiet_ns = timeout_ns / 2;
	watch->due_ns = clock_now_ns() + watch->quiet_ns;
	return 0;
}

void answer_watch_close(struct answer_watch *watch)
{
	diag_destroy(watch->client);
	watch->client = NULL;
}

/* What one end has; `of` are the connections that it has a socket of, in any open state. */
struct end_look {
	struct port_set *of;
	struct held_sockets held;
};

static bool end_look(struct diag *diag, struct end_look *look)
{
	uint64_t ignored;
	struct error error;
	look->of = port_set_create();
	return look->of && diag_open(diag, look->of, &look->held, &ignored, &error) == 0 &&
	       look->held.count < HELD_SOCKETS_MAX;
}

/* The first look at each end, and one more: what comes and goes in between is no find. */
struct looks {
	struct end_look client, server, server_again, client_again;
	struct port_set *held, *unread; /* of the server's sockets */
	struct port_set *still;         /* what the client waits for, at its second look */
};

static bool is_held(const struct port_set *set, const struct held_sockets *held, size_t i)
{
	return port_set_has(set, held->client_addresses[i], held->client_ports[i]);
}

static bool is_waiting(const struct held_sockets *held, size_t i, uint64_t quiet_ns)
{
	return held->states[i] == SOCKET_ESTABLISHED && held->quiet_ms[i] >= quiet_ns / NS_PER_MS;
}

static int one_add(struct port_set *set, const struct held_sockets *held, size_t i)
{
	return port_set_add(set, held->client_addresses[i], held->client_ports[i]);
}

static int sets_make(struct looks *looks, uint64_t quiet_ns)
{
	const struct held_sockets *server = &looks->server.held,
				  *client = &looks->client_again.held;
	looks->held = port_set_create();
	looks->unread = port_set_create();
	looks->still = port_set_create();
	if (!looks->held || !looks->unread || !looks->still)
		return -1;
	for (size_t i = 0; i < server->count; i++)
		if (one_add(looks->held, server, i) == -1 ||
			(server->unread_bytes[i] > 0 && one_add(looks->unread, server, i) == -1))
			return -1;
	for (size_t i = 0; i < client->count; i++)
		if (is_waiting(client, i, quiet_ns) && one_add(looks->still, client, i) == -1)
			return -1;
	return 0;
}

static void looks_destroy(struct looks *looks)
{
	port_set_destroy(looks->client.of);
	port_set_destroy(looks->server.of);
	port_set_destroy(looks->server_again.of);
	port_set_destroy(looks->client_again.of);
	port_set_destroy(looks->held);
	port_set_destroy(looks->unread);
	port_set_destroy(looks->still);
	free(looks);
}

static void waiting_tell(const struct looks *looks, size_t i, struct answer_report *report)
{
	const struct held_sockets *held = &looks->client.held;
	bool at_server = is_held(looks->server.of, held, i);
	report->waiting++;
	if (!is_held(looks->still, held, i))
		return;
	if (held->unacknowledged_bytes[i] > 0)
		report->unacknowledged++;
	else if (is_held(looks->unread, held, i))
		report->unread++;
	else if (is_held(looks->held, held, i))
		report->read++;
	else if (at_server)
		report->unaccepted++;
	else if (!is_held(looks->server_again.of, held, i))
		report->gone++;
}

static void report_make(
	const struct answer_watch *watch, const struct looks *looks, struct answer_report *report)
{
	*report = (struct answer_report){.at_ns = clock_now_ns(), .least_ns = watch->quiet_ns};
	for (size_t i = 0; i < looks->client.held.count; i++)
		if (is_waiting(&looks->client.held, i, watch->quiet_ns))
			waiting_tell(looks, i, report);
}

static bool has_waiting(const struct answer_watch *watch, const struct held_sockets *held)
{
	for (size_t i = 0; i < held->count; i++)
		if (is_waiting(held, i, watch->quiet_ns))
			return true;
	return false;
}

/* Leaves the server's sockets of connections that wait. */
static void held_keep(const struct port_set *still, struct held_sockets *server)
{
	size_t kept = 0;
	for (size_t i = 0; i < server->count; i++) {
		if (!is_held(still, server, i))
			continue;
		server->inodes[kept] = server->inodes[i];
		server->states[kept++] = SOCKET_ESTABLISHED;
	}
	server->count = kept;
}

static void look(struct answer_watch *watch, struct process *server, struct looks *looks,
	struct answer_report *report)
{
	struct answer_report found;
	struct holder holders[SOCKET_STATES];
	if (!end_look(watch->client, &looks->client) || !has_waiting(watch, &looks->client.held) ||
		!end_look(watch->server, &looks->server) ||
		!end_look(watch->server, &looks->server_again) ||
		!end_look(watch->client, &looks->client_again) ||
		sets_make(looks, watch->quiet_ns) == -1)
		return;
	report_make(watch, looks, &found);
	if (found.waiting <= report->waiting)
		return;
	held_keep(looks->still, &looks->server.held);
	if (holders_find(&looks->server.held, server, holders) == 0)
		found.holder = holders[SOCKET_ESTABLISHED];
	*report = found;
}

void answer_watch_look(
	struct answer_watch *watch, struct process *server, struct answer_report *report)
{
	uint64_t apart_ns = watch->quiet_ns / LOOKS, begun_ns = clock_now_ns();
	if (!watch->client || begun_ns < watch->due_ns)
		return;
	struct looks *looks = calloc(1, sizeof(*looks));
	if (looks) {
		look(watch, server, looks, report);
		looks_destroy(looks);
	}
	uint64_t now_ns = clock_now_ns(), rest_ns = COST_SHARE * (now_ns - begun_ns);
	uint64_t least_ns = rest_ns > APART_LEAST_NS ? rest_ns : APART_LEAST_NS;
	watch->due_ns = now_ns + (apart_ns > least_ns ? apart_ns : least_ns);
}
