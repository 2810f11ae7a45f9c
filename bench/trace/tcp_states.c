#include "bench/trace/tcp_states.h"

/* A RST farther ahead than a window is not accepted (RFC 5961, 3.2). */
#define WINDOW_MAX (UINT32_C(1) << 30)

static bool is_synchronized(enum tcp_state state)
{
	return state >= STATE_ESTABLISHED;
}

static void rst_send(struct tcp_end *end, const struct tcp_header *header)
{
	/* A SYN that met an older connection: its sender resets that, and goes on (3.5.1). */
	if (end->state == STATE_SYN_SENT && !tcp_header_has(header, TCP_ACK))
		return;
	end->state = STATE_CLOSED;
	end->is_reset = true;
}

static void syn_send(struct tcp_end *end, const struct tcp_header *header)
{
	if (is_synchronized(end->state))
		return;
	end->syn_seq = header->seq;
	end->has_syn = true;
	end->state = tcp_header_has(header, TCP_ACK) ? STATE_SYN_RECEIVED : STATE_SYN_SENT;
}

static void fin_send(struct tcp_end *end, const struct tcp_header *header)
{
	if (end->has_fin)
		return;
	end->has_fin = true;
	end->fin_seq = tcp_header_fin_seq(header);
	end->state = end->state == STATE_CLOSE_WAIT ? STATE_LAST_ACK : STATE_FIN_WAIT_1;
}

void tcp_end_send(struct tcp_end *end, const struct tcp_header *header)
{
	if (end->is_reset)
		return;
	if (tcp_header_has(header, TCP_RST)) {
		rst_send(end, header);
		return;
	}
	if (tcp_header_has(header, TCP_ACK)) {
		end->awaited = header->ack;
		end->awaits = true;
	}
	/* What speaks in the middle of a capture has a connection. */
	if (end->state == STATE_UNKNOWN && !tcp_header_has(header, TCP_SYN))
		end->state = STATE_ESTABLISHED;
	if (tcp_header_has(header, TCP_SYN))
		syn_send(end, header);
	if (tcp_header_has(header, TCP_FIN))
		fin_send(end, header);
}

static bool rst_is_accepted(const struct tcp_end *end, const struct tcp_header *header)
{
	if (end->state == STATE_SYN_SENT)
		return tcp_header_has(header, TCP_ACK) && header->ack == end->syn_seq + 1;
	/* One that was sent before the FIN was known to have arrived (Linux: tcp_reset_check()). */
	bool has_got_fin = end->state == STATE_CLOSE_WAIT || end->state == STATE_CLOSING ||
			   end->state == STATE_LAST_ACK;
	if (has_got_fin && header->seq + 1 == end->awaited)
		return true;
	return !end->awaits || header->seq - end->awaited < WINDOW_MAX;
}

static void rst_receive(struct tcp_end *end, const struct tcp_header *header)
{
	if (end->state == STATE_LISTEN || !rst_is_accepted(end, header))
		return;
	end->state = end->is_older ? STATE_LISTEN : STATE_CLOSED;
	end->is_reset = !end->is_older;
	end->is_older = end->awaits = false;
}

static void syn_receive(struct tcp_end *end, const struct tcp_header *header)
{
	bool has_ack = tcp_header_has(header, TCP_ACK);
	bool acks_ours = has_ack && end->has_syn && header->ack == end->syn_seq + 1;
	if (end->state == STATE_LISTEN && !has_ack)
		end->state = STATE_SYN_RECEIVED;
	else if (end->state == STATE_SYN_SENT)
		end->state = acks_ours ? STATE_ESTABLISHED
			     : has_ack ? STATE_SYN_SENT
				       : STATE_SYN_RECEIVED;
}

static void ack_receive(struct tcp_end *end, const struct tcp_header *header)
{
	bool acks_fin = end->has_fin && !tcp_seq_before(header->ack, end->fin_seq + 1);
	bool acks_syn = end->has_syn && !tcp_seq_before(header->ack, end->syn_seq + 1);
	switch (end->state) {
	case STATE_SYN_RECEIVED:
		if (acks_syn)
			end->state = STATE_ESTABLISHED;
		break;
	case STATE_FIN_WAIT_1:
		if (acks_fin)
			end->state = STATE_FIN_WAIT_2;
		break;
	case STATE_CLOSING:
		if (acks_fin)
			end->state = STATE_TIME_WAIT;
		break;
	case STATE_LAST_ACK:
		if (acks_fin)
			end->state = STATE_CLOSED;
		break;
	default:
		break;
	}
}

static void fin_receive(struct tcp_end *end)
{
	switch (end->state) {
	case STATE_UNKNOWN:
	case STATE_SYN_RECEIVED:
	case STATE_ESTABLISHED:
		end->state = STATE_CLOSE_WAIT;
		break;
	case STATE_FIN_WAIT_1:
		end->state = STATE_CLOSING;
		break;
	case STATE_FIN_WAIT_2:
		end->state = STATE_TIME_WAIT;
		break;
	default:
		break;
	}
}

void tcp_end_receive(struct tcp_end *end, const struct tcp_header *header)
{
	if (end->is_reset)
		return;
	if (tcp_header_has(header, TCP_RST)) {
		rst_receive(end, header);
		return;
	}
	uint32_t behind = tcp_header_end_seq(header);
	/* A connection that is open takes no SYN (RFC 9293, 3.10.7.4). */
	if (end->is_older && tcp_header_opens(header))
		return;
	if (!end->awaits || tcp_seq_before(end->awaited, behind))
		end->awaited = behind;
	end->awaits = true;
	if (tcp_header_has(header, TCP_SYN))
		syn_receive(end, header);
	if (tcp_header_has(header, TCP_ACK))
		ack_receive(end, header);
	if (tcp_header_has(header, TCP_FIN))
		fin_receive(end);
}

const char *tcp_state_text(enum tcp_state state)
{
	static const char *const texts[TCP_STATES] = {
		[STATE_UNKNOWN] = "?",
		[STATE_CLOSED] = "CLOSED",
		[STATE_LISTEN] = "LISTEN",
		[STATE_SYN_SENT] = "SYN-SENT",
		[STATE_SYN_RECEIVED] = "SYN-RECEIVED",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_FIN_WAIT_1] = "FIN-WAIT-1",
		[STATE_FIN_WAIT_2] = "FIN-WAIT-2",
		[STATE_CLOSE_WAIT] = "CLOSE-WAIT",
		[STATE_CLOSING] = "CLOSING",
		[STATE_LAST_ACK] = "LAST-ACK",
		[STATE_TIME_WAIT] = "TIME-WAIT",
	};
	return texts[state];
}
