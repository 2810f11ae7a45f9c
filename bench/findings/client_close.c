#include "bench/findings/client_close.h"

#include "bench/findings/finding.h"
#include "common/clock.h"

/* On a busy machine a process is seen to have ended that long after it closed its sockets. */
#define END_SEEN_NS (200 * NS_PER_MS)

static uint64_t held_at_end(const struct trial *trial)
{
	uint64_t held = 0, ended_ns = trial_load_ended_ns(trial);
	for (size_t i = 0; i < trial->sample_count; i++) {
		if (trial->samples[i].at_ns + END_SEEN_NS >= ended_ns)
			break;
		held = trial->samples[i].client.census.by_owner[SOCKET_CLOSE_WAIT_OWNED];
	}
	return held;
}

struct client_close client_close_of(const struct trial *trial, const struct figures *figures)
{
	const struct ending_span *span = &figures->client.endings.fin_behind_fin;
	struct client_close close = {
		.late = estimate_of(trial, figures, span->late),
		.most_s = figures->client.fin_behind_fin.most_us / 1e6,
		.held_at_end = held_at_end(trial),
	};
	bool has_more_to_send = figures->server.endings.half_closed > 0;
	if (!trial->load.is_third_party || has_more_to_send ||
		!finding_late_fins_tell(close.late.count, &figures->client, figures))
		return (struct client_close){.late = {.count = 0}};
	close.closed_none = (double)close.held_at_end >= estimate_least(&close.late);
	return close;
}
