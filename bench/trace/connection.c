#include "bench/trace/connection.h"

#include <stddef.h>

/* Of tcp.completeness. */
enum completeness {
	COMPLETE_SYN = 1,
	COMPLETE_SYN_ACK = 2,
	COMPLETE_ACK = 4,
	COMPLETE_DATA = 8,
	COMPLETE_FIN = 16,
	COMPLETE_RST = 32,
};

void connection_begin(struct connection *connection, const struct segment *segment, uint32_t number,
	uint32_t incarnation)
{
	*connection = (struct connection){
		.endpoints = {segment->from, segment->to},
		.first_ns = segment->at_ns,
		.number = number,
		.incarnation = incarnation,
		.orientation = ORIENTED_GUESSED,
	};
}

bool connection_is_succeeded_by(
	const struct connection *connection, unsigned side, const struct segment *segment)
{
	const struct tcp_ending_end *mine = &connection->ending.ends[side];
	const struct connection_end *own = &connection->sides[side];
	const struct tcp_ending_end *peer = &connection->ending.ends[!side];
	uint32_t seq = segment->tcp.seq;
	if (!tcp_header_opens(&segment->tcp))
		return false;
	if (mine->syn || mine->syn_ack)
		return mine->isn != seq;
	/* A SYN may be captured behind what follows on it: its number leads to theirs. */
	if (own->data.begun)
		return own->data.first != seq + 1;
	if (mine->rst)
		return mine->last_rst != seq + 1;
	return peer->has_acked && peer->acked != seq + 1 &&
	       peer->acked != tcp_header_end_seq(&segment->tcp);
}

static void orientation_update(
	struct connection *connection, unsigned side, const struct tcp_header *header)
{
	if (connection->orientation != ORIENTED_GUESSED || !tcp_header_has(header, TCP_SYN))
		return;
	bool opens = tcp_header_opens(header);
	unsigned client = opens ? side : !side;
	connection->orientation = opens ? ORIENTED_BY_SYN : ORIENTED_BY_SYN_ACK;
	if (client != connection->client)
		zeek_flip(&connection->zeek);
	connection->client = (uint8_t)client;
}

/* By the rules of Wireshark 4.0: a SYN counts where it comes first, its data only where its ports
 * are new; a keep-alive is no data. */
static void completeness_update(struct connection *connection, const struct tcp_header *header,
	bool is_first, unsigned notes)
{
	unsigned seen = 0;
	bool has_data = header->payload > 0 && !(notes & NOTE_KEEP_ALIVE);
	if (tcp_header_opens(header))
		seen |= !is_first                                  ? 0
			: has_data && connection->incarnation == 1 ? COMPLETE_SYN | COMPLETE_DATA
								   : COMPLETE_SYN;
	else if (tcp_header_has(header, TCP_SYN))
		seen |= COMPLETE_SYN_ACK;
	else if (tcp_header_has(header, TCP_ACK))
		seen |= header->payload == 0 ? COMPLETE_ACK : has_data ? COMPLETE_DATA : 0;
	seen |= tcp_header_has(header, TCP_FIN) ? COMPLETE_FIN : 0;
	seen |= tcp_header_has(header, TCP_RST) ? COMPLETE_RST : 0;
	connection->completeness |= (uint8_t)seen;
}

/* A SYN or a FIN that was sent before. */
static bool is_flag_again(const struct tcp_ending_end *mine, const struct tcp_header *header)
{
	if (tcp_header_has(header, TCP_SYN))
		return (mine->syn || mine->syn_ack) && mine->isn == header->seq;
	return tcp_header_has(header, TCP_FIN) && mine->fin &&
	       mine->fin_seq == tcp_header_fin_seq(header);
}

static unsigned data_notes(enum byte_news news)
{
	switch (news) {
	case BYTES_AHEAD:
		return NOTE_PREVIOUS_MISSING;
	case BYTES_LATE:
		return NOTE_OUT_OF_ORDER;
	case BYTES_AGAIN:
		return NOTE_RETRANSMISSION;
	default:
		return 0;
	}
}

