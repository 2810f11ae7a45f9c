/* The filter that the kernel applies to what arrives at the client's end: of the load's segments
 * those that begin like a response of HTTP/1, those with which a chunked one may end, and those
 * that begin like a server's hello of TLS. */
#ifndef BENCH_MEASURE_RESPONSE_FILTER_H
#define BENCH_MEASURE_RESPONSE_FILTER_H

#include "bench/measure/response_tail.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_FILTER_SIZE 55

/* What it lets through. */
enum response_filter_mode {
	RESPONSE_FILTER_ALL,
	RESPONSE_FILTER_REFUSED, /* hellos, and heads with another status than 1xx and 2xx */
	RESPONSE_FILTER_NONE,
};

/* Writes it as classic BPF, for packets that begin with the IP header. Returns a program of this
 * code. */
struct sock_fprog response_filter_write(uint16_t server_port, uint32_t share,
	enum response_filter_mode mode, struct sock_filter code[RESPONSE_FILTER_SIZE]);

/* How a packet ends of which only so many bytes passed: the filter has seen the end, and says it by
 * how many it lets pass. */
enum response_tail response_filter_tail(size_t passed_bytes);

#endif
