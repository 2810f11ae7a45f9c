#include "bench/trace/tcp_ending.h"
#include "bench/trace/reset_cause.h"
#include "bench/trace/rst_refusal.h"

/* As many as the bits of struct tcp_ending_end count. */
#define PROBES_COUNTED 3

static void syn_see(struct tcp_ending_end *mine, const struct tcp_header *header)
{
	bool is_answer = tcp_header_has(header, TCP_ACK);
	mine->syn |= !is_answer;
	mine->syn_ack |= is_answer;
	mine->isn = header->seq;
	mine->scale = header->scale & 31U;
}

/* Whether it told something. */
static bool fin_see(
	struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *header)
{
	struct tcp_ending_end *mine = &ending->ends[side];
	/* A FIN that is sent again may acknowledge what the first did not: the first counts. */
	if (mine->fin && !tcp_seq_before(header->ack, mine->fin_ack))
		return false;
	mine->fin = true;
	mine->fin_seq = tcp_header_fin_seq(header);
	mine->fin_has_ack = tcp_header_has(header, TCP_ACK);
	mine->fin_ack = header->ack;
	if (ending->first == FIRST_NONE) {
		ending->first = FIRST_FIN;
		ending->first_side = side & 1;
	}
	return true;
}

/* A RST may be captured before the FIN that it follows: it then acknowledges the other's FIN, or
 * has the number behind its own. */
static bool is_behind_fin(const struct tcp_ending *ending, enum tcp_ending_side side)
{
	const struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	if (ending->first_side == side)
		return mine->rst_seq == mine->fin_seq + 1;
	return other->rst_has_ack && !tcp_seq_before(other->rst_ack, mine->fin_seq + 1);
}

static void fin_was_known(struct tcp_ending *ending, enum tcp_ending_side side)
{
	if (ending->first != FIRST_RST || !is_behind_fin(ending, side))
		return;
	ending->first = FIRST_FIN;
	ending->first_side = side & 1;
	ending->fins_before_rst++;
}

/* The RST of this side was none of its own, or did not end anything. */
static void rst_forget(struct tcp_ending *ending, enum tcp_ending_side side)
{
	struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	mine->rst = false;
	mine->rst_vain = true;
	mine->cause = CAUSE_NONE;
	ending->fins_before_rst =
		other->rst ? (other->rst_after_fin + other->rst_behind_fin) & 3 : 0;
	if (other->rst)
		ending->rst_first_side = (side ^ 1) & 1;
	if (ending->first != FIRST_RST || ending->first_side != side)
		return;
	bool is_rst = other->rst && ending->fins_before_rst == 0;
	ending->first = is_rst ? FIRST_RST : mine->fin || other->fin ? FIRST_FIN : FIRST_NONE;
	ending->first_side = (is_rst || other->fin ? !side : side) & 1;
}

static void rst_keep(struct tcp_ending_end *mine, const struct tcp_ending_end *other,
	const struct tcp_header *header)
{
	mine->rst = true;
	mine->rst_has_ack = tcp_header_has(header, TCP_ACK);
	mine->rst_seq = header->seq;
	mine->rst_ack = mine->rst_has_ack ? header->ack : other->next;
	mine->rst_answers = other->last_has_ack && header->seq == other->last_ack;
	mine->rst_after_fin = other->fin;
	mine->rst_behind_fin = mine->fin;
	mine->rst_spoken = mine->spoke;
}

/* One that goes on where the end's own data ended explains more than one that does not, and that
 * answers nothing: of several, it is what the other end takes. */
static bool is_better(const struct tcp_ending_end *mine, const struct tcp_header *header)
{
	return mine->rst_spoken && !mine->rst_answers && mine->has_next &&
	       mine->rst_seq != mine->next && header->seq == mine->next;
}

static unsigned rst_see(
	struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *header)
{
	struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	unsigned told = TOLD_RST;
	if (!ending->flags_only && rst_refusal_is_outside(ending, side, header)) {
		mine->rst_vain = true;
		return TOLD_REFUSED;
	}
	if (mine->rst && (ending->flags_only || !is_better(mine, header)))
		return 0;
	if (mine->rst) {
		rst_forget(ending, side);
		told |= TOLD_OWN_TAKEN_BACK;
	}
	mine->cause = reset_cause_tell(ending, side, header) & 15U;
	rst_keep(mine, other, header);
	if (other->rst)
		return told;
	ending->rst_first_side = side & 1;
	ending->fins_before_rst = (mine->fin + other->fin) & 3;
	ending->refused = other->syn && !mine->syn && !mine->syn_ack && !mine->spoke &&
			  !other->fin &&
			  (!ending->flags_only || (header->seq == 0 && mine->rst_has_ack));
	if (ending->first == FIRST_NONE) {
		ending->first = FIRST_RST;
		ending->first_side = side & 1;
	}
	return told;
}

/* One of a handshake is of another connection of the same ports, whose numbers are others. */
static unsigned rst_look_back(
	struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *header)
{
	const struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	unsigned told = 0;
	if (ending->flags_only)
		return 0;
	if (mine->rst && mine->rst_spoken && rst_refusal_lives_on(mine, header)) {
		rst_forget(ending, side);
		told |= TOLD_OWN_TAKEN_BACK;
	}
	if (other->rst && other->rst_spoken && rst_refusal_is_challenged(other, header)) {
		rst_forget(ending, side == SIDE_A ? SIDE_B : SIDE_A);
		told |= TOLD_OTHER_TAKEN_BACK;
	}
	return told;
}

/* What is neither RST nor SYN: data, acknowledgements, FIN. */
static void speech_see(struct tcp_ending_end *mine, const struct tcp_header *header)
{
	mine->spoke = true;
	mine->data |= header->payload > 0;
}

