#include "bench/load/speculative_read.h"

#include "bench/load/connection.h"
#include "common/clock.h"

/* A server that is not busy has answered over veth by then. */
#define ANSWERED_NS (100 * NS_PER_US)
/* A look that is too early costs a call, so that many connections are then not looked at. */
#define DECLINED 32

void speculative_reads_init(struct speculative_reads *reads)
{
	*reads = (struct speculative_reads){.end = &reads->first};
}

bool speculative_reads_add(struct speculative_reads *reads, struct connection *c)
{
	if (reads->declined > 0) {
		reads->declined--;
		return false;
	}
	/* A connection that timed out in the queue, and was begun anew, keeps its place. */
	if (c->is_speculative)
		return true;
	c->is_speculative = true;
	c->next_speculative = NULL;
	*reads->end = c;
	reads->end = &c->next_speculative;
	return true;
}

struct connection *speculative_reads_take(struct speculative_reads *reads)
{
	struct connection *c = reads->first;
	if (!c)
		return NULL;
	reads->first = c->next_speculative;
	if (!reads->first)
		reads->end = &reads->first;
	c->is_speculative = false;
	return c;
}

struct connection *speculative_reads_take_due(struct speculative_reads *reads, uint64_t now_ns)
{
	const struct connection *first = reads->first;
	if (!first || first->exchange.begun_ns + ANSWERED_NS > now_ns)
		return NULL;
	return speculative_reads_take(reads);
}

void speculative_reads_too_early(struct speculative_reads *reads)
{
	reads->declined = DECLINED;
}
