#include "bench/wire/relay.h"

#include "common/clock.h"

/* 100 Mbit/s and 1 s of delay are 8,300 full frames. */
#define FRAMES_WAITING 32768

int relay_open(struct relay *relay, const struct relay_spec *spec, struct error *error)
{
	uint64_t seed = spec->seed;
	*relay = (struct relay){.links = {{.fd = -1}, {.fd = -1}}};
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		relay->impairments[end] =
			(struct impairment_state){spec->impairments[end], seed + end, 0};
		if (frame_ring_open(&relay->links[end], spec->ifindexes[end], error) == -1) {
			relay_close(relay);
			return -1;
		}
	}
	if (!frame_queue_init(&relay->queue, FRAMES_WAITING)) {
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
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		frame_ring_close(&relay->links[end]);
	frame_queue_finish(&relay->queue);
	/* A capture that is not whole is told by who reads it. */
	if (relay->capture)
		capture_writer_finish(relay->capture, NULL);
	relay->capture = NULL;
}

/* Those of `end` go out on the other end's link. */
static struct frame_ring *link_out(struct relay *relay, unsigned end)
{
	return &relay->links[end == RELAY_SERVER ? RELAY_CLIENT : RELAY_SERVER];
}

static void send_or_queue(
	struct relay *relay, unsigned end, uint64_t now_ns, uint64_t due_ns, struct iovec frame)
{
	struct relay_counts *counts = &relay->counts[end];
	if (due_ns <= now_ns) {
		frame_ring_send(link_out(relay, end), frame);
		counts->sent++;
	} else if (!frame_queue_put(&relay->queue, due_ns, end, frame.iov_base, frame.iov_len)) {
		counts->overflown++;
	}
}

static void frame_capture(
	struct capture_writer *capture, unsigned end, struct iovec frame, unsigned copies)
{
	static const char *const fates[] = {"lost by the wire", NULL, "sent twice by the wire"};
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const struct capture_packet packet = {
		.at_ns = clock_timespec_ns(&now),
		.bytes = frame.iov_base,
		.captured = (uint32_t)frame.iov_len,
		.length = (uint32_t)frame.iov_len,
		.interface = end,
		.link_type = LINK_ETHERNET,
	};
	capture_writer_add(capture, &packet, fates[copies]);
}

/* Its delay begins when it was seen: a thread that stands still between the clock and the ring
 * makes it longer, never shorter. */
static void frame_take(struct relay *relay, unsigned end, struct iovec frame)
{
	uint64_t now_ns = clock_now_ns();
	struct relay_counts *counts = &relay->counts[end];
	uint64_t due_ns[IMPAIRMENT_COPIES_MAX];
	counts->arrived++;
	counts->bytes += frame.iov_len;
	if (frame.iov_len > FRAME_BYTES_MAX) {
		counts->too_long++;
		return;
	}
	unsigned copies = impairment_decide(
		&relay->impairments[end], now_ns, (uint32_t)frame.iov_len, due_ns);
	if (relay->capture)
		frame_capture(relay->capture, end, frame, copies);
	counts->lost += copies == 0;
	counts->duplicated += copies > 1;
	for (unsigned i = 0; i < copies; i++)
		send_or_queue(relay, end, now_ns, due_ns[i], frame);
}

/* Those that are due now go before those that arrive now. */
static void due_send(struct relay *relay)
{
	uint64_t now_ns = clock_now_ns();
	struct frame *frame;
	while ((frame = frame_queue_first(&relay->queue)) && frame->due_ns <= now_ns) {
		frame_ring_send(link_out(relay, frame->direction),
			(struct iovec){frame->bytes, frame->length});
		relay->counts[frame->direction].sent++;
		frame_queue_take(&relay->queue);
	}
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		frame_ring_flush(&relay->links[end]);
}

bool relay_turn(struct relay *relay)
{
	bool has_more = false;
	due_send(relay);
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		struct frame_ring *link = &relay->links[end];
		struct iovec frame;
		unsigned count = 0;
		for (; count < FRAME_RING_BATCH && frame_ring_read(link, &frame); count++)
			frame_take(relay, end, frame);
		/* What is sent lies in the ring until then. */
		frame_ring_flush(link_out(relay, end));
		frame_ring_release(link);
		has_more |= count == FRAME_RING_BATCH;
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
		counts->unsent = link_out(relay, end)->unsent;
		counts->unread = frame_ring_lost(&relay->links[end]);
		counts->waiting = frame_queue_count(&relay->queue, end);
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
