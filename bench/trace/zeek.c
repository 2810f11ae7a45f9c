#include "bench/trace/zeek.h"

#include <ctype.h>

/* TCP_Endpoint.h. Zeek's CLOSED is: has sent a FIN. */
enum zeek_state {
	ZEEK_INACTIVE,
	ZEEK_SYN_SENT,
	ZEEK_SYN_ACK_SENT,
	ZEEK_PARTIAL,
	ZEEK_ESTABLISHED,
	ZEEK_CLOSED,
	ZEEK_RESET,
};

enum letter {
	SEEN_SYN = 1,
	SEEN_FIN = 2,
	SEEN_RST = 4,
	SEEN_DATA = 8,
	SEEN_ACK = 16,
	SEEN_GAP = 32,
	SEEN_MULTI = 64,
	SEEN_FIN_RST = 128
};

static void letter_add(struct zeek *zeek, unsigned side, char letter)
{
	if (zeek->length < sizeof(zeek->history))
		zeek->history[zeek->length++] = (char)(side == 0 ? letter : tolower(letter));
}

/* Returns whether the side had it already. */
static bool letter_once(struct zeek *zeek, unsigned side, enum letter which, char letter)
{
	if (zeek->ends[side].seen & which)
		return true;
	zeek->ends[side].seen |= (uint8_t)which;
	letter_add(zeek, side, letter);
	return false;
}

/* A letter at the 1st, 10th, 100th, … time. */
static void letter_scaled(struct zeek *zeek, unsigned side, uint16_t *count, char letter)
{
	if (*count == UINT16_MAX)
		return;
	uint16_t at = ++*count;
	while (at % 10 == 0)
		at /= 10;
	if (at == 1)
		letter_add(zeek, side, letter);
}

static void history_update(struct zeek *zeek, unsigned side, const struct tcp_header *header,
	const struct zeek_news *news)
{
	unsigned flags = header->flags & (TCP_SYN | TCP_FIN | TCP_RST);
	switch (flags) {
	case TCP_SYN:
		letter_once(zeek, side, SEEN_SYN, tcp_header_has(header, TCP_ACK) ? 'H' : 'S');
		break;
	case TCP_FIN:
		if (letter_once(zeek, side, SEEN_FIN, 'F') && news->is_other_fin)
			letter_add(zeek, side, 'F');
		break;
	case TCP_RST:
		if (letter_once(zeek, side, SEEN_RST, 'R') && news->is_other_rst)
			letter_add(zeek, side, 'R');
		break;
	case 0:
		if (header->payload > 0)
			letter_once(zeek, side, SEEN_DATA, 'D');
		else if (tcp_header_has(header, TCP_ACK))
			letter_once(zeek, side, SEEN_ACK, 'A');
		break;
	case TCP_FIN | TCP_RST:
		letter_once(zeek, side, SEEN_FIN_RST, 'I');
		break;
	default:
		letter_once(zeek, side, SEEN_MULTI, 'Q');
	}
}

static void state_set(struct zeek_end *end, enum zeek_state state)
{
	end->before = end->state;
	end->state = (uint8_t)state;
}

static void syn_of_inactive(struct zeek_end *mine, struct zeek_end *other, bool has_ack, bool orig)
{
	if (orig) {
		state_set(mine, has_ack ? ZEEK_SYN_ACK_SENT : ZEEK_SYN_SENT);
		return;
	}
	if (other->state == ZEEK_SYN_SENT)
		state_set(other, ZEEK_ESTABLISHED);
	state_set(mine, ZEEK_ESTABLISHED);
}

static void inactive_update(
	struct zeek_end *mine, struct zeek_end *other, const struct tcp_header *header, bool orig)
{
	bool has_ack = tcp_header_has(header, TCP_ACK);
	if (tcp_header_has(header, TCP_SYN))
		syn_of_inactive(mine, other, has_ack, orig);
	if (tcp_header_has(header, TCP_FIN))
		state_set(mine, ZEEK_CLOSED);
	if (tcp_header_has(header, TCP_RST))
		state_set(mine, ZEEK_RESET);
	if (mine->state != ZEEK_INACTIVE)
		return;
	/* Some acknowledge a SYN before they answer it. */
	if (!orig && header->payload == 0 && other->state == ZEEK_SYN_SENT)
		return;
	state_set(mine,
		has_ack && other->state == ZEEK_ESTABLISHED ? ZEEK_ESTABLISHED : ZEEK_PARTIAL);
}

