#include "bench/options/port_range.h"

#include <stdbool.h>
#include <stdlib.h>

int port_range_parse(const char *option, const char *text, uint16_t *port_low, uint16_t *port_high,
	struct error *error)
{
	char *end;
	unsigned long low = strtoul(text, &end, 10);
	bool good = end != text && *end == '-' && end[1] >= '0' && end[1] <= '9';
	unsigned long high = good ? strtoul(end + 1, &end, 10) : 0;
	if (!good || *end || text[0] < '0' || text[0] > '9')
		return error_set(error, STATUS_USAGE, "--%s %s: must be LO-HI, such as 32768-60999",
			option, text);
	if (low < 1 || high > 65535)
		return error_set(
			error, STATUS_USAGE, "--%s %s: ports are 1 to 65535", option, text);
	if (low > high)
		return error_set(error, STATUS_USAGE,
			"--%s %s: LO is above HI, which leaves no port", option, text);
	*port_low = (uint16_t)low;
	*port_high = (uint16_t)high;
	return 0;
}
