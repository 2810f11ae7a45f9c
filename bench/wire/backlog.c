#include "bench/wire/backlog.h"

void backlog_add(struct backlog *backlog, uint64_t from_ns, uint64_t until_ns)
{
	if (from_ns < backlog->known_ns)
		from_ns = backlog->known_ns;
	if (until_ns <= from_ns)
		return;
	backlog->sum_ns += until_ns - from_ns;
	backlog->known_ns = until_ns;
}
