#include "bench/load/glance.h"

#include "bench/load/connection.h"
#include "common/clock.h"

/* A server that is not busy has answered over veth by then. */
#define ANSWERED_NS (100 * NS_PER_US)
/* A look that is too early costs a call, so that many connections are then not looked at. */
#define DECLINED 32

void glances_init(struct glances *glances)
{
	*glances = (struct glances){.end = &glances->first};
}

bool glances_add(struct glances *glances, struct connection *c)
{
	if (glances->declined > 0) {
		glances->declined--;
		return false;
	}
	/* A connection that timed out in the queue, and was begun anew, keeps its place. */
	if (c->glanced)
		return true;
	c->glanced = true;
	c->next_glanced = NULL;
	*glances->end = c;
	glances->end = &c->next_glanced;
	return true;
}

struct connection *glances_take(struct glances *glances)
{
	struct connection *c = glances->first;
	if (!c)
		return NULL;
	glances->first = c->next_glanced;
	if (!glances->first)
		glances->end = &glances->first;
	c->glanced = false;
	return c;
}

struct connection *glances_take_due(struct glances *glances, uint64_t now_ns)
{
	const struct connection *first = glances->first;
	if (!first || first->exchange.begun_ns + ANSWERED_NS > now_ns)
		return NULL;
	return glances_take(glances);
}

void glances_too_early(struct glances *glances)
{
	glances->declined = DECLINED;
}
