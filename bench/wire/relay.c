#include "bench/wire/relay.h"

#include "common/clock.h"

#include <stdlib.h>

/* 100 Mbit/s and 1 s of delay are 8,300 full frames. */
#define FRAMES_WAITING 32768

/* Frames of one end that are taken before those of the other end get their turn. */
#define FRAMES_AT_ONCE 64

/* A thread that sleeps is awake so long after a frame has come, on a machine that has time for it.
 */
#define AWAKE_NS (50 * NS_PER_US)

int relay_open(struct relay *relay, const struct relay_spec *spec, struct error *error)
{
	uint64_t seed = spec->seed;
	*relay = (struct relay){.links = {{.shared.fd = -1}, {.shared.fd = -1}},
		.outlets = {{.shared.fd = -1}, {.shared.fd = -1}},
		.keeps_record = spec->keeps_record};
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		relay->impairments[end] =
			(struct impairment_state){spec->impairments[end], seed + end, 0};
		if (frame_ring_open(&relay->links[end], spec->ifindexes[end], error) == -1 ||
			send_ring_open(&relay->outlets[end], spec->ifindexes[end], error) == -1) {
			relay_close(relay);
			return -1;
		}
	}
	if (!frame_queue_init(&relay->queue, FRAMES_WAITING) || !backlog_init(&relay->backlog)) {
		relay_close(relay);
		return error_set(error, STATUS_FAILED, "no memory for the frames of the wire");
	}
	if (spec->capture_path) {
		relay->capture = capture_writer_create(spec->capture_path, NULL, error);
		if (!relay->capture) {
			relay_close(relay);
			return -1;
		}
	}
	return 0;
}

void relay_close(struct relay *relay)
{
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		shared_ring_close(&relay->links[end].shared);
		shared_ring_close(&relay->outlets[end].shared);
	}
	frame_queue_finish(&relay->queue);
	backlog_finish(&relay->backlog);
	rules_finish(&relay->rules);
	frame_record_finish(&relay->record);
	/* A capture that is not whole is told by who reads it. */
	if (relay->capture)
		capture_writer_finish(relay->capture, NULL);
	relay->capture = NULL;
}

/* Those of `end` go out on the other end's link. */
static struct send_ring *outlet_of(struct relay *relay, unsigned end)
{
	return &relay->outlets[end == RELAY_SERVER ? RELAY_CLIENT : RELAY_SERVER];
}

static void outlets_flush(struct relay *relay)
{
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		send_ring_flush(&relay->outlets[end]);
}

/* The client's. */
static uint16_t port_of(unsigned end, const struct frame_tcp *segment)
{
	return end == RELAY_CLIENT ? segment->source_port : segment->destination_port;
}

static void frame_send(struct relay *relay, unsigned end, uint64_t due_ns, struct iovec frame)
{
	struct frame_tcp segment;
	send_ring_put(outlet_of(relay, end), frame);
	relay->counts[end].sent++;
	if (!frame_tcp_find(frame, &segment))
		return;
	if (tcp_header_opens(&segment.header))
		backlog_begin(&relay->backlog, port_of(end, &segment), due_ns);
	backlog_add(&relay->backlog, port_of(end, &segment), due_ns + AWAKE_NS, clock_now_ns());
}

/* What has a delay waits in the queue even where that is over: those before it may do, too. */
static void send_or_queue(
	struct relay *relay, unsigned end, uint64_t arrived_ns, uint64_t due_ns, struct iovec frame)
{
	if (due_ns <= arrived_ns)
		frame_send(relay, end, due_ns, frame);
	else if (!frame_queue_put(&relay->queue, due_ns, end, frame.iov_base, frame.iov_len))
		relay->counts[end].overflown++;
}

static void frame_capture(
	struct capture_writer *capture, unsigned end, struct iovec frame, unsigned copies)
{
	static const char *const comments[] = {"lost by the wire", NULL, "sent twice by the wire"};
	static const char *const names[] = {[RELAY_SERVER] = "server", [RELAY_CLIENT] = "client"};
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const struct capture_packet packet = {
		.at_ns = clock_timespec_ns(&now),
		.bytes = frame.iov_base,
		.captured = (uint32_t)frame.iov_len,
		.length = (uint32_t)frame.iov_len,
		.interface = end,
		.interface_name = names[end],
		.direction = DIRECTION_OUT,
		.link_type = LINK_ETHERNET,
	};
	capture_writer_add(capture, &packet, comments[copies]);
}

static void sight_add(struct relay *relay, const struct frame_sight *sight, struct iovec frame)
{
	if (relay->keeps_record)
		frame_record_add(&relay->record, sight, frame);
}

/* What a rule makes of the frame. */
static enum frame_fate rule_act(
	struct relay *relay, struct rule_state *state, uint64_t now_ns, struct iovec frame)
{
	struct relay_counts *counts = &relay->counts[state->rule.from];
	struct frame_tcp segment;
	switch (state->rule.action) {
	case RULE_DROP:
		break;
	case RULE_HOLD:
		if (rules_hold(&relay->rules, state, now_ns, frame))
			return FATE_HELD;
		break;
	case RULE_COPY:
		if (!rules_hold(&relay->rules, state, now_ns, frame))
			return FATE_PASSED;
		counts->copied++;
		return FATE_COPIED;
	case RULE_SHIFT:
		return frame_tcp_find(frame, &segment) &&
				       frame_tcp_shift_timestamp(
					       &segment, state->rule.shift, state->rule.shift_echo)
			       ? FATE_SHIFTED
			       : FATE_PASSED;
	}
	counts->dropped++;
	return FATE_DROPPED;
}

