/* Real connections between two namespaces, closed in each way: the counters, the census and the
 * packet tap must tell what happened. Exits 77 where namespaces are impossible. */
#include "tests/unit/bench/measure/real_connections.h"

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* packet_tap.c narrows once so many connections have ended. */
#define PLENTY 1000
/* response_tap.c lets less through behind so many. */
#define HEADS_MOST 4096
/* It looks at no data once so much began no request. */
#define RESTS_MOST 4096

static void reset_close(int fd)
{
	const struct linger now = {.l_onoff = 1};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
	close(fd);
}

static void close_client_first(int server, int client)
{
	close_server_first(client, server);
}

static void close_by_server_reset(int server, int client)
{
	char byte;
	reset_close(server);
	assert_int_equal(read(client, &byte, 1), -1);
	close(client);
}

/* The client's FIN, and the server's answer is a RST. */
static void close_reset_after_fin(int server, int client)
{
	close(client);
	end_of_stream(server);
	reset_close(server);
}

static void state_await(int fd, uint8_t state)
{
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	for (;;) {
		struct tcp_info info;
		socklen_t size = sizeof(info);
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
		if (info.tcpi_state == state)
			return;
		look_again(due_ns);
	}
}

/* The server's FIN has been acknowledged when its RST follows: an ACK that crosses the RST would
 * meet no socket, and draw another. */
static void close_reset_after_own_fin(int server, int client)
{
	const int at_once = 1;
	assert_int_equal(
		setsockopt(client, IPPROTO_TCP, TCP_QUICKACK, &at_once, sizeof(at_once)), 0);
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	end_of_stream(client);
	state_await(server, TCP_FIN_WAIT2);
	reset_close(server);
	state_await(client, TCP_CLOSE);
	close(client);
}

/* The client's FIN comes before the response. */
static void close_half(int server, int client)
{
	char byte;
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	end_of_stream(server);
	assert_int_equal(write(server, "x", 1), 1);
	close(server);
	assert_int_equal(read(client, &byte, 1), 1);
	end_of_stream(client);
	close(client);
}

static void close_server_only(int server, int client)
{
	close(server);
	end_of_stream(client);
}

#define TIME_WAIT_OF(end) stage.after.end.census.states[TCP_TIME_WAIT]
#define FIN_WAIT2_OF(end) stage.after.end.census.states[TCP_FIN_WAIT2]

static const struct way {
	const char *name;
	void (*close)(int server, int client);
	struct first_closer_counts counts;
	unsigned server_tw, client_tw, server_fin_wait2;
	unsigned server_resets, client_ports;
	unsigned answered; /* connections on which the server sent a byte; no client does */
	/* The client sent no FIN and no RST, whose number tells that. */
	bool client_is_silent;
} ways[] = {
	{"server first", close_server_first,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.at_server = {.time_wait = CONNECTIONS, .fin_first = CONNECTIONS},
			.at_client = {.fin_behind_fin = {.count = CONNECTIONS}}},
		.server_tw = CONNECTIONS},
	{"client first", close_client_first,
		{.connections = CONNECTIONS,
			.client = CONNECTIONS,
			.at_server = {.fin_behind_fin = {.count = CONNECTIONS}},
			.at_client = {.time_wait = CONNECTIONS, .fin_first = CONNECTIONS}},
		.client_tw = CONNECTIONS, .client_ports = CONNECTIONS},
	{"the client half closes", close_half,
		{.connections = CONNECTIONS,
			.client = CONNECTIONS,
			.at_server = {.fin_behind_fin = {.count = CONNECTIONS}},
			.at_client = {.time_wait = CONNECTIONS,
				.fin_first = CONNECTIONS,
				.half_closed = CONNECTIONS}},
		.client_tw = CONNECTIONS, .client_ports = CONNECTIONS, .answered = CONNECTIONS},
	{"reset by the server", close_by_server_reset,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.by_reset = CONNECTIONS,
			.at_server = {.reset_without_fin = CONNECTIONS,
				.resets_sent = {[RESET_OPEN] = CONNECTIONS}}},
		.server_resets = CONNECTIONS, .client_is_silent = true},
	{"reset after the client's FIN", close_reset_after_fin,
		{.connections = CONNECTIONS,
			.client = CONNECTIONS,
			.at_server = {.reset_without_fin = CONNECTIONS,
				.resets_sent = {[RESET_BEHIND_OTHER_FIN] = CONNECTIONS}},
			.at_client = {.killed_by_reset = CONNECTIONS, .fin_first = CONNECTIONS}},
		.server_resets = CONNECTIONS},
	{"reset after the server's own FIN", close_reset_after_own_fin,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.at_server = {.killed_by_data = CONNECTIONS,
				.reset_beside_fin = CONNECTIONS,
				.fin_first = CONNECTIONS,
				.resets_sent = {[RESET_BEHIND_OWN_FIN] = CONNECTIONS},
				.reset_behind_fin = {.count = CONNECTIONS}}},
		.server_resets = CONNECTIONS, .client_is_silent = true},
	{"the server only", close_server_only,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.at_server = {.fin_first = CONNECTIONS}},
		.server_fin_wait2 = CONNECTIONS, .client_ports = CONNECTIONS,
		.client_is_silent = true},
};

