/* Why an end sent a RST, as far as the segments before it prove it. A RST that answers a segment
 * has that segment's acknowledgement as its number and acknowledges nothing (RFC 9293, 3.10.7.1); a
 * RST of an end's own accord acknowledges what the end has received. */
#ifndef BENCH_TRACE_RESET_CAUSE_H
#define BENCH_TRACE_RESET_CAUSE_H

#include "bench/trace/tcp_ending.h"

/* `ending` is what was seen before this RST, the first of its side. */
enum tcp_ending_cause reset_cause_tell(
	const struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *rst);

#endif
