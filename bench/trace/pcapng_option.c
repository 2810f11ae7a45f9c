#include "bench/trace/pcapng_option.h"

#include <byteswap.h>
#include <string.h>

bool pcapng_option_next(
	const uint8_t *block, size_t size, bool swapped, size_t *at, struct pcapng_option *option)
{
	uint16_t head[2]; /* code and length */
	if (*at + sizeof(head) > size)
		return false;
	memcpy(head, block + *at, sizeof(head));
	*option = (struct pcapng_option){swapped ? bswap_16(head[0]) : head[0],
		swapped ? bswap_16(head[1]) : head[1], block + *at + sizeof(head)};
	if (option->code == PCAPNG_END || *at + sizeof(head) + option->length > size)
		return false;
	*at += sizeof(head) + (((size_t)option->length + 3) & ~(size_t)3);
	return true;
}