/* How long what was counted took is the machine's to say. */
static struct first_closer_counts without_times(struct first_closer_counts counts)
{
	struct ending_span *spans[] = {&counts.at_server.fin_behind_fin,
		&counts.at_server.reset_behind_fin, &counts.at_client.fin_behind_fin,
		&counts.at_client.reset_behind_fin};
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		assert_true(spans[i]->least_ns <= spans[i]->most_ns);
		assert_true(spans[i]->sum_ns <= spans[i]->count * spans[i]->most_ns);
		*spans[i] = (struct ending_span){.count = spans[i]->count};
	}
	assert_int_equal(counts.handshakes.count, CONNECTIONS);
	assert_in_range(counts.handshakes.median_ns, 1, counts.handshakes.most_ns);
	counts.handshakes = (struct handshake_times){.count = 0};
	counts.sized = counts.client_bytes = counts.server_bytes = 0;
	return counts;
}

/* Who sent no byte; where nobody sent a FIN, the server reset before one of its own.
 * Returns the counts without them. */
static struct first_closer_counts leaving_check(
	struct first_closer_counts counts, const struct way *way)
{
	assert_int_equal(counts.leaving.unasked, way->client_is_silent ? 0 : CONNECTIONS);
	assert_int_equal(counts.leaving.unanswered, CONNECTIONS - way->answered);
	assert_int_equal(counts.leaving.reset_unanswered, way->counts.by_reset);
	assert_int_equal(counts.leaving.reset_first_ns > 0, counts.leaving.reset_unanswered > 0);
	/* No data comes late, and where an end stays open nothing is known to be over. */
	assert_int_equal(
		counts.late_data.looked_at, way->close == close_server_only ? 0 : CONNECTIONS);
	assert_int_equal(counts.arrived.connections, counts.late_data.looked_at);
	assert_int_equal(counts.arrived.bytes, 0);
	counts.late_data.looked_at = counts.arrived.connections = 0;
	counts.leaving.unasked = counts.leaving.unanswered = 0;
	counts.leaving.reset_unanswered = counts.leaving.reset_first_ns = 0;
	return counts;
}

static void way_check(const struct way *way)
{
	struct stage stage;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		way->close(stage.server[i], stage.client.fds[i]);
	stage_settle(&stage);
	print_message("%s\n", way->name);
	struct counters server =
		counters_difference(&stage.after.server.counters, &stage.before.server.counters);
	struct counters client =
		counters_difference(&stage.after.client.counters, &stage.before.client.counters);
	assert_int_equal(server.passive_opens, CONNECTIONS);
	assert_int_equal(client.active_opens, CONNECTIONS);
	assert_int_equal(server.out_rsts, way->server_resets);
	assert_int_equal(server.abort_on_data, way->server_resets);
	assert_int_equal(TIME_WAIT_OF(server), way->server_tw);
	assert_int_equal(TIME_WAIT_OF(client), way->client_tw);
	assert_int_equal(FIN_WAIT2_OF(server), way->server_fin_wait2);
	assert_int_equal(FIN_WAIT2_OF(client), 0);
	assert_int_equal(stage.after.client.census.ports_in_use, way->client_ports);
	assert_int_equal(stage.after.server.census.states[TCP_LISTEN], 1);
	/* An orphan whose ACK comes while close(2) still has the socket stays a whole one, and is
	 * not counted (net/ipv4/tcp_input.c, TCP_FIN_WAIT1). */
	uint64_t counted = way->server_tw + stage.after.server.census.fin_wait2_in_tw;
	assert_true(stage.after.server.census.fin_wait2_in_tw <= way->server_fin_wait2);
	assert_int_equal(server.tw, counted);
	/* The RST may come before or after the ACK of the client's FIN. After it, it ends an orphan
	 * in FIN_WAIT_2, which the kernel has counted as TW. */
	if (way->close != close_reset_after_fin)
		assert_int_equal(client.tw, way->client_tw);
	assert_int_equal(server.gauge_tw, counted);
	assert_int_equal(client.gauge_tw, way->client_tw);
	stage_close(&stage);
	struct first_closer_counts counts = leaving_check(without_times(stage.report.counts), way);
	assert_memory_equal(&counts, &way->counts, sizeof(way->counts));
	assert_int_equal(stage.report.lost, 0);
	assert_int_equal(stage.report.share, 1);
	/* The client's ends of close_server_only were left open. */
	for (int i = 0; way->close == close_server_only && i < CONNECTIONS; i++)
		close(stage.client.fds[i]);
}

