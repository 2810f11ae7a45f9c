#include "bench/wire/backlog.h"

#include <stdlib.h>

#define PORTS 65536

bool backlog_init(struct backlog *backlog)
{
	*backlog = (struct backlog){.counted_ns = calloc(PORTS, sizeof(*backlog->counted_ns))};
	return backlog->counted_ns;
}

void backlog_finish(struct backlog *backlog)
{
	free(backlog->counted_ns);
	backlog->counted_ns = NULL;
}

void backlog_begin(struct backlog *backlog, uint16_t port, uint64_t at_ns)
{
	backlog->counted_ns[port] = at_ns;
}

/* What was counted already is not counted again. */
void backlog_add(struct backlog *backlog, uint16_t port, uint64_t from_ns, uint64_t until_ns)
{
	uint64_t *counted_ns = &backlog->counted_ns[port];
	/* Its SYN went another way. */
	if (*counted_ns == 0)
		*counted_ns = from_ns;
	if (until_ns <= *counted_ns)
		return;
	if (from_ns < *counted_ns)
		from_ns = *counted_ns;
	backlog->lived_ns += until_ns - *counted_ns;
	backlog->waited_ns += until_ns > from_ns ? until_ns - from_ns : 0;
	*counted_ns = until_ns;
}