static unsigned data_see(
	struct connection *connection, unsigned side, const struct tcp_header *header)
{
	struct connection_end *mine = &connection->sides[side];
	uint32_t seq = tcp_header_data_seq(header);
	/* What a RST carries is no data (RFC 9293, 3.5.3: a text for people). */
	if (tcp_header_has(header, TCP_RST))
		return 0;
	if (tcp_header_has(header, TCP_SYN))
		byte_ledger_begin(&mine->data, seq);
	if (header->payload == 0 && mine->data.begun) {
		bool behind_fin = connection->ending.ends[side].fin;
		bool ahead = tcp_seq_before(mine->data.next, seq);
		return ahead && !behind_fin ? NOTE_PREVIOUS_MISSING : 0;
	}
	return data_notes(byte_ledger_add(&mine->data, seq, header->payload));
}

/* What the segment says of the other side's data. */
static unsigned ack_see(
	struct connection *connection, unsigned side, const struct tcp_header *header)
{
	const struct connection_end *mine = &connection->sides[side];
	const struct tcp_ending_end *ended = &connection->ending.ends[side];
	const struct tcp_ending_end *peer = &connection->ending.ends[!side];
	if (!tcp_header_has(header, TCP_ACK))
		return 0;
	bool is_plain = header->payload == 0 && !(header->flags & (TCP_SYN | TCP_FIN | TCP_RST));
	unsigned notes = 0;
	if (peer->has_next && tcp_seq_before(peer->next, header->ack) &&
		!tcp_header_has(header, TCP_RST))
		notes |= NOTE_ACKED_UNSEEN;
	if (is_plain && ended->has_acked && header->ack == ended->acked) {
		if (connection->sides[!side].probed)
			notes |= header->window == 0 ? NOTE_ZERO_WINDOW_PROBE_ACK
						     : NOTE_KEEP_ALIVE_ACK;
		else if (mine->has_window && header->window == mine->window && peer->has_next &&
			 tcp_seq_before(header->ack, peer->next))
			notes |= NOTE_DUPLICATE_ACK;
	}
	return notes;
}

static unsigned window_see(
	struct connection *connection, unsigned side, const struct tcp_header *header)
{
	struct connection_end *mine = &connection->sides[side], *peer = &connection->sides[!side];
	unsigned notes = 0;
	if (peer->has_window && peer->window == 0 && header->payload == 1)
		notes |= NOTE_ZERO_WINDOW_PROBE;
	if (header->flags & (TCP_SYN | TCP_RST))
		return notes;
	if (header->window == 0 && !tcp_header_has(header, TCP_FIN))
		notes |= NOTE_ZERO_WINDOW;
	mine->window = header->window;
	mine->has_window = true;
	return notes;
}

/* Of several words for one segment, the one that explains the others. */
static unsigned notes_settle(unsigned notes)
{
	if (notes & (NOTE_KEEP_ALIVE | NOTE_ZERO_WINDOW_PROBE))
		notes &= ~(unsigned)(NOTE_RETRANSMISSION | NOTE_OUT_OF_ORDER);
	if (notes & NOTE_ZERO_WINDOW_PROBE)
		notes &= ~(unsigned)NOTE_KEEP_ALIVE;
	return notes;
}

static bool shows_gap(
	const struct connection *connection, unsigned side, const struct tcp_header *header)
{
	const struct tcp_ending_end *peer = &connection->ending.ends[!side];
	uint32_t ack = header->ack;
	if (!tcp_header_has(header, TCP_ACK) || tcp_header_has(header, TCP_SYN))
		return false;
	if (peer->fin && ack == peer->fin_seq + 1)
		ack--;
	return byte_ledger_has_gap_before(&connection->sides[!side].data, ack);
}

/* A RST of an end's own accord has the TTL of its socket, as all that the end sent, where that is
 * one: routes may differ in length. An answer for a socket that is gone has the system's TTL,
 * whatever the program had set (Linux: ip_send_unicast_reply()), and has no ACK: it tells nothing.
 */
static void ttl_see(struct connection_end *mine, const struct segment *segment, unsigned told)
{
	bool differs = mine->ttl != 0 && segment->ttl != mine->ttl;
	if (told & TOLD_RST)
		mine->rst_doubted =
			differs && mine->segments > 1 && tcp_header_has(&segment->tcp, TCP_ACK);
	if (tcp_header_has(&segment->tcp, TCP_RST))
		return;
	mine->ttl_varies |= differs;
	mine->ttl = segment->ttl;
}

