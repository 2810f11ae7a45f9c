#include "bench/measure/ending.h"

/* Of a FIN and a RST that cross, both closed first. */
enum td_who ending_first_closer(const struct tcp_ending *ending)
{
	if (tcp_ending_is_crossed(ending))
		return TD_BOTH;
	switch (tcp_ending_first_closer(ending)) {
	case ENDING_CLIENT:
		return TD_CLIENT;
	case ENDING_SERVER:
		return TD_SERVER;
	case SIDE_BOTH:
		return TD_BOTH;
	case SIDE_NONE:
		break;
	}
	return TD_NONE;
}

static bool fin_knew(const struct ending_side *side, const struct ending_side *of)
{
	return tcp_ending_fin_knew(side->sent, of->sent);
}

static bool rst_knew(const struct ending_side *side, const struct ending_side *of)
{
	return tcp_ending_rst_knew(side->sent, of->sent);
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
	if (!mine->sent->fin || (other->sent->fin && fin_knew(mine, other)))
		return;
	/* What lies between this end's acknowledgement and the other's FIN is data. */
	bool data_came =
		other->sent->fin && tcp_seq_before(mine->sent->fin_ack, other->sent->fin_seq);
	if (other->sent->fin && !mine->sent->rst)
		counts->time_wait++;
	else if (mine->sent->rst && other->sent->fin && !data_came)
		counts->expired++;
	else if (mine->sent->rst)
		counts->killed_by_data++;
	else if (other->sent->rst)
		counts->killed_by_reset++;
}

static enum reset_phase phase_of(const struct ending_side *mine, const struct ending_side *other)
{
	bool knew = other->sent->fin && rst_knew(mine, other);
	if (mine->sent->rst_behind_fin)
		return knew ? RESET_BEHIND_BOTH_FINS : RESET_BEHIND_OWN_FIN;
	if (knew)
		return RESET_BEHIND_OTHER_FIN;
	return other->sent->fin ? RESET_ACROSS_FIN : RESET_OPEN;
}

static void reset_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	counts->reset_without_fin += mine->sent->rst && !mine->sent->fin;
	counts->reset_beside_fin += mine->sent->rst && mine->sent->fin;
	if (!mine->sent->rst)
		return;
	enum reset_phase phase = phase_of(mine, other);
	(mine->sent->rst_has_ack ? counts->resets_sent : counts->resets_answered)[phase]++;
	if (mine->sent->rst_behind_fin)
		ending_span_add(&counts->reset_behind_fin, mine->fin_ns, mine->rst_ns);
}

/* Whether data of the other end lies behind what this end's FIN acknowledges, and no RST of this
 * end answered. */
static bool is_half_close(const struct ending_side *mine, const struct ending_side *other)
{
	bool sent_more =
		(other->sent->fin && tcp_seq_before(mine->sent->fin_ack, other->sent->fin_seq)) ||
		(other->sent->rst && other->sent->rst_has_ack &&
			tcp_seq_before(mine->sent->fin_ack, other->sent->rst_seq));
	return mine->sent->fin && mine->sent->fin_has_ack && sent_more && !mine->sent->rst;
}

static void fin_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other)
{
	bool knew = other->sent->fin && fin_knew(mine, other);
	bool other_knew = other->sent->fin ? fin_knew(other, mine)
					   : !other->sent->rst || rst_knew(other, mine);
	if (!mine->sent->fin)
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
