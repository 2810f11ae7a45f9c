#include "server/connection_list.h"

#include "common/clock.h"
#include "server/connection.h"

#include <stdlib.h>
#include <string.h>

/* The most free objects that are kept; those above it, after a peak, go back to the allocator. */
#define FREE_MAX 1024
/* On a busy server, where connections begin to linger at a higher rate than one per BUSY_NS, the
 * client's FIN is looked for FIN_LOOK_NS after ours, and only then is the connection registered
 * with epoll. Most FINs have come by then, and those connections cost neither epoll_ctl(2) nor a
 * turn of the loop. At a lower rate a connection is looked at and registered at once: there is
 * nothing to save, and a close must not be late. */
#define BUSY_NS NS_PER_MS
#define FIN_LOOK_NS (3 * NS_PER_MS)

static void queue_append(struct connection_queue *queue, struct connection *c)
{
	c->next = NULL;
	c->link = queue->end;
	*queue->end = c;
	queue->end = &c->next;
}

static void queue_remove(struct connection_queue *queue, struct connection *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	else
		queue->end = c->link;
}

void connection_list_init(struct connection_list *list, size_t most, size_t lingering_most)
{
	*list = (struct connection_list){.open.end = &list->open.first,
		.lingering.end = &list->lingering.first,
		.looks_end = &list->looks,
		.most = most,
		.lingering_most = lingering_most};
}

void connection_list_finish(struct connection_list *list)
{
	while (list->free) {
		struct connection *c = list->free;
		list->free = c->next;
		free(c);
	}
}

static void object_keep(struct connection_list *list, struct connection *c)
{
	c->next = list->free;
	list->free = c;
	list->free_count++;
}

int connection_list_reserve(struct connection_list *list)
{
	if (list->free)
		return 0;
	struct connection *c = malloc(sizeof(*c));
	if (!c)
		return -1;
	object_keep(list, c);
	return 0;
}

struct connection *connection_list_take(struct connection_list *list)
{
	struct connection *c = list->free;
	list->free = c->next;
	list->free_count--;
	memset(c, 0, sizeof(*c));
	queue_append(&list->open, c);
	list->count++;
	return c;
}

void connection_list_handshake_begin(struct connection_list *list, struct connection *c)
{
	c->is_handshaking = true;
	list->handshakes++;
	if (!list->handshaking)
		list->handshaking = c;
}

void connection_list_handshake_end(struct connection_list *list, struct connection *c)
{
	struct connection_queue *open = &list->open;
	if (!c->is_handshaking)
		return;
	c->is_handshaking = false;
	list->handshakes--;
	if (list->handshaking == c)
		list->handshaking = c->next;
	queue_remove(open, c);
	c->next = open->first;
	c->link = &open->first;
	if (c->next)
		c->next->link = &c->next;
	else
		open->end = &c->next;
	open->first = c;
}

static void object_release(struct connection_list *list, struct connection *c)
{
	if (list->free_count < FREE_MAX)
		object_keep(list, c);
	else
		free(c);
}

void connection_list_move(struct connection_list *list, struct connection *c,
	enum executor_state from, enum executor_state to)
{
	bool lingered = from != EXECUTOR_OPEN, lingers = to != EXECUTOR_ENDED;
	if (lingered && lingers)
		return;
	queue_remove(lingered ? &list->lingering : &list->open, c);
	list->lingering_count -= lingered;
	list->lingering_count += lingers;
	list->count -= !lingers;
	if (lingers)
		queue_append(&list->lingering, c);
}

void connection_list_release_later(struct connection_list *list, struct connection *c)
{
	/* A connection that waits for a look is in `looks` until then. */
	if (c->is_later)
		return;
	c->is_later = true;
	c->later = list->ended;
	list->ended = c;
}

void connection_list_look_later(struct connection_list *list, struct connection *c, uint64_t now_ns)
{
	/* Without our FIN, the peer itself waits: look at once. */
	bool patient = c->teardown.state == EXECUTOR_HALF_CLOSED;
	bool busy = patient && now_ns - list->lingered_ns < BUSY_NS;
	if (c->is_later)
		return;
	list->lingered_ns = now_ns;
	c->is_later = true;
	c->due_ns = busy ? now_ns + FIN_LOOK_NS : now_ns;
	c->later = NULL;
	*list->looks_end = c;
	list->looks_end = &c->later;
}

static struct connection *look_pop(struct connection_list *list)
{
	struct connection *c = list->looks;
	list->looks = c->later;
	if (!list->looks)
		list->looks_end = &list->looks;
	c->is_later = false;
	return c;
}

void connection_list_settle(struct connection_list *list, uint64_t now_ns, bool all)
{
	while (list->looks && (all || list->looks->due_ns <= now_ns)) {
		struct connection *c = look_pop(list);
		if (c->teardown.state == EXECUTOR_ENDED)
			connection_list_release_later(list, c);
		else
			connection_look(c);
	}
	while (list->ended) {
		struct connection *c = list->ended;
		list->ended = c->later;
		object_release(list, c);
	}
}
