#include "server/connection_list.h"

#include "common/clock.h"
#include "server/connection.h"

#include <stdlib.h>
#include <string.h>

/* Objects that are kept for the next connections; a peak gives the rest back. */
#define FREE_MAX 1024
/* Where connections begin to linger at a higher rate than one a BUSY_NS, a client's FIN is looked
 * for only FIN_LOOK_NS after ours, before epoll is asked to wait for it: it is mostly there by
 * then, and the connection costs neither epoll_ctl(2) nor a turn of the loop. With fewer it is
 * looked for and registered at once: then nothing is to be saved, and the close is not late. */
#define BUSY_NS NS_PER_MS
#define FIN_LOOK_NS (3 * NS_PER_MS)

static void queue_append(struct connection_queue *list, struct connection *c)
{
	c->next = NULL;
	c->link = list->end;
	*list->end = c;
	list->end = &c->next;
}

static void queue_remove(struct connection_queue *list, struct connection *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	else
		list->end = c->link;
}

void connection_list_init(struct connection_list *r, size_t most, size_t lingering_most)
{
	*r = (struct connection_list){.open.end = &r->open.first,
		.lingering.end = &r->lingering.first,
		.looks_end = &r->looks,
		.most = most,
		.lingering_most = lingering_most};
}

void connection_list_finish(struct connection_list *r)
{
	while (r->free) {
		struct connection *c = r->free;
		r->free = c->next;
		free(c);
	}
}

static void object_keep(struct connection_list *r, struct connection *c)
{
	c->next = r->free;
	r->free = c;
	r->free_count++;
}

int connection_list_reserve(struct connection_list *r)
{
	if (r->free)
		return 0;
	struct connection *c = malloc(sizeof(*c));
	if (!c)
		return -1;
	object_keep(r, c);
	return 0;
}

struct connection *connection_list_take(struct connection_list *r)
{
	struct connection *c = r->free;
	r->free = c->next;
	r->free_count--;
	memset(c, 0, sizeof(*c));
	queue_append(&r->open, c);
	r->count++;
	return c;
}

static void object_release(struct connection_list *r, struct connection *c)
{
	if (r->free_count < FREE_MAX)
		object_keep(r, c);
	else
		free(c);
}

void connection_list_move(struct connection_list *r, struct connection *c, enum executor_state from,
	enum executor_state to)
{
	bool lingered = from != EXECUTOR_OPEN, lingers = to != EXECUTOR_ENDED;
	if (lingered && lingers)
		return;
	queue_remove(lingered ? &r->lingering : &r->open, c);
	r->lingering_count -= lingered;
	r->lingering_count += lingers;
	r->count -= !lingers;
	if (lingers)
		queue_append(&r->lingering, c);
}

void connection_list_release_later(struct connection_list *r, struct connection *c)
{
	/* It is found among the looks. */
	if (c->is_later)
		return;
	c->is_later = true;
	c->later = r->ended;
	r->ended = c;
}

void connection_list_look_later(struct connection_list *r, struct connection *c, uint64_t now_ns)
{
	/* A peer that waits for our FIN is not kept waiting. */
	bool patient = c->teardown.state == EXECUTOR_HALF_CLOSED;
	bool busy = patient && now_ns - r->lingered_ns < BUSY_NS;
	if (c->is_later)
		return;
	r->lingered_ns = now_ns;
	c->is_later = true;
	c->due_ns = busy ? now_ns + FIN_LOOK_NS : now_ns;
	c->later = NULL;
	*r->looks_end = c;
	r->looks_end = &c->later;
}

static struct connection *look_pop(struct connection_list *r)
{
	struct connection *c = r->looks;
	r->looks = c->later;
	if (!r->looks)
		r->looks_end = &r->looks;
	c->is_later = false;
	return c;
}

void connection_list_settle(struct connection_list *r, uint64_t now_ns, bool all)
{
	while (r->looks && (all || r->looks->due_ns <= now_ns)) {
		struct connection *c = look_pop(r);
		if (c->teardown.state == EXECUTOR_ENDED)
			connection_list_release_later(r, c);
		else
			connection_look(c);
	}
	while (r->ended) {
		struct connection *c = r->ended;
		r->ended = c->later;
		object_release(r, c);
	}
}