static void every_way_of_closing_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		way_check(&ways[i]);
}

static unsigned client_port(const struct stage *stage, int i)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	assert_int_equal(getsockname(stage->client.fds[i], (struct sockaddr *)&from, &size), 0);
	return ntohs(from.sin_port);
}

/* All connections are closed by the server; returns how many of them have a port in the share. */
static unsigned round_play(struct stage *stage, uint32_t share)
{
	unsigned in_share = 0;
	stage_connect(stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		in_share += ((client_port(stage, i) >> 1) & (share - 1)) == 0;
		close_server_first(stage->server[i], stage->client.fds[i]);
	}
	stage_settle(stage);
	return in_share;
}

/* A few connections: the packet tap sees all of them. */
static void the_tap_begins_with_all(void **state)
{
	struct stage stage;
	stage_open(&stage, 4, 100 * NS_PER_MS);
	stage_connect(&stage);
	unsigned even = 0;
	for (int i = 0; i < CONNECTIONS; i++) {
		even += client_port(&stage, i) % 2 == 0;
		close_server_first(stage.server[i], stage.client.fds[i]);
	}
	stage_settle(&stage);
	stage_close(&stage);
	assert_int_equal(stage.report.counts.server, CONNECTIONS);
	assert_int_equal(stage.report.counts.connections, CONNECTIONS);
	assert_int_equal(stage.report.counts.sized, CONNECTIONS);
	assert_int_equal(stage.report.counts.client_bytes + stage.report.counts.server_bytes, 0);
	assert_int_equal(stage.report.client_ports, CONNECTIONS);
	assert_int_equal(stage.report.even_client_ports, even);
	assert_int_equal(stage.report.segments, 4 * CONNECTIONS);
	assert_int_equal(stage.report.share, 1);
	assert_int_equal(stage.report.narrowed_after, 0);
}

/* Plenty of them: from then on it sees a share, and what it says of that is right. */
static void the_tap_narrows_to_a_share(void **state)
{
	struct stage stage;
	unsigned all = 0;
	stage_open(&stage, 4, 100 * NS_PER_MS);
	for (int i = 0; i < PLENTY / CONNECTIONS; i++, all += CONNECTIONS)
		round_play(&stage, 4);
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	while (packet_tap_share(stage.packet_tap) == 1) {
		look_again(due_ns);
		packet_tap_poll(stage.packet_tap);
	}
	unsigned in_share = round_play(&stage, 4);
	stage_close(&stage);
	assert_true(in_share > 0 && in_share < CONNECTIONS);
	assert_int_equal(stage.report.share, 4);
	assert_int_equal(stage.report.narrowed_after, all);
	assert_int_equal(stage.report.counts.server, all + in_share);
	assert_int_equal(stage.report.counts.connections, all + in_share);
	assert_int_equal(stage.report.counts.undecided, 0);
	assert_int_equal(stage.report.segments, 4 * (all + in_share));
}

