/* A TIME-WAIT of the server is no obstacle to the client's next SYN of the same ports.
 *
 *     client                                    server
 *     LAST-ACK     ◀──────── ACK ────────       TIME-WAIT
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED   a newer timestamp or number
 *                  ◀───── SYN, ACK ──────
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"port-is-blocked",
		"While the server has TIME-WAIT, the client cannot connect from the same port.",
		"common belief"},
};

static bool is_reopened(struct lab *lab, const char *caption)
{
	struct pair *again = lab_connect_again(lab_time_wait(lab, SERVER));
	lab_show(again, caption);
	lab_exchange(again);
	return lab_count(again, CLIENT, .flags = TCP_SYN) == 1;
}

static void play(struct lab *lab)
{
	unsigned before = lab_counter(lab, SERVER, "TWRecycled");
	bool by_timestamp = is_reopened(lab, "with timestamps");
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	bool by_number = is_reopened(lab, "without timestamps");
	unsigned recycled = lab_counter(lab, SERVER, "TWRecycled") - before;
	lab_measure(lab, "port-is-blocked", {"TWRecycled", recycled});
	lab_holds(lab, "port-is-blocked", !by_timestamp || !by_number,
		"%s with timestamps, and %s without; tcp_tw_reuse was 0, and TWRecycled counted "
		"%u.",
		by_timestamp ? "One SYN was enough" : "More than one SYN was needed",
		by_number ? "one" : "more than one was needed", recycled);
}

const struct lesson lesson_server_reopen = {
	.name = "server-reopen",
	.asks = "Does a server's TIME-WAIT keep the client's port from it?",
	LESSON_CLAIMS(claims),
	.scene = "The server closes first. The client connects again from the same port, with "
		 "timestamps and without.",
	.practice = "TIME-WAIT on the server costs memory alone (RFC 6191); on the client it costs "
		    "ports.",
	.play = play,
};
