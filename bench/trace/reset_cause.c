#include "bench/trace/reset_cause.h"

/* A SYN is all that the other end has sent: a RST that acknowledges it refuses. */
static enum tcp_ending_cause answer_to_syn(
	const struct tcp_ending_end *other, const struct tcp_header *rst)
{
	return tcp_header_has(rst, TCP_ACK) && rst->ack == other->next ? CAUSE_NO_LISTENER
								       : CAUSE_UNKNOWN;
}

/* The end had closed its side, and data met it. The RST has the number that the data's sender
 * awaited: the FIN's own, where the FIN had not arrived there. */
static enum tcp_ending_cause answer_after_fin(
	const struct tcp_ending_end *mine, const struct tcp_header *rst)
{
	return tcp_seq_before(rst->seq, mine->fin_seq + 1) ? CAUSE_KEEP_ALIVE_RACE
							   : CAUSE_DATA_AFTER_FIN;
}

/* A RST that answers the other end's last segment. */
static enum tcp_ending_cause answer_cause(const struct tcp_ending_end *mine,
	const struct tcp_ending_end *other, const struct tcp_header *rst)
{
	if (other->last_is_syn_ack)
		return CAUSE_UNWANTED_SYN_ACK;
	/* The sender of a SYN was acknowledged something that it never sent. */
	if (mine->syn && !mine->spoke && !other->syn_ack)
		return CAUSE_OLD_CONNECTION;
	if (mine->fin)
		return other->last_has_data ? answer_after_fin(mine, rst) : CAUSE_UNKNOWN;
	if (mine->syn_ack && !mine->spoke && !other->fin && rst->seq == mine->isn + 1)
		return other->last_has_data ? CAUSE_UNKNOWN : CAUSE_LISTENER_QUEUE;
	/* An end that sent a RST before did not give the connection up in silence. */
	return !other->fin && !mine->rst_vain && (mine->spoke || mine->syn_ack) ? CAUSE_NO_SOCKET
										: CAUSE_UNKNOWN;
}

/* An end whose handshake did not complete has nothing that a program could close. Where its SYN or
 * SYN-ACK was not captured, it did long ago. */
static bool is_half_open(const struct tcp_ending_end *mine, const struct tcp_ending_end *other)
{
	return mine->syn_ack ? !mine->spoke && !other->spoke : mine->syn && !mine->spoke;
}

/* A RST of an end's own accord: it goes on where the end's own data ended. */
static enum tcp_ending_cause own_cause(const struct tcp_ending_end *mine,
	const struct tcp_ending_end *other, const struct tcp_header *rst)
{
	if (mine->has_next && rst->seq != mine->next)
		return CAUSE_UNKNOWN;
	if (!mine->has_next || !other->has_next || is_half_open(mine, other))
		return CAUSE_UNKNOWN;
	/* A program may close while a single one is on its way. */
	/* MPTCP resets a subflow for reasons of its own. */
	if (rst->mptcp != MPTCP_NONE)
		return CAUSE_UNKNOWN;
	if (mine->probes > 0)
		return mine->probes > 1 ? CAUSE_KEEP_ALIVE_TIMEOUT : CAUSE_UNKNOWN;
	bool first_known = other->syn || other->syn_ack;
	if (first_known && rst->ack == other->isn + 1)
		return CAUSE_LINGER;
	return other->data ? CAUSE_UNREAD_INPUT_OR_LINGER : CAUSE_UNKNOWN;
}

enum tcp_ending_cause reset_cause_tell(
	const struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *rst)
{
	const struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	if (ending->flags_only)
		return rst->seq == 0 && other->syn && !other->fin && !mine->fin
			       ? answer_to_syn(other, rst)
			       : CAUSE_UNKNOWN;
	if (rst->mptcp == MPTCP_FASTCLOSE || other->last_has_fastclose)
		return CAUSE_MPTCP_FASTCLOSE;
	bool silent = !mine->syn && !mine->syn_ack && !mine->spoke;
	if (other->syn && silent && !other->spoke)
		return answer_to_syn(other, rst);
	if (tcp_header_has(rst, TCP_ACK))
		return own_cause(mine, other, rst);
	if (other->last_has_ack && rst->seq == other->last_ack)
		return answer_cause(mine, other, rst);
	return CAUSE_UNKNOWN;
}