static const enum frame_fate fates[] = {FATE_LOST, FATE_PASSED, FATE_TWICE};

/* Its delay begins when it arrived, not when the thread came to read it. */
static void frame_take(struct relay *relay, unsigned end, struct iovec frame)
{
	uint64_t arrived_ns = relay->links[end].arrived_ns;
	struct relay_counts *counts = &relay->counts[end];
	uint64_t due_ns[IMPAIRMENT_COPIES_MAX];
	struct frame_sight sight = {.from = (uint8_t)end, .fate = FATE_PASSED};
	counts->arrived++;
	counts->bytes += frame.iov_len;
	if (frame.iov_len > FRAME_BYTES_MAX) {
		counts->too_long++;
		return;
	}
	struct rule_state *rule = rules_match(&relay->rules, end, frame);
	if (rule) {
		sight.rule = (uint8_t)(rule - relay->rules.states);
		sight.fate = (uint8_t)rule_act(relay, rule, arrived_ns, frame);
	}
	if (!frame_fate_is_delivered((enum frame_fate)sight.fate)) {
		sight_add(relay, &sight, frame);
		return;
	}
	unsigned copies = impairment_decide(
		&relay->impairments[end], arrived_ns, (uint32_t)frame.iov_len, due_ns);
	if (sight.fate == FATE_PASSED)
		sight.fate = (uint8_t)fates[copies];
	sight_add(relay, &sight, frame);
	if (relay->capture)
		frame_capture(relay->capture, end, frame, copies);
	counts->lost += copies == 0;
	counts->duplicated += copies > 1;
	for (unsigned i = 0; i < copies; i++)
		send_or_queue(relay, end, arrived_ns, due_ns[i], frame);
}

/* At once, not with the next frame that arrives. */
static void frame_send_now(struct relay *relay, const struct frame_sight *sight, struct iovec frame)
{
	struct send_ring *outlet = outlet_of(relay, sight->from);
	sight_add(relay, sight, frame);
	send_ring_put(outlet, frame);
	send_ring_flush(outlet);
	relay->counts[sight->from].sent++;
}

uint64_t relay_release(struct relay *relay, unsigned rule, uint64_t most)
{
	uint64_t count = 0;
	struct held_frame *held;
	while (count < most && (held = rules_take(&relay->rules, rule))) {
		const struct frame_sight sight = {
			.held_ns = clock_now_ns() - held->since_ns,
			.from = held->direction,
			.fate = FATE_RELEASED,
			.rule = (uint8_t)rule,
		};
		frame_send_now(relay, &sight, (struct iovec){held->bytes, held->length});
		free(held);
		count++;
	}
	return count;
}

bool relay_inject(struct relay *relay, unsigned rule, const struct tcp_header *header)
{
	uint8_t forged[FRAME_TCP_FORGED_MAX];
	struct held_frame *held = relay->rules.first;
	struct frame_tcp segment;
	while (held && held->rule != rule)
		held = held->next;
	if (!held)
		return false;
	const struct iovec original = {held->bytes, held->length};
	const struct frame_sight sight = {.from = held->direction, .fate = FATE_INJECTED};
	if (!frame_tcp_find(original, &segment))
		return false;
	size_t size = frame_tcp_forge(forged, original, &segment, header);
	frame_send_now(relay, &sight, (struct iovec){forged, size});
	relay->counts[held->direction].injected++;
	return true;
}

/* Those that are due now go before those that arrive now. */
static void due_send(struct relay *relay)
{
	uint64_t now_ns = clock_now_ns();
	struct frame *frame;
	while ((frame = frame_queue_first(&relay->queue)) && frame->due_ns <= now_ns) {
		frame_send(relay, frame->direction, frame->due_ns,
			(struct iovec){frame->bytes, frame->length});
		frame_queue_take(&relay->queue);
	}
	outlets_flush(relay);
}

bool relay_turn(struct relay *relay)
{
	bool has_more = false;
	due_send(relay);
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		struct frame_ring *link = &relay->links[end];
		struct iovec frame;
		unsigned count = 0;
		for (; count < FRAMES_AT_ONCE && frame_ring_read(link, &frame); count++)
			frame_take(relay, end, frame);
		outlets_flush(relay);
		frame_ring_release(link);
		has_more |= count == FRAMES_AT_ONCE;
	}
	return has_more;
}

uint64_t relay_due_ns(const struct relay *relay)
{
	const struct frame *frame = frame_queue_first(&relay->queue);
	return frame ? frame->due_ns : UINT64_MAX;
}

void relay_count(struct relay *relay)
{
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		struct relay_counts *counts = &relay->counts[end];
		counts->unsent = outlet_of(relay, end)->unsent;
		counts->unread = shared_ring_lost(&relay->links[end].shared);
		counts->waiting = frame_queue_count(&relay->queue, end);
		counts->held = rules_held(&relay->rules, end);
	}
}

uint64_t relay_own_losses(const struct relay_counts counts[RELAY_ENDS])
{
	uint64_t losses = 0;
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		losses += counts[end].overflown + counts[end].too_long + counts[end].unsent +
			  counts[end].unread;
	return losses;
}
