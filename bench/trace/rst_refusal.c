#include "bench/trace/rst_refusal.h"

/* Linux takes a RST with the number of a FIN that has arrived (tcp_reset_check()): it was sent by
 * an end that had closed, before the FIN was known to have arrived. */
static bool has_number_of_fin(const struct tcp_ending_end *mine, const struct tcp_header *rst)
{
	return mine->fin && rst->seq == mine->fin_seq;
}

/* Before the window: what was acknowledged earlier in the capture was so when the RST arrived.
 * Behind it: nothing of its sender's can have such a number, unless the capture lacks segments, as
 * a RST shows that acknowledges more than was captured. */
bool rst_refusal_is_outside(
	const struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *rst)
{
	const struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	if (!mine->spoke || !other->spoke || other->rst)
		return false;
	if (other->last_has_ack && rst->seq == other->last_ack)
		return false;
	if (other->has_acked && tcp_seq_before(rst->seq, other->acked))
		return !has_number_of_fin(mine, rst);
	bool lacks_segments = tcp_header_has(rst, TCP_ACK) && other->has_next &&
			      tcp_seq_before(other->next, rst->ack);
	return other->has_edge && tcp_seq_before(other->edge, rst->seq) && rst->seq != mine->next &&
	       !lacks_segments;
}

/* A RST of an end's own accord has the number behind all that the end sent. One that answers has
 * what the other end acknowledged, which may be less; it has no ACK (RFC 9293, 3.5.2). */
bool rst_refusal_lives_on(const struct tcp_ending_end *mine, const struct tcp_header *later)
{
	uint32_t end = tcp_header_end_seq(later);
	if (tcp_header_has(later, TCP_SYN))
		return false;
	if (tcp_header_has(later, TCP_FIN) && tcp_seq_before(end, mine->rst_seq))
		return true;
	if (mine->rst_has_ack && end != later->seq && tcp_seq_before(mine->rst_seq, end))
		return true;
	return tcp_header_has(later, TCP_ACK) && tcp_seq_before(mine->rst_ack, later->ack);
}

/* The RST lies farther than all that its end was seen to send, and the other end, which has got all
 * of that, goes on. */
bool rst_refusal_is_challenged(const struct tcp_ending_end *mine, const struct tcp_header *later)
{
	return tcp_header_has(later, TCP_ACK) && !tcp_header_has(later, TCP_SYN) &&
	       mine->has_next && later->ack == mine->next &&
	       tcp_seq_before(mine->next, mine->rst_seq);
}

/* Both SYNs have to have the option, for either window to be scaled. Where one of them was not
 * captured it is taken for as large as it may be. */
static unsigned shift_of(const struct tcp_ending_end *mine, const struct tcp_ending_end *other)
{
	bool known = (mine->syn || mine->syn_ack) && (other->syn || other->syn_ack);
	if (!known || mine->scale == SCALE_UNKNOWN || other->scale == SCALE_UNKNOWN)
		return SCALE_MOST - 1;
	if (mine->scale == SCALE_NONE || other->scale == SCALE_NONE)
		return 0;
	return (mine->scale < SCALE_MOST ? mine->scale : SCALE_MOST) - 1U;
}

void rst_refusal_window_see(struct tcp_ending_end *mine, const struct tcp_ending_end *other,
	const struct tcp_header *header)
{
	unsigned shift = tcp_header_has(header, TCP_SYN) ? 0 : shift_of(mine, other);
	uint32_t edge = header->ack + ((uint32_t)header->window << shift);
	if (!tcp_header_has(header, TCP_ACK))
		return;
	if (!mine->has_edge || tcp_seq_before(mine->edge, edge))
		mine->edge = edge;
	mine->has_edge = true;
}
