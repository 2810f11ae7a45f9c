#include "bench/measure/leaving.h"

/* A RST that close(2) or a deadline sends has an ACK; one that answers a segment has none, and says
 * nothing of what its sender had received or sent. */
static bool is_sent(const struct ending_side *side)
{
	return side->rst && side->rst_has_ack;
}

/* A FIN has the number behind the last byte. A RST for the process, too: with data that waits for
 * the window it would be less, but then some was sent. */
static bool sent_nothing(const struct ending_side *mine, uint32_t isn)
{
	if (mine->fin)
		return mine->fin_end == isn + 2;
	return is_sent(mine) && mine->rst_seq == isn + 1;
}

/* Whether the client's last word acknowledges no byte of the server. A FIN may close one direction
 * alone (shutdown(2)), and what came behind it was taken: unless nothing came, or a RST answered.
 */
static bool had_nothing(const struct leaving_start *start, const struct ending_side *server,
	const struct ending_side *client)
{
	uint32_t first = start->server_isn + 1;
	if (is_sent(client) && ending_seq_before(first, client->rst_ack))
		return false;
	if (!client->fin)
		return is_sent(client);
	return client->fin_has_ack && !ending_seq_before(first, client->fin_ack) &&
	       (client->rst || sent_nothing(server, start->server_isn));
}

static void left_tally(struct leaving_counts *counts, const struct leaving_start *start,
	const struct ending_side *client, uint64_t last_syn_ns)
{
	uint64_t left_ns = client->fin ? client->fin_ns : client->rst_ns;
	bool is_late = client->rst_behind_fin && !client->rst_has_ack;
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
	return client->fin && server->fin && !client->rst && !server->rst &&
	       ending_seq_before(start->server_isn + 1, client->fin_ack) &&
	       client->fin_ack == server->fin_end - 1 && server->fin_ack == client->fin_end;
}

static void waited_tally(struct leaving_counts *counts, const struct ending_side *client)
{
	counts->server_waited++;
	if (counts->waited_until_ns == 0 || client->fin_ns < counts->waited_until_ns)
		counts->waited_until_ns = client->fin_ns;
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
	if (is_left && !is_unasked)
		left_tally(counts, start, client, last_syn_ns);
}