static void established_update(
	struct zeek_end *mine, struct zeek_end *other, const struct tcp_header *header)
{
	if (tcp_header_opens(header) && mine->state == ZEEK_PARTIAL &&
		other->state == ZEEK_INACTIVE)
		state_set(mine, ZEEK_SYN_SENT);
	if (tcp_header_has(header, TCP_FIN) && !tcp_header_has(header, TCP_RST)) {
		state_set(mine, ZEEK_CLOSED);
		/* A FIN, then a RST, then the other's FIN: Zeek takes it for a normal end. */
		if (other->state == ZEEK_RESET && other->before == ZEEK_CLOSED)
			state_set(other, ZEEK_CLOSED);
	}
	if (tcp_header_has(header, TCP_RST))
		state_set(mine, ZEEK_RESET);
}

static void state_update(
	struct zeek_end *mine, struct zeek_end *other, const struct tcp_header *header, bool orig)
{
	switch ((enum zeek_state)mine->state) {
	case ZEEK_INACTIVE:
		inactive_update(mine, other, header, orig);
		break;
	case ZEEK_SYN_SENT:
	case ZEEK_SYN_ACK_SENT:
		if (tcp_header_has(header, TCP_FIN))
			state_set(mine, ZEEK_CLOSED);
		if (tcp_header_has(header, TCP_RST))
			state_set(mine, ZEEK_RESET);
		break;
	case ZEEK_PARTIAL:
	case ZEEK_ESTABLISHED:
		established_update(mine, other, header);
		break;
	case ZEEK_CLOSED:
		if (tcp_header_has(header, TCP_RST) && other->state != ZEEK_CLOSED)
			state_set(mine, ZEEK_RESET);
		break;
	case ZEEK_RESET:
		break;
	}
}

void zeek_see(struct zeek *zeek, unsigned side, const struct tcp_header *header,
	const struct zeek_news *news)
{
	struct zeek_end *mine = &zeek->ends[side], *other = &zeek->ends[!side];
	bool is_rst = tcp_header_has(header, TCP_RST);
	history_update(zeek, side, header, news);
	if (header->window == 0 && !is_rst && other->state != ZEEK_CLOSED &&
		mine->state != ZEEK_RESET)
		letter_scaled(zeek, side, &mine->zero_windows, 'W');
	if (news->is_again && !is_rst && mine->state != ZEEK_RESET)
		letter_scaled(zeek, side, &mine->again, 'T');
	state_update(mine, other, header, news->is_originator);
	if (news->shows_gap && !is_rst && !tcp_header_has(header, TCP_FIN))
		letter_once(zeek, !side, SEEN_GAP, 'G');
}

void zeek_flip(struct zeek *zeek)
{
	letter_add(zeek, 0, '^');
}

const char *zeek_conn_state(const struct zeek *zeek, unsigned client, bool bytes)
{
	enum zeek_state orig = (enum zeek_state)zeek->ends[client].state;
	enum zeek_state resp = (enum zeek_state)zeek->ends[!client].state;
	bool no_orig = orig == ZEEK_INACTIVE || orig == ZEEK_PARTIAL;
	bool no_resp = resp == ZEEK_INACTIVE || resp == ZEEK_PARTIAL;
	if (resp == ZEEK_RESET) {
		if (orig == ZEEK_SYN_SENT || orig == ZEEK_SYN_ACK_SENT ||
			(orig == ZEEK_RESET && !bytes))
			return "REJ";
		return no_orig ? "RSTRH" : "RSTR";
	}
	if (orig == ZEEK_RESET)
		return no_resp ? "RSTOS0" : "RSTO";
	if (resp == ZEEK_CLOSED && orig == ZEEK_CLOSED)
		return "SF";
	if (orig == ZEEK_CLOSED)
		return no_resp ? "SH" : "S2";
	if (resp == ZEEK_CLOSED)
		return no_orig ? "SHR" : "S3";
	if (orig == ZEEK_SYN_SENT && resp == ZEEK_INACTIVE)
		return "S0";
	return orig == ZEEK_ESTABLISHED && resp == ZEEK_ESTABLISHED ? "S1" : "OTH";
}

const char *zeek_history(const struct zeek *zeek, unsigned client, char text[ZEEK_HISTORY_SIZE])
{
	const unsigned char other_case = 'a' ^ 'A';
	for (unsigned i = 0; i < zeek->length; i++) {
		unsigned char letter = (unsigned char)zeek->history[i];
		bool swaps = client != 0 && isalpha(letter) != 0;
		text[i] = (char)(swaps ? letter ^ other_case : letter);
	}
	text[zeek->length] = '\0';
	return text;
}
