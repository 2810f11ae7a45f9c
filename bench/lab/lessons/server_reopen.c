/* A TIME-WAIT of the server is no obstacle to the client's next SYN of the same ports.
 *
 *     client                                    server
 *     LAST-ACK     ◀──────── ACK ────────       TIME-WAIT
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED   a newer timestamp or number
 *                  ◀───── SYN, ACK ──────
 */
#include "bench/lab/lesson.h"

static bool is_reopened(struct lab *lab, const char *caption)
{
	struct pair *old = lab_connect(lab);
	uint16_t port = lab_client_port(old);
	lab_exchange(old);
	lab_close(old, SERVER);
	lab_expect(old, CLIENT, STATE_CLOSE_WAIT);
	lab_close(old, CLIENT);
	lab_expect(old, CLIENT, STATE_CLOSED);
	lab_expect(old, SERVER, STATE_TIME_WAIT);

	struct pair *again = lab_connect_from(lab, port);
	lab_show(again, caption);
	const struct lab_segments syns = {.from = CLIENT, .flags = TCP_SYN};
	lab_exchange(again);
	return lab_count(again, &syns) == 1;
}

static void play(struct lab *lab)
{
	uint64_t before = lab_counter(lab, SERVER, "TWRecycled");
	bool by_timestamp = is_reopened(lab, "with timestamps");
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	bool by_number = is_reopened(lab, "without timestamps");
	uint64_t recycled = lab_counter(lab, SERVER, "TWRecycled") - before;
	lab_measure(lab, "port-is-blocked", "TWRecycled", (double)recycled);
	lab_decide(lab, "port-is-blocked", lab_if(!by_timestamp || !by_number, DOES_NOT_HOLD),
		"One SYN was enough with timestamps, and %s without; tcp_tw_reuse was 0, and "
		"TWRecycled counted %ju.",
		by_number ? "one" : "more than one", (uintmax_t)recycled);
}

const struct lesson lesson_server_reopen = {
	.name = "server-reopen",
	.asks = "Does a server's TIME-WAIT keep the client's port from it?",
	.claims = {{"port-is-blocked",
		"While the server has TIME-WAIT, the client cannot connect from the same port.",
		"common belief"}},
	.scene = "The server closes first. The client connects again from the same port, with "
		 "timestamps and without.",
	.practice = "TIME-WAIT on the server costs memory alone (RFC 6191); on the client it costs "
		    "ports.",
	.play = play,
};