unsigned connection_see(struct connection *connection, unsigned side, const struct segment *segment)
{
	const struct tcp_header *header = &segment->tcp;
	struct connection_end *mine = &connection->sides[side];
	const struct tcp_ending_end *ended = &connection->ending.ends[side];
	bool is_first = mine->segments == 0 && connection->sides[!side].segments == 0;
	orientation_update(connection, side, header);
	unsigned notes = tcp_ending_is_keep_alive(ended, header) ? NOTE_KEEP_ALIVE : 0;
	notes |= is_flag_again(ended, header) ? NOTE_RETRANSMISSION : 0;
	notes |= is_first && connection->incarnation > 1 ? NOTE_PORTS_REUSED : 0;
	notes |= ack_see(connection, side, header);
	notes |= data_see(connection, side, header);
	notes |= window_see(connection, side, header);
	notes = notes_settle(notes);
	mine->probed = (notes & (NOTE_KEEP_ALIVE | NOTE_ZERO_WINDOW_PROBE)) != 0;
	completeness_update(connection, header, is_first, notes);
	uint32_t last_rst = ended->last_rst;
	unsigned told = tcp_ending_see(&connection->ending, side, header);
	ttl_see(mine, segment, told);
	struct zeek_news news = {
		.is_originator = side == connection->client,
		.is_again =
			header->payload > 0 && (notes & (NOTE_RETRANSMISSION | NOTE_OUT_OF_ORDER)),
		.is_other_fin = ended->fin_seq != tcp_header_fin_seq(header),
		.is_other_rst = last_rst != header->seq,
		.shows_gap = shows_gap(connection, side, header),
	};
	zeek_see(&connection->zeek, side, header, &news);
	mine->segments++;
	connection->last_ns = segment->at_ns;
	return notes;
}

bool connection_unacknowledged(const struct connection *connection, unsigned side, uint64_t *bytes)
{
	const struct connection_end *mine = &connection->sides[side];
	const struct tcp_ending_end *peer = &connection->ending.ends[!side];
	*bytes = peer->has_acked ? byte_ledger_behind(&mine->data, peer->acked) : 0;
	return peer->has_acked || mine->data.bytes == 0;
}

const char *connection_note_text(enum connection_note note)
{
	switch (note) {
	case NOTE_RETRANSMISSION:
		return "Retransmission";
	case NOTE_OUT_OF_ORDER:
		return "Out-Of-Order";
	case NOTE_PREVIOUS_MISSING:
		return "Previous segment not captured";
	case NOTE_KEEP_ALIVE:
		return "Keep-Alive";
	case NOTE_KEEP_ALIVE_ACK:
		return "Keep-Alive ACK";
	case NOTE_ZERO_WINDOW:
		return "ZeroWindow";
	case NOTE_ZERO_WINDOW_PROBE:
		return "ZeroWindowProbe";
	case NOTE_ZERO_WINDOW_PROBE_ACK:
		return "ZeroWindowProbeAck";
	case NOTE_ACKED_UNSEEN:
		return "ACKed unseen segment";
	case NOTE_TLS_HANDSHAKE:
		return "TLS handshake";
	case NOTE_TLS_DATA:
		return "TLS data";
	case NOTE_TLS_ALERT:
		return "TLS alert: close_notify?";
	case NOTE_TLS_NOTIFY:
		return "TLS alert: close_notify";
	case NOTE_TLS_OTHER_ALERT:
		return "TLS alert: an error";
	case NOTE_PORTS_REUSED:
		return "Port numbers reused";
	case NOTE_DUPLICATE_ACK:
		return "Dup ACK";
	case NOTE_RST_IGNORED:
		return "ignored: its sender goes on";
	case NOTE_RST_REFUSED:
		return "not taken: another number is expected";
	case NOTE_HELD:
		return "held by the wire";
	case NOTE_DROPPED:
		return "dropped by the wire";
	case NOTE_COPIED:
		return "copied by the wire";
	case NOTE_RELEASED:
		return "released by the wire";
	case NOTE_INJECTED:
		return "injected by the wire";
	}
	return "";
}

void connection_finish(struct connection *connection)
{
	byte_ledger_finish(&connection->sides[0].data);
	byte_ledger_finish(&connection->sides[1].data);
}
