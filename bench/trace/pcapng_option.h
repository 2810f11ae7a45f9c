/* The options behind what each block of a pcapng file has. */
#ifndef BENCH_TRACE_PCAPNG_OPTION_H
#define BENCH_TRACE_PCAPNG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pcapng_option_code {
	PCAPNG_END = 0,
	PCAPNG_NAME = 2,  /* of an interface */
	PCAPNG_FLAGS = 2, /* of a packet; the lowest two bits are its direction */
	PCAPNG_RESOLUTION = 9,
	PCAPNG_OFFSET = 14,
};

struct pcapng_option {
	uint16_t code, length;
	const uint8_t *value;
};

/* The option at `*at` of a block of so many bytes, which then is where the next one begins. Returns
 * false behind the last, and where a length cannot be. */
bool pcapng_option_next(
	const uint8_t *block, size_t size, bool swapped, size_t *at, struct pcapng_option *option);

#endif
