#include "bench/measure/responses.h"

/* A response is not followed beyond this: sequence numbers wrap. */
#define LENGTH_MOST (UINT64_C(1) << 30)
/* What ends so far before, or less, was sent again: no window is larger. */
#define AGAIN_MOST (UINT32_C(1) << 26)

static bool is_proven(const struct response_track *track, const struct response_sight *sight)
{
	if (sight->seq == sight->first)
		return true;
	if (!track->has_head)
		return false;
	if (track->has_end)
		return sight->seq == track->end;
	return sight->is_whole && tcp_seq_before(track->ack, sight->ack);
}

static void track_move(struct response_track *track, const struct response_sight *sight)
{
	const struct response_head *head = sight->head;
	track->all_counted = sight->seq == sight->first || (track->has_end && track->all_counted);
	track->responses += head->status / 100 != 1;
	track->has_head = true;
	track->seq = sight->seq;
	track->ack = sight->ack;
	track->closes = head->closes;
	track->is_chunked = head->is_whole && head->is_chunked;
	track->is_doubtful = false;
	track->body = sight->seq + head->bytes;
	track->has_end = head->is_whole && head->has_length && head->length < LENGTH_MOST;
	track->end = track->body + (uint32_t)head->length;
}

static void refused_count(struct response_counts *counts, unsigned status)
{
	counts->refused++;
	counts->refused_by[status < RESPONSE_STATUS_MAX ? status : 0]++;
}

void responses_see(struct response_counts *counts, struct response_track *track,
	const struct response_sight *sight)
{
	unsigned status = sight->head->status;
	bool is_refusal = status / 100 != 1 && status / 100 != 2;
	if (sight->is_unasked)
		return;
	/* It was sent again. */
	if (track->has_head && !tcp_seq_before(track->seq, sight->seq))
		return;
	if (!is_proven(track, sight)) {
		track->is_doubtful = true;
		counts->unproven += is_refusal;
		return;
	}
	track_move(track, sight);
	counts->heads += status / 100 != 1;
	if (is_refusal)
		refused_count(counts, status);
}

void responses_see_tail(
	struct response_track *track, uint32_t end, enum response_tail tail, uint64_t at_ns)
{
	if (track->seen_ns == 0 || tcp_seq_before(track->seen_end, end)) {
		track->seen_end = end;
		track->seen_ns = at_ns;
	}
	uint32_t before = track->tail_end - end;
	bool is_known = track->tail != RESPONSE_TAIL_OPEN;
	if (tail == RESPONSE_TAIL_OPEN || (is_known && before == 0 && tail < track->tail) ||
		(is_known && before > 0 && before <= AGAIN_MOST))
		return;
	track->tail = tail;
	track->tail_end = end;
}

/* The number behind the last byte that the server sent; false: it is not known. */
static bool server_end(const struct tcp_ending_end *server, uint32_t *end)
{
	*end = server->fin ? server->fin_seq : server->rst_seq;
	return server->fin || (server->rst && server->rst_has_ack);
}

/* A RST without an ACK has the number that the segment acknowledged which it answers (RFC 9293,
 * section 3.10.7.1). */
static void announced_tally(struct response_closes *late, const struct response_track *track,
	const struct tcp_ending_end *server)
{
	late->announced++;
	if (!server->fin || !server->rst || server->rst_has_ack)
		return;
	late->timed++;
	late->known += !tcp_seq_before(server->rst_seq, track->body);
}

void responses_tally_late(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server)
{
	uint32_t end;
	if (!track->has_head || !server_end(server->sent, &end))
		return;
	/* Heads behind it may have been missed. */
	bool is_last = track->has_end && track->end == end;
	if (track->closes && (is_last || !track->has_end))
		announced_tally(&counts->late, track, server->sent);
	else if (is_last)
		counts->late.unannounced++;
}

/* Whether the client had closed or reset before the server ended the connection. */
static bool is_left(const struct ending_side *server, const struct ending_side *client)
{
	const struct tcp_ending_end *mine = server->sent, *other = client->sent;
	uint64_t ended_ns = mine->fin ? server->fin_ns : server->rst_ns;
	if (other->rst && client->rst_ns <= ended_ns)
		return true;
	if (!other->fin)
		return false;
	return mine->fin ? mine->fin_has_ack && tcp_seq_before(other->fin_seq, mine->fin_ack)
			 : tcp_seq_before(other->fin_seq, mine->rst_ack);
}

static void cut_tally(struct response_cuts *cuts, const struct ending_side *server)
{
	uint64_t ended_ns = server->sent->fin ? server->fin_ns : server->rst_ns;
	cuts->by_fin += server->sent->fin;
	cuts->by_reset += !server->sent->fin;
	if (cuts->first_ns == 0 || ended_ns < cuts->first_ns)
		cuts->first_ns = ended_ns;
}

