#include "strategies/core/advice.h"

#include <string.h>

const struct advice advice_rows[] = {
	{"server", "graceful",
		"a public server, and whenever in doubt: the only one that delivers a response "
		"whatever the client still sends"},
	{"server", "adaptive-drain",
		"nearly as safe when requests are read to their end, and cheaper for short "
		"answers"},
	{"server", "keep-alive", "a server inside, with few clients that come again: close seldom"},
	{"server", "fin-on-data",
		"small answers to requests without a body, where every segment counts"},
	{"server", "reset-on-timeout", "many peers that vanish: what they hold is freed at once"},
	{"client", "keep-alive",
		"if the server lets you: the connection that is not opened is free"},
	{"client", "client-close",
		"up to ports / 62 s to one destination (227/s before it becomes slow)"},
	{"client", "wide-ports",
		"up to 1,039/s to one destination, with no setting that gives anything up"},
	{"client", "tw-reuse", "beyond that: ports / 1 s, where no SNAT stands between the two"},
	{"proxy", "keep-alive", "a pool to each upstream: nothing else comes near"},
	{"proxy", "tw-reuse",
		"no pool, few upstreams: ports / 1 s to each, where no SNAT stands between the "
		"two"},
	{"proxy", "tw-reuse-fast", "the same inside one data centre: ports / 50 ms (Linux 6.14)"},
	{"proxy", "bind-reuse",
		"a proxy that hands out its ports itself (HAProxy's source … port range does)"},
};

const size_t advice_count = sizeof(advice_rows) / sizeof(advice_rows[0]);

int advice_check(const char *audience, struct error *error)
{
	for (size_t i = 0; i < advice_count; i++)
		if (strcmp(advice_rows[i].audience, audience) == 0)
			return 0;
	return error_set(
		error, STATUS_USAGE, "--for %s: must be server, client or proxy", audience);
}
