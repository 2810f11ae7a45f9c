#include "bench/findings/findings.h"

#include <string.h>

/* Each file of bench/findings holds one table; the most harmful first, and a proven cause
 * before what it may bring about: a server without descriptors or ports does not answer. */
#define FINDINGS(X)                                                                                \
	X(server_stopped)                                                                          \
	X(descriptors_exhausted)                                                                   \
	X(restart_port_held)                                                                       \
	X(listener_absent)                                                                         \
	X(never_accepted)                                                                          \
	X(ports_exhausted)                                                                         \
	X(nat_ports_exhausted)                                                                     \
	X(older_timestamp_met)                                                                     \
	X(never_answered)                                                                          \
	X(closed_unanswered)                                                                       \
	X(closed_unasked)                                                                          \
	X(reset_unanswered)                                                                        \
	X(accept_starved)                                                                          \
	X(listener_starved)                                                                        \
	X(server_stood_still)                                                                      \
	X(response_truncated)                                                                      \
	X(response_surplus)                                                                        \
	X(loader_misses_truncation)                                                                \
	X(reset_listener_closed)                                                                   \
	X(reset_unread)                                                                            \
	X(reset_chosen)                                                                            \
	X(aborted_on_timeout)                                                                      \
	X(reset_after_fin)                                                                         \
	X(close_notify_missing)                                                                    \
	X(reset_behind_fin)                                                                        \
	X(reset_without_fin_wait)                                                                  \
	X(listen_overflow)                                                                         \
	X(server_never_closes)                                                                     \
	X(keep_alive_race)                                                                         \
	X(close_wait_leak)                                                                         \
	X(upstream_close_wait_leak)                                                                \
	X(close_blocks)                                                                            \
	X(server_closes_late)                                                                      \
	X(client_never_closes)                                                                     \
	X(client_closes_late)                                                                      \
	X(client_leaves_unanswered)                                                                \
	X(loader_hides_server_policy)                                                              \
	X(port_parity_cliff)                                                                       \
	X(reuse_too_young)                                                                         \
	X(setting_without_effect)                                                                  \
	X(tw_cap_reached)                                                                          \
	X(old_connection_met)                                                                      \
	X(loader_bound)                                                                            \
	X(server_bound)                                                                            \
	X(coordinated_omission)                                                                    \
	X(loader_lost_connections)                                                                 \
	X(loader_half_closes)                                                                      \
	X(loader_own_ports)                                                                        \
	X(ports_all_open)                                                                          \
	X(loader_overcounts)                                                                       \
	X(loader_races_close)                                                                      \
	X(latency_without_handshake)                                                               \
	X(loader_resumes)                                                                          \
	X(loader_ended_early)                                                                      \
	X(congestion_control)

#define DECLARE(name) extern const struct finding_kind finding_##name;
FINDINGS(DECLARE)

#define ADDRESS(name) &finding_##name,
const struct finding_kind *const finding_kinds[] = {FINDINGS(ADDRESS)};
const size_t finding_kind_count = sizeof(finding_kinds) / sizeof(finding_kinds[0]);

const struct finding_kind *finding_kind_find(const char *id)
{
	for (size_t i = 0; i < finding_kind_count; i++)
		if (strcmp(finding_kinds[i]->id, id) == 0)
			return finding_kinds[i];
	return NULL;
}
