/* Puts the pieces of fragmented packets together, as far as a segment needs it: the TCP header, and
 * how long the whole is. The data is not kept. */
#ifndef BENCH_TRACE_PIECES_H
#define BENCH_TRACE_PIECES_H

#include "bench/trace/ip.h"

#include <stdint.h>

/* Packets of which pieces are awaited at the same time; the oldest gives way. */
#define PIECES_PACKETS 256
/* A TCP header with all its options. */
#define PIECES_HEADER_MAX 60

struct pieces;

struct pieces *pieces_create(void);
void pieces_destroy(struct pieces *pieces);

/* `rest` is what the piece has of TCP. Returns true when it was the last one missing: `rest` is
 * then the TCP header, and as long as the whole; it lives until the next call. */
bool pieces_add(struct pieces *pieces, const struct ip_packet *packet, struct packet_rest *rest);

/* Packets that were given up, and those that still wait. */
uint64_t pieces_incomplete(const struct pieces *pieces);

#endif
