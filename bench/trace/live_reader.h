/* Packets as they come, of an interface: libpcap's ring, which is shared with the kernel. Needs
 * root or CAP_NET_RAW. */
#ifndef BENCH_TRACE_LIVE_READER_H
#define BENCH_TRACE_LIVE_READER_H

#include "bench/trace/capture.h"
#include "common/error.h"

#include <stdint.h>

struct live_reader;

/* The reader sees packets from now on. Returns NULL with an error. */
struct live_reader *live_reader_create(const struct capture_live *live, struct error *error);
void live_reader_destroy(struct live_reader *reader);

/* As capture_next(). */
enum capture_status live_reader_next(
	struct live_reader *reader, struct capture_packet *packet, struct error *error);

/* Packets that found the ring full, or that the interface dropped. */
uint64_t live_reader_lost(struct live_reader *reader);

#endif
