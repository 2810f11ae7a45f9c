#include "bench/load/crowd_loop.h"

#include "bench/load/client.h"
#include "bench/load/client_group.h"
#include "bench/load/event_wait.h"
#include "common/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TICK_NS (5 * NS_PER_MS)
#define EVENTS 256
/* Handshakes at the same time: more would fill a listen queue that the load is not meant to fill.
 */
#define CONNECTING_MAX 64
#define BACKOFF_NS (50 * NS_PER_MS)

struct crowd_loop {
	const struct load_span *span;
	const struct client_list *list;
	struct hook_mark *mark;
	uint64_t timeout_ns, warmup_ns;
	struct event_wait events;
	struct client_group *groups;
	uint32_t group_count;
	struct client *clients;
	size_t client_count;
	size_t busy; /* clients that have a connection or back off */
	bool hurrying, released;
	atomic_uint_fast64_t started, allowed; /* connections */
	atomic_bool is_there; /* every client has had a connection, or none was to be had */
};

/* Its clients are the last ones so far. Those beside the load are in none of its figures. */
static void group_watch(const struct crowd_loop *loop, struct client_group *group)
{
	size_t first = loop->client_count - group->connections;
	bool has_events = loop->span->has_events && !loop->list->is_beside;
	group->context.events = (struct event_watch){.span = has_events ? loop->span : NULL,
		.first = &loop->clients[first].c,
		.count = group->connections,
		.stride = sizeof(*loop->clients),
		.counts = group->context.recorder.totals.events};
}

static int crowd_loop_init(
	struct crowd_loop *loop, const struct builtin_loader_spec *spec, struct error *error)
{
	const struct client_list *list = loop->list;
	size_t connections = 0;
	for (uint32_t i = 0; i < list->count; i++)
		connections += list->shares[i].connections;
	loop->groups = calloc(list->count + 1, sizeof(*loop->groups));
	loop->clients = calloc(connections + 1, sizeof(*loop->clients));
	if (!loop->groups || !loop->clients)
		return error_set(error, STATUS_FAILED, "no memory for the clients");
	for (uint32_t i = 0; i < list->count; i++) {
		struct client_group *group = &loop->groups[loop->group_count++];
		if (client_group_init(group, spec, list, i, TICK_NS, error) == -1)
			return -1;
		group->context.executor.mark = loop->mark;
		for (uint32_t n = 0; n < group->connections; n++) {
			struct client *client = &loop->clients[loop->client_count++];
			client->group = group;
			client->c.teardown.state = EXECUTOR_ENDED;
			client_group_put(client);
		}
		group_watch(loop, group);
	}
	return 0;
}

struct crowd_loop *crowd_loop_create(const struct builtin_loader_spec *spec,
	const struct client_list *list, const struct load_span *span, struct hook_mark *mark,
	struct error *error)
{
	struct crowd_loop *loop = calloc(1, sizeof(*loop));
	if (!loop) {
		error_set(error, STATUS_FAILED, "no memory for the clients");
		return NULL;
	}
	loop->span = span;
	loop->list = list;
	loop->mark = mark;
	loop->timeout_ns = spec->timeout_ns;
	loop->warmup_ns = spec->warmup_ns;
	loop->allowed = UINT64_MAX;
	if (event_wait_open(&loop->events, error) == 0 && crowd_loop_init(loop, spec, error) == 0)
		return loop;
	crowd_loop_destroy(loop);
	return NULL;
}

static void release(struct crowd_loop *loop, struct client *client)
{
	client_group_put(client);
	loop->busy--;
}

/* Registers with epoll(7) what the client waits for now. */
static void watch(struct crowd_loop *loop, struct client *client)
{
	struct connection *c = &client->c;
	if (event_wait_register(&loop->events, c->teardown.fd, &c->interest,
		    client_interest(client), client) == -1) {
		connection_fail(&client->group->context, c, errno);
		release(loop, client);
	}
}

/* `connecting`: its handshake was not over before. */
static void follow(struct crowd_loop *loop, struct client *client, bool connecting,
	enum connection_status status)
{
	if (connecting && (client->c.connected || status != CONNECTION_GOES_ON))
		client->group->connecting--;
	switch (status) {
	case CONNECTION_GOES_ON:
		watch(loop, client);
		break;
	case CONNECTION_CLOSED:
		release(loop, client);
		break;
	case CONNECTION_REFUSED: /* The timer's expiry releases it. */
		wheel_arm(&client->group->context.wheel, &client->c.teardown.timer,
			clock_now_ns() + BACKOFF_NS);
		break;
	}
}

static void group_start(struct crowd_loop *loop, struct client_group *group)
{
	struct client *client;
	while (group->connecting < CONNECTING_MAX &&
		atomic_load(&loop->started) < atomic_load(&loop->allowed) &&
		(client = client_group_take(group))) {
		atomic_fetch_add(&loop->started, 1);
		group->connecting++;
		loop->busy++;
		follow(loop, client, true, client_start(client));
	}
}

