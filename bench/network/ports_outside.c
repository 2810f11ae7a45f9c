#include "bench/network/ports_outside.h"

#define PORTS_LEAST 1024
/* Those below are of services. */
#define PORT_FIRST 1024

bool ports_outside(uint16_t *low, uint16_t *high)
{
	if (UINT16_MAX - *high >= PORTS_LEAST) {
		*low = (uint16_t)(*high + 1);
		*high = UINT16_MAX;
		return true;
	}
	if (*low < PORT_FIRST + PORTS_LEAST)
		return false;
	*high = (uint16_t)(*low - 1);
	*low = (uint16_t)(*low - PORTS_LEAST);
	return true;
}
