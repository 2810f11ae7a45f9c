/* A capture file is read packet by packet, forwards: pcap (libpcap's reader: micro- and
 * nanoseconds, both byte orders) and pcapng (pcapng_reader.h: libpcap refuses a file whose
 * interfaces differ). An interface is read the same way, as packets come. */
#ifndef BENCH_TRACE_CAPTURE_H
#define BENCH_TRACE_CAPTURE_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Link types as they stand in files (https://www.tcpdump.org/linktypes.html). */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_BSD = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_HDLC = 104, /* Cisco's */
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_NFLOG = 239,
	LINK_SLL2 = 276,
};

enum capture_direction { DIRECTION_UNKNOWN, DIRECTION_IN, DIRECTION_OUT }; /* as in pcapng */

struct capture_packet {
	uint64_t number; /* in the file, from 1 */
	uint64_t at_ns;  /* since 1970 */
	const uint8_t *bytes;
	uint32_t captured; /* bytes that are there */
	uint32_t length;   /* bytes that the packet had */
	uint32_t interface;
	int link_type; /* of enum link_type, or another's number */
	/* The interface's name, until the next packet, and the packet's way. Optional: none. */
	const char *interface_name;
	enum capture_direction direction;
};

enum capture_status {
	CAPTURE_PACKET,
	CAPTURE_QUIET, /* of an interface alone: nothing has come for a while */
	CAPTURE_END,
	CAPTURE_BROKEN,
};

/* Packets as they come. */
struct capture_live {
	const char *interface; /* "any": all of them */
	uint16_t port;         /* plain packets of other ports may be left out; 0: none is */
	uint64_t for_ns;       /* then it ends; 0: it does not */
};

struct capture;

/* `path` may be "-", which is stdin; a pipe is as good as a file. Returns NULL with an error that
 * names the file. */
struct capture *capture_open(const char *path, struct error *error);

/* The same of an open stream, which is the capture's from now on, also when it fails. `name` is not
 * copied. */
struct capture *capture_read(FILE *file, const char *name, struct error *error);

/* Sees packets from now on (live_reader.h). `live` is copied, its texts are not. */
struct capture *capture_listen(const struct capture_live *live, struct error *error);

/* Packets that were there and could not be read: an interface was too fast. */
uint64_t capture_lost(struct capture *capture);

void capture_close(struct capture *capture);

/* The packet's bytes live until the next call. CAPTURE_QUIET: only the packet's time is filled in.
 * CAPTURE_BROKEN: the rest cannot be read, and the
 * error says why and where; the packets before were whole. */
enum capture_status capture_next(
	struct capture *capture, struct capture_packet *packet, struct error *error);

#endif
