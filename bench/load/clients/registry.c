#include "bench/load/clients/behaviour.h"
#include "bench/load/clients/client_share.h"

#include "common/options.h"

#include <string.h>

/* Each file of this folder that is named here holds one table. */
#define BEHAVIOURS(X)                                                                              \
	X(plain)                                                                                   \
	X(half_close)                                                                              \
	X(write_first)                                                                             \
	X(think)                                                                                   \
	X(pipeline)                                                                                \
	X(http10)                                                                                  \
	X(slow_reader)                                                                             \
	X(slow_writer)                                                                             \
	X(late)                                                                                    \
	X(close_first)                                                                             \
	X(unread_alert)                                                                            \
	X(upload)                                                                                  \
	X(reset)                                                                                   \
	X(early_reset)                                                                             \
	X(probe)                                                                                   \
	X(idle)                                                                                    \
	X(stalled)                                                                                 \
	X(never_close)                                                                             \
	X(vanish)

#define DECLARE(name) extern const struct client_behaviour client_##name;
BEHAVIOURS(DECLARE)

#define ADDRESS(name) &client_##name,
const struct client_behaviour *const client_behaviours[] = {BEHAVIOURS(ADDRESS)};
const size_t client_behaviour_count = sizeof(client_behaviours) / sizeof(client_behaviours[0]);
_Static_assert(sizeof(client_behaviours) / sizeof(client_behaviours[0]) <= CLIENT_SHARES_MAX,
	"a list has room for each behaviour once");

const struct client_behaviour *client_behaviour_find(const char *name, struct error *error)
{
	const char *names[sizeof(client_behaviours) / sizeof(client_behaviours[0])];
	for (size_t i = 0; i < client_behaviour_count; i++) {
		if (strcmp(client_behaviours[i]->name, name) == 0)
			return client_behaviours[i];
		names[i] = client_behaviours[i]->name;
	}
	const char *near = options_nearest(name, names, client_behaviour_count);
	if (near)
		error_set(error, STATUS_USAGE, "unknown client behaviour \"%s\"; did you mean %s?",
			name, near);
	else
		error_set(error, STATUS_USAGE,
			"unknown client behaviour \"%s\"; `teardown list --clients` names them all",
			name);
	return NULL;
}

static bool has_step(const struct client_behaviour *behaviour, enum client_verb verb)
{
	for (size_t i = 0; i < CLIENT_STEPS_MAX; i++)
		if (behaviour->steps[i] == verb)
			return true;
	return false;
}

bool client_behaviour_follows(const struct client_behaviour *behaviour)
{
	return has_step(behaviour, CLIENT_FOLLOW);
}

bool client_behaviour_asks_again(const struct client_behaviour *behaviour)
{
	return has_step(behaviour, CLIENT_AGAIN);
}

bool client_behaviour_half_closes(const struct client_behaviour *behaviour)
{
	return has_step(behaviour, CLIENT_SHUT);
}

bool client_behaviour_thinks(const struct client_behaviour *behaviour)
{
	return has_step(behaviour, CLIENT_THINK);
}

bool client_behaviour_holds(const struct client_behaviour *behaviour)
{
	return has_step(behaviour, CLIENT_HOLD);
}

bool client_behaviour_stays(const struct client_behaviour *behaviour)
{
	return client_behaviour_holds(behaviour) || behaviour->steps[0] == CLIENT_AWAIT_FIN;
}

bool client_behaviour_is_plain(const struct client_behaviour *behaviour)
{
	return behaviour == &client_plain;
}

uint32_t client_share_exchanges(const struct client_share *share)
{
	return share->behaviour->is_pipelined ? share->parameter : share->behaviour->exchanges;
}
