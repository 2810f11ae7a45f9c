#include "bench/load/undelivered.h"

#include "bench/load/connection.h"

/* The request was sent ahead of the response before it (pipelining), and that one announced the
 * close. */
static bool is_ahead(const struct connection *c)
{
	return c->teardown.view.exchanges > 0 && c->close_announced;
}

/* The client waited for a response, and no byte of it came. */
static bool is_unanswered(const struct connection *c)
{
	return c->connected && exchange_is_sent(&c->exchange) && !c->exchange.response.begun;
}

static void unanswered_add(
	struct load_unanswered *unanswered, const struct connection *c, uint64_t now_ns)
{
	uint64_t asked = c->exchange.begun_ns;
	uint64_t waited_ns = now_ns > asked ? now_ns - asked : 0;
	struct load_unanswered one = {.connections = 1,
		.first_requests = c->teardown.view.exchanges == 0,
		.announced = is_ahead(c),
		.first_ns = now_ns,
		.last_ns = now_ns,
		.least_ns = waited_ns,
		.most_ns = waited_ns};
	load_unanswered_add(unanswered, &one);
}

void undelivered_gave_up(struct load_totals *totals, const struct connection *c, uint64_t now_ns)
{
	if (is_unanswered(c))
		unanswered_add(&totals->unanswered_by_deadline, c, now_ns);
}

void undelivered_cut(struct load_totals *totals, const struct connection *c, uint64_t now_ns)
{
	const struct response *response = &c->exchange.response;
	if (is_unanswered(c) && !c->reset_seen)
		unanswered_add(&totals->unanswered_by_fin, c, now_ns);
	if (!response->begun)
		return;
	if (totals->truncated_ns == 0)
		totals->truncated_ns = now_ns;
	totals->truncated[response->framing]++;
	totals->truncated_by_reset += c->reset_seen;
}

/* A connection that had been kept was asked again, and ended without a byte of these answers. */
static void kept_unanswered(
	struct load_totals *totals, const struct connection *c, uint64_t requests, uint64_t now_ns)
{
	uint64_t asked = c->exchange.begun_ns;
	uint64_t idle_ns = asked > c->done_ns ? asked - c->done_ns : 0;
	struct load_totals one = {.kept_unanswered = requests,
		.kept_connections = 1,
		.kept_announced = is_ahead(c) ? requests : 0,
		.kept_unanswered_ns = now_ns,
		.kept_idle_least_ns = idle_ns,
		.kept_idle_most_ns = idle_ns};
	load_totals_add_unanswered(totals, &one);
}

/* How far it had come. */
static void timed_out(struct load_totals *totals, const struct connection *c, uint64_t now_ns)
{
	if (c->delivered && totals->unclosed++ == 0)
		totals->unclosed_ns = now_ns;
	totals->unconnected += !c->connected;
	totals->part_answered += c->connected && !c->delivered && c->exchange.response.begun;
}

void undelivered_ended(struct load_totals *totals, const struct connection *c, enum outcome outcome,
	uint64_t now_ns)
{
	uint64_t requests = c->ahead + (c->exchange.response.begun ? 0 : 1);
	if ((outcome == OUTCOME_SHORT || outcome == OUTCOME_RESET) &&
		c->teardown.view.exchanges > 0 && requests > 0)
		kept_unanswered(totals, c, requests, now_ns);
	if (outcome == OUTCOME_TIMED_OUT)
		timed_out(totals, c, now_ns);
}
