#include "bench/trial/event_record.h"

#include <signal.h>

bool event_record_is_killed(const struct event_record *first, const struct event_record *now)
{
	bool killed = false;
	for (const struct event_record *at = first; at < now; at++) {
		if (at->spec.of_proxy != now->spec.of_proxy)
			continue;
		if (at->spec.kind == EVENT_RESTART)
			killed = false;
		killed |= at->spec.kind == EVENT_SIGNAL && at->spec.signal == SIGKILL;
	}
	return killed;
}
