#include "bench/doctor/walk_worth.h"

#include "bench/doctor/pile.h"

#define MANY_LEAST 64

bool walk_worth_many(const struct doctor_namespace *space)
{
	return space->open_sockets + space->counters.gauge_tw >= MANY_LEAST;
}

bool walk_worth_any(const struct doctor_namespace *space)
{
	return space->open_sockets + space->counters.gauge_tw > space->listener_count;
}

bool walk_worth_pile(const struct doctor_namespace *space)
{
	return space->open_sockets >= space->listener_count + PILE_LEAST;
}

/* Each was sent again, and is neither a listener nor established. */
bool walk_worth_unanswered(const struct doctor_namespace *space)
{
	return space->counters.syn_retrans >= DOCTOR_UNANSWERED_LEAST &&
	       space->open_sockets >= space->listener_count + space->counters.gauge_established +
					      DOCTOR_UNANSWERED_LEAST;
}