static void surplus_tally(struct response_surplus *surplus, const struct response_track *track,
	const struct ending_side *server)
{
	uint32_t end = server->sent->fin_seq;
	if (!track->has_end || !track->closes || !server->sent->fin)
		return;
	surplus->closed++;
	if (!tcp_seq_before(track->end, end))
		return;
	surplus->longer++;
	surplus->more_bytes += end - track->end;
	if (surplus->first_ns == 0 || server->fin_ns < surplus->first_ns)
		surplus->first_ns = server->fin_ns;
}

/* Behind the end of the response there are others, whose heads were not seen. */
static void sized_tally(struct response_cuts *cuts, const struct response_track *track,
	uint32_t end, const struct ending_side *server)
{
	if (tcp_seq_before(track->end, end) ||
		(track->end != track->body && !tcp_seq_before(track->body, end)))
		return;
	cuts->sized++;
	if (!tcp_seq_before(end, track->end))
		return;
	cuts->promised += track->end - track->body;
	cuts->missing += track->end - end;
	cut_tally(cuts, server);
}

/* Whether no other response can be behind it: it announces the close, or all that the client had
 * sent by the end was there when it began. */
static bool is_last_response(
	const struct response_track *track, const struct tcp_ending_end *server)
{
	uint32_t asked = server->fin ? server->fin_ack : server->rst_ack;
	return track->closes || (!track->is_doubtful && asked == track->ack);
}

static void chunked_tally(struct response_cuts *cuts, const struct response_track *track,
	uint32_t end, const struct ending_side *server)
{
	bool has_tail = track->tail != RESPONSE_TAIL_OPEN && track->tail_end == end;
	if (!track->is_whole || !tcp_seq_before(track->body, end) ||
		!is_last_response(track, server->sent) ||
		(has_tail && track->tail == RESPONSE_TAIL_UNPROVEN))
		return;
	cuts->sized++;
	if (has_tail)
		return;
	cuts->chunked++;
	cut_tally(cuts, server);
}

/* A server that announces no close may keep the connection for another request. */
static void close_tally(struct ending_span *behind, const struct response_track *track,
	uint32_t end, const struct ending_side *server)
{
	bool is_whole = track->has_end ? track->end == end
				       : track->is_chunked && track->tail_end == end &&
						 track->tail == RESPONSE_TAIL_LAST_CHUNK;
	if (track->closes && is_whole && server->sent->fin && track->seen_ns != 0 &&
		track->seen_end == end)
		ending_span_add(behind, track->seen_ns, server->fin_ns);
}

void responses_tally(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server, const struct ending_side *client)
{
	uint32_t end;
	surplus_tally(&counts->surplus, track, server);
	if (!server_end(server->sent, &end) || is_left(server, client))
		return;
	close_tally(&counts->close_behind, track, end, server);
	if (track->has_end)
		sized_tally(&counts->cuts, track, end, server);
	else if (track->is_chunked)
		chunked_tally(&counts->cuts, track, end, server);
}

/* The server's FIN acknowledges more requests than there were responses. A client that sends them
 * ahead may have them acknowledged with the first response. */
static bool is_more_asked(const struct response_track *track, const struct ending_side *server,
	const struct ending_side *client, uint32_t request_bytes)
{
	uint32_t asked = server->sent->fin_ack - client->sent->isn - 1;
	return tcp_seq_before(track->ack, server->sent->fin_ack) ||
	       (track->all_counted && track->responses > 0 && request_bytes > 0 &&
		       asked > (uint64_t)track->responses * request_bytes);
}

void responses_tally_omitted(struct response_counts *counts, const struct response_track *track,
	const struct ending_side *server, const struct ending_side *client, uint32_t request_bytes)
{
	struct response_omissions *omissions = &counts->omissions;
	const struct tcp_ending_end *mine = server->sent;
	if (!track->has_end || !mine->fin || !mine->fin_has_ack || mine->rst ||
		mine->fin_seq != track->end || is_left(server, client) ||
		!is_more_asked(track, server, client, request_bytes))
		return;
	omissions->kept++;
	omissions->announced += track->closes;
	if (omissions->first_ns == 0 || server->fin_ns < omissions->first_ns)
		omissions->first_ns = server->fin_ns;
}

unsigned responses_refusal(const uint64_t refused_by[RESPONSE_STATUS_MAX])
{
	unsigned most = 0;
	for (unsigned status = 1; status < RESPONSE_STATUS_MAX; status++)
		if (refused_by[status] > (most ? refused_by[most] : 0))
			most = status;
	return most;
}