static void group_expire(struct crowd_loop *loop, struct client_group *group)
{
	struct wheel_timer *timer;
	uint64_t now = clock_now_ns();
	while ((timer = wheel_expired(&group->context.wheel, now))) {
		struct client *client =
			(struct client *)((char *)timer -
					  offsetof(struct client, c.teardown.timer));
		bool connecting = !client->c.connected;
		if (client->c.teardown.state == EXECUTOR_ENDED)
			release(loop, client); /* A back-off is over. */
		else
			follow(loop, client, connecting, client_expired(client));
	}
}

static void tell_all(struct crowd_loop *loop, enum connection_status (*tell)(struct client *client))
{
	for (size_t i = 0; i < loop->client_count; i++) {
		struct client *client = &loop->clients[i];
		if (client->c.teardown.state != EXECUTOR_ENDED)
			follow(loop, client, !client->c.connected, tell(client));
	}
}

/* Once, when the load is to end. */
static void hurry(struct crowd_loop *loop)
{
	loop->hurrying = true;
	for (uint32_t i = 0; i < loop->group_count; i++)
		client_group_hurry(&loop->groups[i]);
	tell_all(loop, client_hurry);
}

/* Once: no client need hold its connection any longer. */
static void release_all(struct crowd_loop *loop)
{
	loop->released = true;
	for (uint32_t i = 0; i < loop->group_count; i++)
		loop->groups[i].may_leave = true;
	tell_all(loop, client_release);
}

/* Returns false when what is under way has had its time. */
static bool update(struct crowd_loop *loop)
{
	uint64_t now = clock_now_ns(), stopped = atomic_load(&loop->span->stopped_ns);
	uint64_t from = atomic_load(&loop->span->started_ns) + loop->warmup_ns;
	for (uint32_t i = 0; i < loop->group_count; i++)
		recorder_window(&loop->groups[i].context.recorder, from, stopped, now);
	if (stopped) {
		bool is_beside = loop->list->is_beside;
		if (!loop->hurrying)
			hurry(loop);
		if (!loop->released && (!is_beside || atomic_load(&loop->span->released_ns)))
			release_all(loop);
		return now < (is_beside ? load_span_beside_due_ns : load_span_due_ns)(
				     loop->span, loop->timeout_ns);
	}
	return true;
}

static bool may_start(const struct crowd_loop *loop)
{
	for (uint32_t i = 0; i < loop->group_count; i++)
		if (loop->groups[i].quota > 0)
			return true;
	return false;
}

/* A client that was refused backs off, and is not ready meanwhile. */
static bool all_are_there(const struct crowd_loop *loop)
{
	for (uint32_t i = 0; i < loop->group_count; i++)
		if (loop->groups[i].ready || loop->groups[i].connecting > 0)
			return false;
	return true;
}

uint64_t crowd_loop_started(const struct crowd_loop *loop)
{
	return atomic_load(&loop->started);
}

void crowd_loop_allow(struct crowd_loop *loop, uint64_t connections)
{
	atomic_store(&loop->allowed, connections);
}

bool crowd_loop_is_there(const struct crowd_loop *loop)
{
	return atomic_load(&loop->is_there);
}

void crowd_loop_run(struct crowd_loop *loop)
{
	struct epoll_event events[EVENTS];
	while (update(loop) && (may_start(loop) || loop->busy > 0)) {
		if (!atomic_load(&loop->is_there) && all_are_there(loop))
			atomic_store(&loop->is_there, true);
		for (uint32_t i = 0; i < loop->group_count; i++)
			group_start(loop, &loop->groups[i]);
		int n = event_wait_next(&loop->events, events, EVENTS, TICK_NS);
		for (int i = 0; i < n; i++) {
			struct client *client = events[i].data.ptr;
			bool connecting = !client->c.connected;
			follow(loop, client, connecting, client_event(client, events[i].events));
		}
		for (uint32_t i = 0; i < loop->group_count; i++)
			group_expire(loop, &loop->groups[i]);
	}
	for (size_t i = 0; i < loop->client_count; i++) {
		struct client *client = &loop->clients[i];
		if (client->c.teardown.state != EXECUTOR_ENDED)
			connection_abandon(&client->group->context, &client->c);
	}
}

void crowd_loop_count(const struct crowd_loop *loop, uint32_t index, struct client_count *count)
{
	client_group_count(&loop->groups[index], count);
}

void crowd_loop_add(const struct crowd_loop *loop, struct load_totals *totals)
{
	for (uint32_t i = 0; i < loop->group_count; i++)
		load_totals_add(totals, &loop->groups[i].context.recorder.totals);
}

void crowd_loop_progress(
	const struct crowd_loop *loop, struct sample_progress *progress, uint32_t *bins)
{
	for (uint32_t i = 0; i < loop->group_count; i++)
		progress_count_add(&loop->groups[i].context.recorder.progress, progress, bins);
}

void crowd_loop_destroy(struct crowd_loop *loop)
{
	for (uint32_t i = 0; i < loop->group_count; i++)
		client_group_finish(&loop->groups[i]);
	if (loop->events.epoll_fd >= 0)
		close(loop->events.epoll_fd);
	free(loop->clients);
	free(loop->groups);
	free(loop);
}
