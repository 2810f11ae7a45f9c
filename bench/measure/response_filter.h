/* The filter that the kernel applies to what arrives at the client's end: of the load's segments
 * those that begin like a response of HTTP/1. */
#ifndef BENCH_MEASURE_RESPONSE_FILTER_H
#define BENCH_MEASURE_RESPONSE_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

#define RESPONSE_FILTER_SIZE 34

/* What it lets through. */
enum response_filter_mode {
	RESPONSE_FILTER_ALL,
	RESPONSE_FILTER_REFUSED, /* but those with a status of 1xx or 2xx */
	RESPONSE_FILTER_NONE,
};

/* Writes it as classic BPF, for packets that begin with the IP header. Returns a program of this
 * code. */
struct sock_fprog response_filter_write(uint16_t server_port, uint32_t share,
	enum response_filter_mode mode, struct sock_filter code[RESPONSE_FILTER_SIZE]);

#endif
