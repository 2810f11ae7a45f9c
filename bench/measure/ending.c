#include "bench/measure/ending.h"

#include "bench/measure/first_closer.h"

bool ending_seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

void ending_fin_see(struct ending_side *mine, const struct first_closer_segment *segment)
{
	if (mine->fin && !ending_seq_before(segment->ack, mine->fin_ack))
		return;
	mine->fin = true;
	mine->fin_ns = segment->at_ns;
	mine->fin_end = segment->seq + segment->payload + 1;
	mine->fin_has_ack = segment->has_ack;
	mine->fin_ack = segment->ack;
}

void ending_rst_see(struct ending_side *mine, const struct ending_side *other,
	const struct first_closer_segment *segment)
{
	if (mine->rst)
		return;
	mine->rst = true;
	mine->rst_ns = segment->at_ns;
	mine->rst_seq = segment->seq;
	mine->rst_has_ack = segment->has_ack;
	mine->rst_ack = segment->ack;
	mine->rst_behind_fin = mine->fin;
	mine->rst_after_other = other->fin;
}

/* Whether the FIN of one side acknowledges the FIN of another. */
static bool fin_knew(const struct ending_side *side, const struct ending_side *of)
{
	return side->fin_has_ack && !ending_seq_before(side->fin_ack, of->fin_end);
}

/* Whether the RST answers the FIN. One that acknowledges tells; one that does not is a reply to
 * something, and only the time is left. */
static bool rst_knew(const struct ending_side *side, const struct ending_side *of)
{
	return side->rst_has_ack ? !ending_seq_before(side->rst_ack, of->fin_end)
				 : side->rst_after_other;
}

enum td_who ending_first_closer(const struct ending_side *server, const struct ending_side *client,
	bool rst_first_by_server)
{
	if (server->fin && client->fin) {
		bool server_knew = fin_knew(server, client), client_knew = fin_knew(client, server);
		if (server_knew == client_knew)
			return TD_BOTH;
		return server_knew ? TD_CLIENT : TD_SERVER;
	}
	if (server->fin)
		return client->rst && !rst_knew(client, server) ? TD_BOTH : TD_SERVER;
	if (client->fin)
		return server->rst && !rst_knew(server, client) ? TD_BOTH : TD_CLIENT;
	if (server->rst && client->rst)
		return rst_first_by_server ? TD_SERVER : TD_CLIENT;
	if (server->rst)
		return TD_SERVER;
	return client->rst ? TD_CLIENT : TD_NONE;
}

bool ending_fins_crossed(const struct ending_side *server, const struct ending_side *client)
{
	return server->fin && client->fin && !fin_knew(server, client) && !fin_knew(client, server);
}

void ending_span_add(struct ending_span *span, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t took_ns = to_ns > from_ns ? to_ns - from_ns : 0;
	if (span->count == 0 || took_ns < span->least_ns)
		span->least_ns = took_ns;
	if (took_ns > span->most_ns)
		span->most_ns = took_ns;
	span->count++;
	span->sum_ns += took_ns;
	span->late += took_ns >= ENDING_LATE_NS;
}

/* What became of the socket of an end that sent its FIN, and had not seen the other's. */
static void wait_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	if (!mine->fin || (other->fin && fin_knew(mine, other)))
		return;
	/* What lies between this end's acknowledgement and the other's FIN is data. */
	bool data_came = other->fin && ending_seq_before(mine->fin_ack, other->fin_end - 1);
	if (other->fin && !mine->rst)
		counts->time_wait++;
	else if (mine->rst && other->fin && !data_came)
		counts->expired++;
	else if (mine->rst)
		counts->killed_by_data++;
	else if (other->rst)
		counts->killed_by_reset++;
}

static enum reset_phase phase_of(const struct ending_side *mine, const struct ending_side *other)
{
	bool knew = other->fin && rst_knew(mine, other);
	if (mine->rst_behind_fin)
		return knew ? RESET_BEHIND_BOTH_FINS : RESET_BEHIND_OWN_FIN;
	if (knew)
		return RESET_BEHIND_OTHER_FIN;
	return other->fin ? RESET_ACROSS_FIN : RESET_OPEN;
}

static void reset_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	counts->reset_without_fin += mine->rst && !mine->fin;
	counts->reset_beside_fin += mine->rst && mine->fin;
	if (!mine->rst)
		return;
	enum reset_phase phase = phase_of(mine, other);
	(mine->rst_has_ack ? counts->resets_sent : counts->resets_answered)[phase]++;
	if (mine->rst_behind_fin)
		ending_span_add(&counts->reset_behind_fin, mine->fin_ns, mine->rst_ns);
}

/* Whether data of the other end lies behind what this end's FIN acknowledges, and no RST of this
 * end answered. */
static bool is_half_close(const struct ending_side *mine, const struct ending_side *other)
{
	bool sent_more = (other->fin && ending_seq_before(mine->fin_ack, other->fin_end - 1)) ||
			 (other->rst && other->rst_has_ack &&
				 ending_seq_before(mine->fin_ack, other->rst_seq));
	return mine->fin && mine->fin_has_ack && sent_more && !mine->rst;
}

static void fin_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	bool knew = other->fin && fin_knew(mine, other);
	bool other_knew = other->fin ? fin_knew(other, mine) : !other->rst || rst_knew(other, mine);
	if (!mine->fin)
		return;
	if (knew && !other_knew)
		ending_span_add(&counts->fin_behind_fin, other->fin_ns, mine->fin_ns);
	counts->fin_first += !knew && other_knew;
	counts->half_closed += is_half_close(mine, other);
}

void ending_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	wait_tally(counts, mine, other);
	reset_tally(counts, mine, other);
	fin_tally(counts, mine, other);
}
