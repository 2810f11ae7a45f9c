/* The headers of a TCP segment over IPv4 or IPv6: the filters that the kernel applies to them, and
 * what is read of those that pass. The bench's networks put no extension header
 * between IPv6 and TCP; a packet that has one does not pass, nor does a later fragment. */
#ifndef BENCH_MEASURE_TCP_SEGMENT_H
#define BENCH_MEASURE_TCP_SEGMENT_H

#include "bench/measure/first_closer.h"
#include "bench/measure/response_head.h"
#include "bench/measure/response_tail.h"
#include "bench/trace/server_hello.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_SEGMENT_FILTER_SIZE 49
#define TCP_SEGMENT_LOOPBACK_SIZE 11
/* Room for "[…]:65535" with the longest IPv6 address. */
#define TCP_SEGMENT_END_TEXT 56

/* Address and port of one end. */
struct tcp_segment_end {
	uint32_t address[4]; /* as in6_addr's words; an IPv4 address is the first */
	uint16_t port;
	bool is_ipv6;
};

struct tcp_segment {
	uint64_t at_ns;               /* CLOCK_REALTIME */
	enum td_who sender, receiver; /* whose namespace; over loopback they are alike */
	struct tcp_segment_end from, to;
	uint32_t seq, ack;
	uint32_t payload;      /* bytes of data: the FIN's own sequence number is seq + payload */
	uint32_t count;        /* how many the kernel counts: a large one is cut on its way out */
	uint32_t header_bytes; /* both headers */
	uint32_t packet_bytes; /* with them */
	bool syn, fin, rst, has_ack;
	bool begins_request;  /* its data begins with an HTTP method, as far as the packet has it */
	bool is_tls_alert;    /* its data is one TLS record: an alert, or as long as one */
	bool is_of_responses; /* it came through the filter of responses, which tells the next two
			       */
	uint32_t request_bytes; /* of its first request, where a second is seen in it; else 0 */
	enum response_tail tail;
	struct response_head head;
	/* Which begins its data, of what came through that filter; version 0: there is none. */
	struct server_hello server_hello;
};

/* Segments that arrive at one end: of connections to `server_port` those whose client port is in
 * the share (first_closer_in_share), and SYN, FIN and RST alone; of other connections all. */
struct tcp_segment_filter {
	enum td_who arrives_at;
	uint16_t server_port;
	uint32_t share;
	/* At TD_SERVER: data passes, too, but for packets of so many bytes or less whose data
	 * begins with an HTTP method. Most are such: what passes costs little. */
	bool sees_data;
	uint32_t request_bytes;
	/* The last four bytes, in the host's byte order, of a client's address whose connections
	 * are others. */
	uint32_t beside;
	/* The client's host alone is looked at: what arrives at the server is what leaves there. Of
	 * other connections, of which such a host may have any number, nothing passes. */
	bool is_shared;
};

/* Writes the filter as classic BPF, for packets that begin with the IP header. Returns a program of
 * this code. */
struct sock_fprog tcp_segment_filter_write(
	const struct tcp_segment_filter *filter, struct sock_filter code[TCP_SEGMENT_FILTER_SIZE]);

/* The same for loopback, where all TCP passes; for packets that begin with the link's header. */
struct sock_fprog tcp_segment_loopback_filter_write(
	struct sock_filter code[TCP_SEGMENT_LOOPBACK_SIZE]);

/* Fills all but `at_ns`, `sender` and `receiver` from a packet that begins with the IP header and
 * may be cut behind the TCP header's fixed part. `cut_bytes` as in packet_ring.h. Returns false
 * when it is not that long, or neither IPv4 nor IPv6. */
bool tcp_segment_parse(
	const uint8_t *bytes, size_t length, uint32_t cut_bytes, struct tcp_segment *segment);

/* A segment of the load, as first_closer wants it. */
struct first_closer_segment tcp_segment_of_load(const struct tcp_segment *segment);

bool tcp_segment_end_equals(const struct tcp_segment_end *a, const struct tcp_segment_end *b);

/* "127.0.0.1:9000", "[::1]:9000". Returns `text`. */
const char *tcp_segment_end_text(
	const struct tcp_segment_end *end, char text[TCP_SEGMENT_END_TEXT]);

#endif
