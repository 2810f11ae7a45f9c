/* The TCP segment of an Ethernet frame, in IPv4 or IPv6: found, changed, forged. */
#ifndef BENCH_WIRE_FRAME_TCP_H
#define BENCH_WIRE_FRAME_TCP_H

#include "bench/trace/tcp_header.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* A frame that is forged has Ethernet, IP and TCP headers without options, and no data. */
#define FRAME_TCP_FORGED_MAX (14 + 40 + 20)

struct frame_tcp {
	uint8_t *ip, *tcp; /* within the frame */
	uint16_t source_port, destination_port;
	struct tcp_header header;
};

/* Returns false where the frame is no whole TCP segment. */
bool frame_tcp_find(struct iovec frame, struct frame_tcp *segment);

/* Shifts the values of the timestamps option (RFC 7323, 3.2), its own and the one that it echoes,
 * and mends the checksum. Returns false where there is none. */
bool frame_tcp_shift_timestamp(const struct frame_tcp *segment, int32_t shift, int32_t shift_echo);

/* A segment between the same ends with these numbers and flags, and the original's window. Returns
 * its frame's size. */
size_t frame_tcp_forge(uint8_t forged[FRAME_TCP_FORGED_MAX], struct iovec original,
	const struct frame_tcp *segment, const struct tcp_header *header);

#endif
