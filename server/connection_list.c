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

static void list_append(struct roster_list *list, struct conn *c)
{
	c->next = NULL;
	c->link = list->end;
	*list->end = c;
	list->end = &c->next;
}

static void list_remove(struct roster_list *list, struct conn *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	else
		list->end = c->link;
}

void roster_init(struct roster *r, size_t most, size_t lingering_most)
{
	*r = (struct roster){.open.end = &r->open.first,
		.lingering.end = &r->lingering.first,
		.looks_end = &r->looks,
		.most = most,
		.lingering_most = lingering_most};
}

void roster_finish(struct roster *r)
{
	while (r->free) {
		struct conn *c = r->free;
		r->free = c->next;
		free(c);
	}
}

static void conn_keep(struct roster *r, struct conn *c)
{
	c->next = r->free;
	r->free = c;
	r->free_count++;
}

int roster_reserve(struct roster *r)
{
	if (r->free)
		return 0;
	struct conn *c = malloc(sizeof(*c));
	if (!c)
		return -1;
	conn_keep(r, c);
	return 0;
}

struct conn *roster_take(struct roster *r)
{
	struct conn *c = r->free;
	r->free = c->next;
	r->free_count--;
	memset(c, 0, sizeof(*c));
	list_append(&r->open, c);
	r->count++;
	return c;
}

static void conn_release(struct roster *r, struct conn *c)
{
	if (r->free_count < FREE_MAX)
		conn_keep(r, c);
	else
		free(c);
}

void roster_move(struct roster *r, struct conn *c, enum executor_state from, enum executor_state to)
{
	bool lingered = from != EXECUTOR_OPEN, lingers = to != EXECUTOR_ENDED;
	if (lingered && lingers)
		return;
	list_remove(lingered ? &r->lingering : &r->open, c);
	r->lingering_count -= lingered;
	r->lingering_count += lingers;
	r->count -= !lingers;
	if (lingers)
		list_append(&r->lingering, c);
}

void roster_bury(struct roster *r, struct conn *c)
{
	/* It is found among the looks. */
	if (c->is_later)
		return;
	c->is_later = true;
	c->later = r->ended;
	r->ended = c;
}

void roster_look_later(struct roster *r, struct conn *c, uint64_t now_ns)
{
	/* A peer that waits for our FIN is not kept waiting. */
	bool patient = c->closing.state == EXECUTOR_HALF_CLOSED;
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

static struct conn *look_pop(struct roster *r)
{
	struct conn *c = r->looks;
	r->looks = c->later;
	if (!r->looks)
		r->looks_end = &r->looks;
	c->is_later = false;
	return c;
}

void roster_settle(struct roster *r, uint64_t now_ns, bool all)
{
	while (r->looks && (all || r->looks->due_ns <= now_ns)) {
		struct conn *c = look_pop(r);
		if (c->closing.state == EXECUTOR_ENDED)
			roster_bury(r, c);
		else
			conn_look(c);
	}
	while (r->ended) {
		struct conn *c = r->ended;
		r->ended = c->later;
		conn_release(r, c);
	}
}
