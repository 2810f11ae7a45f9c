#include "bench/lab/registry.h"

#include <string.h>

/* A lesson is named here, and in meson.build, and nowhere else: in the order in which they are
 * told. */
#define LESSONS(X)                                                                                 \
	X(four_way)                                                                                \
	X(three_segment)                                                                           \
	X(half_close)                                                                              \
	X(simultaneous)                                                                            \
	X(two_msl)                                                                                 \
	X(lost_last_ack)                                                                           \
	X(old_segment)                                                                             \
	X(shields)                                                                                 \
	X(assassination)                                                                           \
	X(linger_reset)                                                                            \
	X(linger_block)                                                                            \
	X(unread_data)                                                                             \
	X(delivery)                                                                                \
	X(fin_then_reset)                                                                          \
	X(keep_alive_race)                                                                         \
	X(memory)                                                                                  \
	X(port_exhaustion)                                                                         \
	X(tw_reuse)                                                                                \
	X(reuse_duplicate)                                                                         \
	X(clock_skew)                                                                              \
	X(server_reopen)                                                                           \
	X(rebind)                                                                                  \
	X(tw_buckets)                                                                              \
	X(cap_resets)                                                                              \
	X(fin_timeout)                                                                             \
	X(close_wait)                                                                              \
	X(power_loss)                                                                              \
	X(dead_peer)                                                                               \
	X(orphan)                                                                                  \
	X(listener_close)                                                                          \
	X(process_killed)                                                                          \
	X(two_descriptors)                                                                         \
	X(shutdown_read)                                                                           \
	X(blind_reset)                                                                             \
	X(segments)                                                                                \
	X(tls_close_reset)                                                                         \
	X(tls_graceful)                                                                            \
	X(tls_exchange)                                                                            \
	X(tls_half_close_loss)                                                                     \
	X(tls_ticket_loss)                                                                         \
	X(tls_truncation)                                                                          \
	X(tls_resumption)                                                                          \
	X(ring_close_pending)                                                                      \
	X(ring_linger_pending)                                                                     \
	X(ring_short_send_linked)                                                                  \
	X(ring_linger_blocks)                                                                      \
	X(ring_shutdown_worker)

#define DECLARED(name) extern const struct lesson lesson_##name;
LESSONS(DECLARED)

#define LISTED(name) &lesson_##name,
const struct lesson *const lab_lessons[] = {LESSONS(LISTED)};
const size_t lab_lesson_count = sizeof(lab_lessons) / sizeof(lab_lessons[0]);

const struct lesson *lab_lesson_find(const char *name)
{
	for (size_t i = 0; i < lab_lesson_count; i++)
		if (strcmp(lab_lessons[i]->name, name) == 0)
			return lab_lessons[i];
	return NULL;
}
