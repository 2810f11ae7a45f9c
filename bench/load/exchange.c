#include "bench/load/exchange.h"

#include "bench/load/slot.h"

#include <errno.h>
#include <sys/socket.h>

/* Bytes that were asked for and whose response never said its length. */
void exchange_end(struct lane *lane, struct slot *slot)
{
	if (!slot->in_exchange || !slot->connected)
		return;
	slot->in_exchange = false;
	struct tally *tally = &lane->tally;
	tally->bytes_promised +=
		slot->response.head_seen ? slot->response.promised : lane->spec->response_bytes;
	tally->bytes_received += slot->response.received;
	tally->corrupt += slot->response.corrupt;
	if (slot->response.complete && !response_is_success(&slot->response))
		tally->refused++;
}

void exchange_begin(struct lane *lane, struct slot *slot)
{
	const struct loader_spec *spec = lane->spec;
	bool last = slot->connection.view.exchanges + 1 >= spec->requests_per_connection;
	slot->in_exchange = true;
	bool announce = lane->hurrying || (last && spec->announce_close);
	slot->request = announce ? &spec->last_request : &spec->request;
	slot->request_sent = 0;
	slot->request_ns = lane->executor.now_ns;
	slot->connection.view.last = last || lane->hurrying;
	response_init(&slot->response, &lane->known_head, spec->verify);
	wheel_arm(&lane->wheel, &slot->connection.timer, slot->request_ns + spec->timeout_ns);
}

bool exchange_send(struct lane *lane, struct slot *slot)
{
	const struct loader_request *request = slot->request;
	if (slot->request_sent == request->size)
		return true;
	ssize_t n = send(slot->connection.fd, request->text + slot->request_sent,
		request->size - slot->request_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* A reset before the handshake's end is ECONNREFUSED (tcp_reset, net/ipv4/tcp_input.c). */
	if (n == -1 && !slot->connected && !error_is_reset(errno)) {
		slot_connect_failed(lane, slot, errno);
		return false;
	}
	if (!slot->connected)
		slot_connected(lane, slot, slot->returned_ns);
	if (n == -1) {
		/* What the server sent before its reset is still here to be read. */
		slot->reset_seen = true;
		slot->request_sent = request->size;
		return true;
	}
	slot->request_sent += (size_t)n;
	slot->connection.view.sent_bytes += (uint64_t)n;
	if (slot->request_sent < request->size)
		return true;
	if (executor_request_sent(&lane->executor, &slot->connection) != EXECUTOR_ENDED)
		return true;
	slot_finish(lane, slot, OUTCOME_SHORT);
	return false;
}

/* A whole response was read. */
static void exchange_done(struct lane *lane, struct slot *slot)
{
	struct teardown *c = &slot->connection;
	uint64_t now = lane->executor.now_ns;
	exchange_end(lane, slot);
	lane->tally.exchanges++;
	lane->tally.window_exchanges += lane->in_window;
	bool first = c->view.exchanges == 0;
	slot_latency(lane, slot, LATENCY_RESPONSE, slot->request_ns, now);
	slot_latency(lane, slot, LATENCY_TOTAL, first ? slot->intended_ns : slot->request_ns, now);
	if (schedule_is_open(&lane->schedule))
		slot_latency(lane, slot, LATENCY_UNCORRECTED,
			first ? slot->started_ns : slot->request_ns, now);
	c->view.exchanges++;
	c->view.last |= !slot->response.keep_alive || slot->request_sent < slot->request->size;
	slot->delivered = c->view.last;
	slot->done_ns = now;
	switch (executor_exchange_done(&lane->executor, c)) {
	case EXECUTOR_OPEN:
		exchange_begin(lane, slot);
		exchange_send(lane, slot);
		break;
	case EXECUTOR_ENDED:
		slot_finish(lane, slot, OUTCOME_COMPLETED);
		break;
	case EXECUTOR_WAITING:
	case EXECUTOR_HALF_CLOSED:
		slot->delivered = true;
		break;
	}
}

/* The end of stream while a response was awaited. */
static void exchange_cut(struct lane *lane, struct slot *slot)
{
	if (response_end(&slot->response) == RESPONSE_DONE) {
		/* Whoever waits for the end of stream now reads it once more, and is told. */
		exchange_done(lane, slot);
		return;
	}
	executor_peer_fin(&lane->executor, &slot->connection);
	if (slot->connection.state != EXECUTOR_ENDED)
		executor_abandon(&lane->executor, &slot->connection);
	slot_finish(lane, slot, slot->reset_seen ? OUTCOME_RESET : OUTCOME_SHORT);
}

bool exchange_receive(struct lane *lane, struct slot *slot)
{
	ssize_t n = recv(slot->connection.fd, lane->buffer, sizeof(lane->buffer), MSG_DONTWAIT);
	if (n == -1) {
		if (errno != EAGAIN && errno != EINTR)
			slot_fail(lane, slot, errno, OUTCOME_RESET);
		return false;
	}
	if (n == 0) {
		exchange_cut(lane, slot);
		return false;
	}
	slot->connection.view.received_bytes += (uint64_t)n;
	lane->emptied = (size_t)n < sizeof(lane->buffer);
	switch (response_parse(&slot->response, lane->buffer, (size_t)n)) {
	case RESPONSE_DONE:
		exchange_done(lane, slot);
		return false;
	case RESPONSE_BROKEN:
		lane->tally.refused++;
		slot_fail(lane, slot, EPROTO, OUTCOME_SHORT);
		return false;
	case RESPONSE_MORE:
		break;
	}
	return (size_t)n == sizeof(lane->buffer);
}
