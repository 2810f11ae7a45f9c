#include "bench/measure/leaving.h"

/* A RST that close(2) or a deadline sends has an ACK; one that answers a segment has none, and says
 * nothing of what its sender had received or sent. */
static bool is_sent(const struct ending_side *side)
{
	return side->sent->rst && side->sent->rst_has_ack;
}

/* A FIN has the number behind the last byte. A RST for the process, too: with data that waits for
 * the window it would be less, but then some was sent. */
static bool sent_nothing(const struct ending_side *mine, uint32_t isn)
{
	if (mine->sent->fin)
		return mine->sent->fin_seq == isn + 1;
	return is_sent(mine) && mine->sent->rst_seq == isn + 1;
}

/* Whether the client's last word acknowledges no byte of the server. A FIN may close one direction
 * alone (shutdown(2)), and what came behind it was taken: unless nothing came, or a RST answered.
 */
static bool had_nothing(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	uint32_t first = start->server_isn + 1;
	if (is_sent(client) && tcp_seq_before(first, client->sent->rst_ack))
		return false;
	if (!client->sent->fin)
		return is_sent(client);
	return client->sent->fin_has_ack && !tcp_seq_before(first, client->sent->fin_ack) &&
	       (client->sent->rst || sent_nothing(server, start->server_isn));
}

static void left_tally(struct leaving_counts *counts, const struct leaving_start *start,
	const struct ending_side *client, uint64_t last_syn_ns)
{
	uint64_t left_ns = client->sent->fin ? client->fin_ns : client->rst_ns;
	bool is_late = client->sent->rst_behind_fin && !client->sent->rst_has_ack;
	counts->left++;
	counts->answered_late += is_late;
	if (left_ns + LEAVING_WENT_ON_NS > last_syn_ns)
		return;
	counts->went_on++;
	if (counts->first_ns == 0 || left_ns < counts->first_ns)
		counts->first_ns = left_ns;
	ending_span_add(&counts->open, start->syn_ns, left_ns);
	if (is_late)
		ending_span_add(&counts->late, client->fin_ns, client->rst_ns);
}

/* The server's FIN acknowledges the client's, and no byte lies between. */
static bool server_waited(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	return client->sent->fin && server->sent->fin && !client->sent->rst && !server->sent->rst &&
	       tcp_seq_before(start->server_isn + 1, client->sent->fin_ack) &&
	       client->sent->fin_ack == server->sent->fin_seq &&
	       server->sent->fin_ack == client->sent->fin_seq + 1;
}

static void waited_tally(struct leaving_counts *counts, const struct ending_side *client)
{
	counts->server_waited++;
	if (counts->waited_until_ns == 0 || client->fin_ns < counts->waited_until_ns)
		counts->waited_until_ns = client->fin_ns;
}

/* What came behind the FIN is not acknowledged by it. */
static bool closed_unanswered(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	const struct tcp_ending_end *mine = server->sent, *other = client->sent;
	if (!mine->fin || !mine->fin_has_ack || mine->rst ||
		!sent_nothing(server, start->server_isn) ||
		!tcp_seq_before(start->client_isn + 1, mine->fin_ack))
		return false;
	return (!other->fin || !tcp_seq_before(other->fin_seq, mine->fin_ack)) &&
	       (!other->rst || server->fin_ns < client->rst_ns);
}

/* A RST that answers has no ACK. */
static bool closed_unasked(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	const struct tcp_ending_end *mine = server->sent, *other = client->sent;
	if (!mine->fin || !mine->fin_has_ack || mine->fin_ack != start->client_isn + 1 ||
		!sent_nothing(server, start->server_isn))
		return false;
	if (other->fin)
		return other->fin_seq != start->client_isn + 1 && server->fin_ns < client->fin_ns;
	return !other->rst && mine->rst && !mine->rst_has_ack;
}

static bool reset_unanswered(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	const struct tcp_ending_end *mine = server->sent, *other = client->sent;
	if (mine->fin || !is_sent(server) || !sent_nothing(server, start->server_isn))
		return false;
	return (!other->fin || !tcp_seq_before(other->fin_seq, mine->rst_ack)) &&
	       (!other->rst || server->rst_ns < client->rst_ns);
}

static void reset_tally(struct leaving_counts *counts, const struct leaving_start *start,
	const struct ending_side *server)
{
	counts->reset_unanswered++;
	counts->reset_asked += tcp_seq_before(start->client_isn + 1, server->sent->rst_ack);
	if (counts->reset_first_ns == 0 || server->rst_ns < counts->reset_first_ns)
		counts->reset_first_ns = server->rst_ns;
}

static void unasked_tally(struct leaving_counts *counts, const struct ending_side *server)
{
	counts->closed_unasked++;
	if (counts->unasked_first_ns == 0 || server->fin_ns < counts->unasked_first_ns)
		counts->unasked_first_ns = server->fin_ns;
}

static void closed_tally(struct leaving_counts *counts, const struct ending_side *server)
{
	counts->closed_unanswered++;
	if (counts->closed_first_ns == 0 || server->fin_ns < counts->closed_first_ns)
		counts->closed_first_ns = server->fin_ns;
}

/* The server has said nothing by the time that the client leaves, nor behind that. */
static bool is_silent(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	const struct tcp_ending_end *mine = client->sent;
	uint32_t first = start->server_isn + 1;
	if (server->sent->fin || server->sent->rst)
		return false;
	if (mine->fin)
		return mine->fin_has_ack && mine->fin_ack == first;
	return is_sent(client) && mine->rst_ack == first;
}

void leaving_tally(struct leaving_counts *counts, const struct leaving_start *start,
	const struct ending_side *server, const struct ending_side *client, uint64_t last_syn_ns)
{
	bool is_unasked = sent_nothing(client, start->client_isn);
	bool is_left = had_nothing(start, server, client);
	counts->unasked += is_unasked;
	counts->unanswered += is_left || sent_nothing(server, start->server_isn);
	if (server_waited(start, server, client))
		waited_tally(counts, client);
	if (closed_unanswered(start, server, client))
		closed_tally(counts, server);
	if (closed_unasked(start, server, client))
		unasked_tally(counts, server);
	if (reset_unanswered(start, server, client))
		reset_tally(counts, start, server);
	if (!is_unasked && (is_left || is_silent(start, server, client)))
		ending_span_add(&counts->silent, start->syn_ns,
			client->sent->fin ? client->fin_ns : client->rst_ns);
	if (is_left && !is_unasked)
		left_tally(counts, start, client, last_syn_ns);
}