static void probes_see(
	struct tcp_ending_end *mine, struct tcp_ending_end *other, const struct tcp_header *header)
{
	if (!tcp_ending_is_keep_alive(mine, header))
		mine->probes = 0;
	else if (mine->probes < PROBES_COUNTED)
		mine->probes++;
	other->probes = 0;
}

static void numbers_see(struct tcp_ending_end *mine, const struct tcp_header *header)
{
	uint32_t end = tcp_header_end_seq(header);
	if (!mine->has_next || tcp_seq_before(mine->next, end))
		mine->next = end;
	mine->has_next = true;
	mine->last_has_ack = tcp_header_has(header, TCP_ACK);
	mine->last_ack = header->ack;
	mine->last_has_data = header->payload > 0;
	mine->last_is_syn_ack = tcp_header_has(header, TCP_SYN | TCP_ACK);
	mine->last_has_fastclose = header->mptcp == MPTCP_FASTCLOSE;
}

static void ack_see(struct tcp_ending_end *mine, const struct tcp_header *header)
{
	if (!tcp_header_has(header, TCP_ACK))
		return;
	if (!mine->has_acked || tcp_seq_before(mine->acked, header->ack))
		mine->acked = header->ack;
	mine->has_acked = true;
}

unsigned tcp_ending_see(
	struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *header)
{
	struct tcp_ending_end *mine = &ending->ends[side], *other = &ending->ends[!side];
	if (tcp_header_has(header, TCP_RST)) {
		unsigned news = rst_see(ending, side, header);
		mine->last_rst = header->seq;
		ack_see(mine, header);
		return news;
	}
	unsigned told = rst_look_back(ending, side, header);
	if (tcp_header_has(header, TCP_SYN))
		syn_see(mine, header);
	else
		speech_see(mine, header);
	if (mine->syn_ack || mine->spoke)
		ending->refused = false;
	if (tcp_header_has(header, TCP_FIN)) {
		told |= fin_see(ending, side, header) ? TOLD_FIN : 0;
		fin_was_known(ending, side);
	}
	if (other->fin && tcp_header_has(header, TCP_ACK) &&
		!tcp_seq_before(header->ack, other->fin_seq + 1))
		other->fin_acked = true;
	probes_see(mine, other, header);
	numbers_see(mine, header);
	ack_see(mine, header);
	rst_refusal_window_see(mine, other, header);
	return told;
}

bool tcp_ending_fin_knew(const struct tcp_ending_end *mine, const struct tcp_ending_end *other)
{
	return mine->fin_has_ack && !tcp_seq_before(mine->fin_ack, other->fin_seq + 1);
}

bool tcp_ending_rst_knew(const struct tcp_ending_end *mine, const struct tcp_ending_end *other)
{
	return mine->rst_has_ack ? !tcp_seq_before(mine->rst_ack, other->fin_seq + 1)
				 : mine->rst_after_fin;
}

bool tcp_ending_fins_crossed(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	return a->fin && b->fin && tcp_ending_fin_knew(a, b) == tcp_ending_fin_knew(b, a);
}

bool tcp_ending_is_crossed(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	if (a->fin && b->fin)
		return tcp_ending_fins_crossed(ending);
	if (a->fin == b->fin)
		return false;
	const struct tcp_ending_end *fin = a->fin ? a : b, *rst = a->fin ? b : a;
	return rst->rst && !tcp_ending_rst_knew(rst, fin);
}

enum tcp_ending_side tcp_ending_first_closer(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	if (ending->first == FIRST_NONE)
		return SIDE_NONE;
	/* A RST that came before both FINs closed first, whatever is still on its way. */
	if (ending->first == FIRST_RST || !a->fin || !b->fin)
		return (enum tcp_ending_side)ending->first_side;
	if (tcp_ending_fins_crossed(ending))
		return SIDE_BOTH;
	return tcp_ending_fin_knew(b, a) ? SIDE_A : SIDE_B;
}

static enum tcp_ending_word word_without_rst(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	if (a->fin && b->fin)
		return tcp_ending_fins_crossed(ending) ? ENDING_CLOSED_CROSSED : ENDING_CLOSED;
	if (a->fin || b->fin)
		return ENDING_HALF_CLOSED;
	const struct tcp_ending_end *opener = a->syn ? a : b, *other = a->syn ? b : a;
	/* What acknowledges was answered, even if the answers were not captured. */
	bool answered = other->syn || other->syn_ack || other->spoke || opener->spoke;
	return opener->syn && !answered ? ENDING_UNANSWERED : ENDING_OPEN;
}

enum tcp_ending_word tcp_ending_word(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	if (!a->rst && !b->rst)
		return word_without_rst(ending);
	if (!a->has_next && !b->has_next)
		return ENDING_NOT_A_CONNECTION;
	if (ending->fins_before_rst == 2)
		return ENDING_CLOSED_THEN_RESET;
	if (ending->fins_before_rst == 1)
		return ENDING_HALF_CLOSED_THEN_RESET;
	return ending->refused ? ENDING_REFUSED : ENDING_RESET;
}

enum tcp_ending_cause tcp_ending_cause(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	if (!a->rst && !b->rst)
		return CAUSE_NONE;
	unsigned cause = ending->ends[ending->rst_first_side].cause;
	/* A refusal that the connection came of all the same was another's. */
	if (cause == CAUSE_NO_LISTENER && !ending->refused)
		return CAUSE_UNKNOWN;
	return (enum tcp_ending_cause)cause;
}

bool tcp_ending_is_over(const struct tcp_ending *ending)
{
	const struct tcp_ending_end *a = &ending->ends[SIDE_A], *b = &ending->ends[SIDE_B];
	return a->rst || b->rst || (a->fin_acked && b->fin_acked);
}
