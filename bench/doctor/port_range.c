#include "bench/doctor/port_range.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a word, in which each bit is a port. */
#define EVEN_PORTS UINT64_C(0x5555555555555555)

static void ports_set(struct port_range *range, unsigned long first, unsigned long last, bool on)
{
	last = last < UINT16_MAX ? last : UINT16_MAX;
	for (unsigned long end; first <= last; first = end + 1) {
		end = (first | 63) < last ? first | 63 : last;
		uint64_t bits = UINT64_MAX << (first % 64) & UINT64_MAX >> (63 - end % 64);
		if (on)
			range->words[first / 64] |= bits;
		else
			range->words[first / 64] &= ~bits;
	}
}

/* "8080,9148-9150": a list of ports and of ranges. */
static int reserved_remove(struct port_range *range, const char *text)
{
	while (*text && *text != '\n') {
		char *end;
		unsigned long first = strtoul(text, &end, 10), last = first;
		if (end == text)
			return -1;
		if (*end == '-') {
			text = end + 1;
			last = strtoul(text, &end, 10);
			if (end == text)
				return -1;
		}
		ports_set(range, first, last, false);
		text = *end == ',' ? end + 1 : end;
		if (text == end && *end && *end != '\n')
			return -1;
	}
	return 0;
}

int port_range_read(struct port_range *range, const char *low_high, const char *reserved)
{
	unsigned low = 0, high = 0;
	memset(range, 0, sizeof(*range));
	if (sscanf(low_high, "%u %u", &low, &high) != 2 || low > high || high > UINT16_MAX)
		return -1;
	range->low = (uint16_t)low;
	range->high = (uint16_t)high;
	/* __inet_hash_connect (net/ipv4/inet_hashtables.c): a range of odd length loses its last
	 * port. */
	unsigned long count = high - low + 1;
	ports_set(range, low, low + (count > 1 ? count & ~1UL : count) - 1, true);
	if (reserved_remove(range, reserved) == -1) {
		memset(range, 0, sizeof(*range));
		return -1;
	}
	for (size_t i = 0; i < PORT_RANGE_WORDS; i++) {
		uint64_t even = range->words[i] & EVEN_PORTS, odd = range->words[i] & ~EVEN_PORTS;
		range->available[port_range_parity(range, 0)] +=
			(uint32_t)__builtin_popcountll(even);
		range->available[port_range_parity(range, 1)] +=
			(uint32_t)__builtin_popcountll(odd);
	}
	return 0;
}
