/* The ports that connect(2) may choose: net.ipv4.ip_local_port_range without
 * net.ipv4.ip_local_reserved_ports. */
#ifndef BENCH_DOCTOR_PORT_RANGE_H
#define BENCH_DOCTOR_PORT_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#define PORT_RANGE_WORDS (65536 / 64)

struct port_range {
	uint16_t low, high;               /* as the setting says */
	uint64_t words[PORT_RANGE_WORDS]; /* a bit for each port that may be chosen */
	uint32_t available[2];            /* these by parity: that of `low`, the other */
};

/* By the texts of both settings, "32768 60999" and "8080,9148-9150" or "". Returns 0, or -1: these
 * are no such texts, and the range is empty. */
int port_range_read(struct port_range *range, const char *low_high, const char *reserved);

/* Whether connect(2) may choose the port. */
static inline bool port_range_has(const struct port_range *range, uint16_t port)
{
	return range->words[port / 64] >> (port % 64) & 1;
}

/* 0: connect(2) tries ports of this one's parity first; 1: last. */
static inline unsigned port_range_parity(const struct port_range *range, uint16_t port)
{
	return (unsigned)(port ^ range->low) & 1;
}

static inline uint32_t port_range_count(const struct port_range *range)
{
	return range->available[0] + range->available[1];
}

#endif
