/* The options of a TCP header, as far as an ending needs them. */
#ifndef BENCH_TRACE_TCP_OPTIONS_H
#define BENCH_TRACE_TCP_OPTIONS_H

#include "bench/trace/tcp_header.h"

#include <stdint.h>

/* `length` bytes of options, of which so many were captured. Sets `scale` of a SYN, and `mptcp` of
 * a segment that has no data. */
void tcp_options_read(
	const uint8_t *bytes, uint32_t length, uint32_t captured, struct tcp_header *header);

#endif
