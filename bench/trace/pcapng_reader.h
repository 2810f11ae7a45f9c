/* Reads pcapng (draft-ietf-opsawg-pcapng): sections of either byte order one after the other, as
 * many interfaces as there are, each with its own link type and resolution of time. */
#ifndef BENCH_TRACE_PCAPNG_READER_H
#define BENCH_TRACE_PCAPNG_READER_H

#include "bench/trace/capture.h"

/* The first byte of a file of this format; no pcap file begins with it. */
#define PCAPNG_FIRST_BYTE 0x0a

struct pcapng_reader;

/* The stream stays the caller's. Returns NULL where there is no memory. */
struct pcapng_reader *pcapng_reader_create(FILE *file, const char *name);
void pcapng_reader_destroy(struct pcapng_reader *reader);

/* As capture_next(). */
enum capture_status pcapng_reader_next(
	struct pcapng_reader *reader, struct capture_packet *packet, struct error *error);

#endif
