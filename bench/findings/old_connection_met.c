/* old-connection-met: the client connected from a port of which the server still has an older
 * connection, which the client has forgotten. The server's kernel answers such a SYN with an ACK
 * (RFC 5961, section 4: TCPChallengeACK counts it), the client's kernel resets what that ACK
 * belongs to, and sends its SYN again. A TIME_WAIT at the server is no such thing: a SYN reopens it
 * at once. */
#include "bench/findings/finding.h"

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	/* A challenge has other reasons, too. Here a RST and another SYN answer each. */
	const struct counters *client = &figures->client.load;
	uint64_t met = lesser(figures->server.counters.challenge_ack,
		lesser(client->out_rsts, client->syn_retrans));
	if (met == 0 || trial->packet_tap.counts.met_old == 0)
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, challenge_ack));
	finding_add(findings,
		"%llu of %llu connections met an old one of the same ports at the server "
		"(TCPChallengeACK, first seen at %.1f s): the client had forgotten it, had to "
		"reset it, and sent its SYN again; have the server end what its clients have left "
		"(close when read(2) returns 0, SO_KEEPALIVE), or give the client more ports",
		(unsigned long long)met, (unsigned long long)figures->opened, t_s);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "met", (double)met);
	finding_number(findings, "opened", (double)figures->opened);
}

extern const struct finding_kind finding_old_connection_met;
const struct finding_kind finding_old_connection_met = {
	.id = "old-connection-met",
	.summary = "new connections met an old one of the same ports at the server",
	.cause = "the server keeps connections that the client has forgotten, whose ports come "
		 "again",
	.cure = "have the server end what its clients have left (close when read(2) returns 0, "
		"SO_KEEPALIVE), or give the client more ports",
	.detect = detect,
};