#define REQUEST "GET /it HTTP/1.1\r\n\r\n"

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void answer(int server, int client)
{
	char buffer[64];
	say(client, REQUEST);
	assert_int_equal(read(server, buffer, sizeof(buffer)), strlen(REQUEST));
	say(server, "x");
	assert_int_equal(read(client, buffer, sizeof(buffer)), 1);
}

/* What the client says when it has the server's FIN, or before the server closes. */
static const struct late {
	const char *text;
	bool is_behind;
	uint64_t behind_fin, unread, rests;
} lates[] = {
	{REQUEST, true, CONNECTIONS, 0, 0},
	{REQUEST, false, 0, CONNECTIONS, 0},
	{"the rest of an upload", true, 0, 0, CONNECTIONS},
	{"the rest of an upload", false, 0, 0, CONNECTIONS},
};

static void late_play(struct stage *stage, int i, const struct late *late)
{
	int server = stage->server[i], client = stage->client.fds[i];
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	char byte;
	answer(server, client);
	if (late->is_behind) {
		close(server);
		end_of_stream(client);
	}
	say(client, late->text);
	if (!late->is_behind) {
		/* It has arrived, and is not read. */
		while (recv(server, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
			look_again(due_ns);
		close(server);
	}
	state_await(client, TCP_CLOSE);
	close(client);
}

static void requests_that_come_late_are_told(void **state)
{
	for (size_t w = 0; w < sizeof(lates) / sizeof(lates[0]); w++) {
		struct stage stage;
		uint64_t before_ns = clock_now_ns();
		stage_open(&stage, 1, 100 * NS_PER_MS);
		stage_connect(&stage);
		uint64_t connected_ns = clock_now_ns();
		for (int i = 0; i < CONNECTIONS; i++)
			late_play(&stage, i, &lates[w]);
		stage_settle(&stage);
		stage_close(&stage);
		const struct late_requests *late = &stage.report.counts.late;
		assert_int_equal(late->behind_fin, lates[w].behind_fin);
		assert_int_equal(late->knew_fin, lates[w].behind_fin);
		assert_int_equal(late->span.count, lates[w].behind_fin);
		assert_int_equal(late->unread, lates[w].unread);
		assert_int_equal(late->rests, lates[w].rests);
		assert_int_equal(late->request_bytes, strlen(REQUEST));
		assert_false(late->is_hidden);
		bool is_any = late->behind_fin + late->unread > 0;
		assert_int_equal(is_any, late->first_ns > before_ns);
		assert_true(late->first_ns < clock_now_ns());
		/* The first SYN and the last, of many. */
		assert_true(stage.report.first_syn_ns > before_ns);
		assert_true(stage.report.last_syn_ns > stage.report.first_syn_ns);
		assert_true(stage.report.last_syn_ns < connected_ns);
	}
}

/* Much that begins no request: nothing is told any more, and it is not looked at. */
static void a_load_of_uploads_hides_them(void **state)
{
	struct stage stage;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	stage_connect(&stage);
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	answer(stage.server[0], stage.client.fds[0]);
	while (packet_tap_sees_data(stage.packet_tap)) {
		/* The kernel may make one segment of several. */
		for (int i = 0; i < CONNECTIONS; i++)
			say(stage.client.fds[i], "a rest");
		look_again(due_ns);
		packet_tap_poll(stage.packet_tap);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		close(stage.server[i]);
		close(stage.client.fds[i]);
	}
	stage_settle(&stage);
	stage_close(&stage);
	assert_true(stage.report.counts.late.is_hidden);
	assert_true(stage.report.counts.late.rests >= RESTS_MOST);
	assert_int_equal(stage.report.counts.late.unread, 0);
	assert_int_equal(stage.report.counts.connections, CONNECTIONS);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"

static void hear(int fd, size_t size)
{
	char buffer[128];
	for (size_t got = 0; got < size;) {
		ssize_t n =
			read(fd, buffer, sizeof(buffer) < size - got ? sizeof(buffer) : size - got);
		assert_true(n > 0);
		got += (size_t)n;
	}
}

/* A success whose body begins like a refusal, in a segment of its own; and on every second
 * connection a refusal behind it. */
static void refusals_play(struct stage *stage, int i)
{
	int server = stage->server[i], client = stage->client.fds[i];
	say(client, REQUEST);
	hear(server, strlen(REQUEST));
	say(server, OK_HEAD);
	hear(client, strlen(OK_HEAD));
	say(server, BUSY);
	hear(client, strlen(BUSY));
	if (i % 2 == 0) {
		say(client, REQUEST);
		hear(server, strlen(REQUEST));
		say(server, BUSY);
		hear(client, strlen(BUSY));
	}
	close_server_first(server, client);
}

static void refusals_are_seen(void **state)
{
	for (int sees = 0; sees <= 1; sees++) {
		struct stage stage;
		struct error error = {.text = ""};
		stage_open(&stage, 1, 100 * NS_PER_MS);
		if (sees)
			CHECK(packet_tap_see_responses(stage.packet_tap, true, &error));
		stage_connect(&stage);
		for (int i = 0; i < CONNECTIONS; i++)
			refusals_play(&stage, i);
		stage_settle(&stage);
		stage_close(&stage);
		const struct response_counts *seen = &stage.report.counts.responses;
		assert_int_equal(seen->heads, sees ? CONNECTIONS + CONNECTIONS / 2 : 0);
		assert_int_equal(seen->refused, sees ? CONNECTIONS / 2 : 0);
		assert_int_equal(seen->refused_by[503], seen->refused);
		assert_int_equal(seen->unproven, sees ? CONNECTIONS : 0);
		assert_int_equal(stage.report.counts.server, CONNECTIONS);
	}
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNK "5\r\nabcde\r\n"
#define LAST_CHUNK "0\r\n\r\n"
#define LARGE 60000

static const struct chunks {
	const char *pieces[4]; /* each in a segment of its own; NULL: a large one comes behind */
	const char *large_end;
	bool is_judged, is_cut;
} chunks[] = {
	{{CHUNKED CHUNK LAST_CHUNK}, NULL, true, false},
	{{CHUNKED, CHUNK LAST_CHUNK}, NULL, true, false},
	{{CHUNKED, CHUNK, LAST_CHUNK}, NULL, true, false},
	{{CHUNKED CHUNK "0\r\nTrailer: it\r\n\r\n"}, NULL, true, false},
	{{CHUNKED CHUNK}, NULL, true, true},
	{{CHUNKED, CHUNK "0\r\n"}, NULL, true, true},
	{{CHUNKED}, "\r\n" LAST_CHUNK, true, false},
	{{CHUNKED}, "and more", true, true},
	{{CHUNKED "7\r\nabcde\r\n\r\n"}, NULL, true, true},
	/* The last segment is too short to tell; there is no body; a text ends like a trailer. */
	{{CHUNKED CHUNK, "0\r\n\r", "\n"}, NULL, false, false},
	{{CHUNKED}, NULL, false, false},
	{{CHUNKED "8\r\na: bcd\r\n\r\n"}, NULL, false, false},
};
#define CHUNKS (sizeof(chunks) / sizeof(chunks[0]))

static void chunks_say(int server, int client, const struct chunks *said)
{
	static char large[LARGE + 1];
	memset(large, 'x', LARGE);
	for (size_t p = 0; p < 4 && said->pieces[p]; p++) {
		say(server, said->pieces[p]);
		hear(client, strlen(said->pieces[p]));
	}
	if (!said->large_end)
		return;
	memcpy(large + LARGE - strlen(said->large_end), said->large_end, strlen(said->large_end));
	say(server, large);
	hear(client, LARGE);
}

static void chunked_responses_that_are_cut_off_are_told(void **state)
{
	struct stage stage;
	struct error error = {.text = ""};
	uint64_t judged = 0, cut = 0;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	CHECK(packet_tap_see_responses(stage.packet_tap, true, &error));
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		int server = stage.server[i], client = stage.client.fds[i];
		const struct chunks *said = &chunks[(size_t)i % CHUNKS];
		say(client, REQUEST);
		hear(server, strlen(REQUEST));
		chunks_say(server, client, said);
		close_server_first(server, client);
		judged += said->is_judged;
		cut += said->is_cut;
	}
	stage_settle(&stage);
	stage_close(&stage);
	const struct response_cuts *cuts = &stage.report.counts.responses.cuts;
	assert_int_equal(stage.report.counts.responses.heads, CONNECTIONS);
	assert_int_equal(cuts->sized, judged);
	assert_false(stage.report.counts.responses.is_partial);
	assert_int_equal(cuts->by_fin, cut);
	assert_int_equal(cuts->chunked, cut);
	assert_int_equal(cuts->by_reset + cuts->promised + cuts->missing, 0);
}

/* Behind so many segments those of responses are not looked at any more: what has begun is not
 * judged.
 */
static void what_is_not_looked_at_is_not_cut_off(void **state)
{
	struct stage stage;
	struct error error = {.text = ""};
	stage_open(&stage, 1, 100 * NS_PER_MS);
	CHECK(packet_tap_see_responses(stage.packet_tap, true, &error));
	stage_connect(&stage);
	int server = stage.server[0], client = stage.client.fds[0];
	say(client, REQUEST);
	hear(server, strlen(REQUEST));
	say(server, CHUNKED CHUNK);
	hear(client, strlen(CHUNKED CHUNK));
	for (int i = 0; i < HEADS_MOST; i++) {
		say(stage.server[1], "x");
		hear(stage.client.fds[1], 1);
	}
	packet_tap_poll(stage.packet_tap);
	for (int i = 0; i < CONNECTIONS; i++)
		close_server_first(stage.server[i], stage.client.fds[i]);
	stage_settle(&stage);
	stage_close(&stage);
	assert_int_equal(stage.report.counts.responses.heads, 1);
	assert_int_equal(stage.report.counts.responses.cuts.sized, 0);
	assert_true(stage.report.counts.responses.is_partial);
}

/* A server that answers a client which has gone without a request, as HAProxy does with 400 when a
 * loader ends; and one that refuses before it has seen one. */
static void answers_to_no_request(void **state)
{
	struct stage stage;
	struct error error = {.text = ""};
	stage_open(&stage, 1, 100 * NS_PER_MS);
	CHECK(packet_tap_see_responses(stage.packet_tap, true, &error));
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		int server = stage.server[i], client = stage.client.fds[i];
		if (i % 4 == 0) {
			assert_int_equal(shutdown(client, SHUT_WR), 0);
			end_of_stream(server);
		}
		say(server, BUSY);
		hear(client, strlen(BUSY));
		close_server_first(server, client);
	}
	stage_settle(&stage);
	stage_close(&stage);
	const struct response_counts *seen = &stage.report.counts.responses;
	assert_int_equal(seen->refused, CONNECTIONS - CONNECTIONS / 4);
	assert_int_equal(seen->heads, seen->refused);
	assert_int_equal(seen->unproven, 0);
}

static void deaf_make(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog filter = {1, &nothing};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)), 0);
}

