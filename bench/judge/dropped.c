#include "bench/judge/dropped.h"

/* Whether the listeners' own counts tell whose the namespace's drops are: each is at least what the
 * listener adds to those (net/ipv4/tcp.c, tcp_listendrop). What one counted that was closed is
 * gone: the load's must have been there throughout. They also have the ACKs that TCP_DEFER_ACCEPT
 * drops, where no queue is full. */
static bool is_told_apart(const struct trial *trial, const struct counters *server)
{
	const struct listener_drops *drops = &trial->server_end.listener_drops;
	if (server->deferred_drop > 0)
		return false;
	return trial->server_end.listener_gaps.count == 0 && drops->all > drops->reached &&
	       drops->all >= server->listen_drops;
}

/* ListenOverflows counts what meets a full accept queue: a SYN, the ACK of a handshake, or the data
 * behind that, each time that it comes (net/ipv4/tcp_input.c, tcp_conn_request;
 * net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock). ListenDrops counts these, and SYNs that a full SYN
 * queue drops. */
static void check_together(struct reasons *reasons, const struct counters *server, bool has_others)
{
	uint64_t syns = server->syn_queue_drop;
	uint64_t full = server->listen_overflows, drops = server->listen_drops;
	reasons_count(reasons, full,
		has_others ? "segments met a full accept queue of the server's listener or of one "
			     "that it connects to (ListenOverflows)"
			   : "segments met a full accept queue (ListenOverflows)");
	reasons_count(reasons, drops > full + syns ? drops - full - syns : 0,
		has_others ? "SYNs dropped by the listener or by one that the server connects to "
			     "(ListenDrops)"
			   : "SYNs dropped by the listener (ListenDrops)");
	reasons_count(reasons, syns, "SYNs dropped by a full SYN queue (TCPReqQFullDrop)");
}

void dropped_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct counters *server = &figures->server.counters;
	if (is_told_apart(trial, server))
		reasons_count(reasons, trial->server_end.listener_drops.reached,
			"segments met a full queue of the load's listener, by its own count of "
			"drops");
	else
		check_together(reasons, server, figures->server.others.accepted > 0);
}
