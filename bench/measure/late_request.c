#include "bench/measure/late_request.h"

#include "bench/measure/first_closer.h"

void late_request_see(struct late_requests *counts, struct late_request_rest *rest,
	const struct first_closer_segment *segment)
{
	uint32_t end = segment->seq + segment->payload;
	if (segment->begins_request) {
		uint32_t bytes = segment->request_bytes ? segment->request_bytes : segment->payload;
		if (bytes > counts->request_bytes)
			counts->request_bytes = bytes;
		counts->shared += segment->request_bytes > 0;
		return;
	}
	counts->rests++;
	if (rest->seq == rest->end || segment->seq != rest->end)
		rest->seq = segment->seq;
	rest->end = end;
}

static bool is_in_rest(const struct late_request_rest *rest, uint32_t seq)
{
	return !tcp_seq_before(seq, rest->seq) && tcp_seq_before(seq, rest->end);
}

/* Whether the client sent data that the server's FIN does not acknowledge. A RST of the server
 * without an ACK answers a segment: data, or a FIN that came when the socket was gone. */
static bool data_is_behind(const struct ending_side *server, const struct ending_side *client)
{
	if (client->sent->fin)
		return tcp_seq_before(server->sent->fin_ack, client->sent->fin_seq);
	if (client->sent->rst && client->sent->rst_has_ack &&
		tcp_seq_before(server->sent->fin_ack, client->sent->rst_seq))
		return true;
	return server->sent->rst && server->sent->rst_behind_fin &&
	       (!server->sent->rst_has_ack ||
		       tcp_seq_before(server->sent->fin_ack, server->sent->rst_ack));
}

static void behind_tally(struct late_requests *counts, const struct ending_side *server)
{
	counts->behind_fin++;
	counts->drained += !server->sent->rst;
	if (!server->sent->rst || !server->sent->rst_behind_fin || server->sent->rst_has_ack)
		return;
	/* Such a RST has the number that the segment acknowledged (RFC 9293, section 3.10.7.1). */
	counts->knew_fin += !tcp_seq_before(server->sent->rst_seq, server->sent->fin_seq + 1);
	ending_span_add(&counts->span, server->fin_ns, server->rst_ns);
}

bool late_request_tally(struct late_requests *counts, const struct late_request_rest *rest,
	uint32_t client_isn, const struct ending_side *server, const struct ending_side *client)
{
	uint32_t first = client_isn + 1;
	bool by_close = server->sent->rst && server->sent->rst_has_ack;
	if (counts->request_bytes == 0 || (!server->sent->fin && !by_close))
		return false;
	if (server->sent->fin) {
		if (!server->sent->fin_has_ack || !tcp_seq_before(first, server->sent->fin_ack) ||
			is_in_rest(rest, server->sent->fin_ack) || !data_is_behind(server, client))
			return false;
	} else if (rest->seq != rest->end || client->sent->fin ||
		   !tcp_seq_before(first + counts->request_bytes, server->sent->rst_ack)) {
		return false;
	}
	uint64_t ended_ns = server->sent->rst ? server->rst_ns : server->fin_ns;
	if (counts->first_ns == 0 || ended_ns < counts->first_ns)
		counts->first_ns = ended_ns;
	if (by_close)
		counts->unread++;
	else
		behind_tally(counts, server);
	return true;
}
