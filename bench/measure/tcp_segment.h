/* The headers of a TCP segment over IPv4 or IPv6: a filter that the kernel applies to them, and
 * what first_closer wants to know of those that pass. The bench's networks put no extension header
 * between IPv6 and TCP; a packet that has one does not pass, nor does a later fragment. */
#ifndef BENCH_MEASURE_TCP_SEGMENT_H
#define BENCH_MEASURE_TCP_SEGMENT_H

#include "bench/measure/first_closer.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_SEGMENT_FILTER_SIZE 23

/* Segments that arrive at one end, of connections to `server_port` whose client port is in the
 * share (first_closer_in_share). */
struct tcp_segment_filter {
	enum td_who arrives_at; /* at TD_SERVER SYN, FIN and RST pass, at TD_CLIENT FIN and RST */
	uint16_t server_port;
	uint32_t share;
};

/* Writes the filter as classic BPF, for packets that begin with the IP header. Returns a program of
 * this code. */
struct sock_fprog tcp_segment_filter_write(
	const struct tcp_segment_filter *filter, struct sock_filter code[TCP_SEGMENT_FILTER_SIZE]);

/* Fills all but `at_ns` from a packet that begins with the IP header and may be cut behind the TCP
 * header's fixed part. Returns false when it is not that long, or neither IPv4 nor IPv6. */
bool tcp_segment_parse(const uint8_t *bytes, size_t length, enum td_who from,
	struct first_closer_segment *segment);

#endif