static void hearing_make(int fd)
{
	const int ignored = 0;
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof(ignored)), 0);
}

/* Neither socket hears the other until both have sent their FIN, and again after 200 ms. */
static void crossed_fins_are_both(void **state)
{
	struct stage stage;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		deaf_make(stage.server[i]);
		deaf_make(stage.client.fds[i]);
		assert_int_equal(shutdown(stage.server[i], SHUT_WR), 0);
		assert_int_equal(shutdown(stage.client.fds[i], SHUT_WR), 0);
		hearing_make(stage.server[i]);
		hearing_make(stage.client.fds[i]);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		state_await(stage.server[i], TCP_CLOSE);
		state_await(stage.client.fds[i], TCP_CLOSE);
		close(stage.server[i]);
		close(stage.client.fds[i]);
	}
	stage_settle(&stage);
	assert_int_equal(TIME_WAIT_OF(server), CONNECTIONS);
	assert_int_equal(TIME_WAIT_OF(client), CONNECTIONS);
	stage_close(&stage);
	assert_int_equal(stage.report.counts.connections, CONNECTIONS);
	assert_int_equal(stage.report.counts.both, CONNECTIONS);
	assert_true(stage.report.segments > 4 * CONNECTIONS);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_closing_is_told),
		cmocka_unit_test(the_tap_begins_with_all),
		cmocka_unit_test(the_tap_narrows_to_a_share),
		cmocka_unit_test(requests_that_come_late_are_told),
		cmocka_unit_test(a_load_of_uploads_hides_them),
		cmocka_unit_test(refusals_are_seen),
		cmocka_unit_test(chunked_responses_that_are_cut_off_are_told),
		cmocka_unit_test(what_is_not_looked_at_is_not_cut_off),
		cmocka_unit_test(answers_to_no_request),
		cmocka_unit_test(crossed_fins_are_both),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
