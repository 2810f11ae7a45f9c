#include "bench/lab/registry.h"

#include <string.h>

/* A lesson is named here, and in meson.build, and nowhere else. */
extern const struct lesson lesson_old_segment, lesson_four_way, lesson_three_segment,
	lesson_half_close, lesson_simultaneous, lesson_two_msl, lesson_lost_last_ack,
	lesson_assassination, lesson_linger_reset, lesson_unread_data, lesson_keep_alive_race,
	lesson_port_exhaustion, lesson_clock_skew, lesson_tw_reuse, lesson_server_reopen,
	lesson_rebind, lesson_tw_buckets, lesson_cap_resets, lesson_fin_timeout, lesson_close_wait,
	lesson_listener_close, lesson_process_killed, lesson_two_descriptors, lesson_shutdown_read,
	lesson_blind_reset, lesson_linger_block, lesson_fin_then_reset, lesson_power_loss,
	lesson_dead_peer, lesson_orphan, lesson_segments, lesson_shields, lesson_delivery,
	lesson_memory;

const struct lesson *const lab_lessons[] = {
	&lesson_four_way,
	&lesson_three_segment,
	&lesson_half_close,
	&lesson_simultaneous,
	&lesson_two_msl,
	&lesson_lost_last_ack,
	&lesson_old_segment,
	&lesson_shields,
	&lesson_assassination,
	&lesson_linger_reset,
	&lesson_linger_block,
	&lesson_unread_data,
	&lesson_delivery,
	&lesson_fin_then_reset,
	&lesson_keep_alive_race,
	&lesson_memory,
	&lesson_port_exhaustion,
	&lesson_tw_reuse,
	&lesson_clock_skew,
	&lesson_server_reopen,
	&lesson_rebind,
	&lesson_tw_buckets,
	&lesson_cap_resets,
	&lesson_fin_timeout,
	&lesson_close_wait,
	&lesson_power_loss,
	&lesson_dead_peer,
	&lesson_orphan,
	&lesson_listener_close,
	&lesson_process_killed,
	&lesson_two_descriptors,
	&lesson_shutdown_read,
	&lesson_blind_reset,
	&lesson_segments,
};
const size_t lab_lesson_count = sizeof(lab_lessons) / sizeof(lab_lessons[0]);

const struct lesson *lab_lesson_find(const char *name)
{
	for (size_t i = 0; i < lab_lesson_count; i++)
		if (strcmp(lab_lessons[i]->name, name) == 0)
			return lab_lessons[i];
	return NULL;
}
