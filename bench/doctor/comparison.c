#include "bench/doctor/host_look.h"

#include <string.h>

/* A listener that was opened anew has another inode. */
static const struct doctor_listener *listener_before(
	const struct doctor_namespace *earlier, const struct doctor_listener *listener)
{
	for (size_t i = 0; i < earlier->listener_count; i++)
		if (earlier->listeners[i].inode == listener->inode &&
			address_equals(&earlier->listeners[i].address, &listener->address))
			return &earlier->listeners[i];
	return NULL;
}

/* NULL: there was none. */
static const struct doctor_group *group_before(
	const struct doctor_namespace *earlier, const struct doctor_group *group)
{
	for (size_t i = 0; i < earlier->group_count; i++) {
		const struct doctor_group *before = &earlier->groups[i];
		if (before->state == group->state && before->is_rest == group->is_rest &&
			before->is_accepted == group->is_accepted &&
			tcp_segment_end_equals(&before->place, &group->place))
			return before;
	}
	return NULL;
}

/* Where the earlier look has listed no groups, how they have grown is not known. */
static void groups_compare(struct doctor_namespace *later, const struct doctor_namespace *earlier)
{
	for (size_t i = 0; i < later->group_count; i++) {
		struct doctor_group *group = &later->groups[i];
		const struct doctor_group *before = group_before(earlier, group);
		group->count_before = before ? before->count : 0;
		group->orphans_before = before ? before->orphans : 0;
		if (!earlier->has_groups) {
			group->count_before = group->count;
			group->orphans_before = group->orphans;
		}
	}
}

void namespace_compare(
	struct doctor_namespace *later, const struct doctor_namespace *earlier, double seconds)
{
	later->seconds = seconds;
	later->added = counters_difference(&later->counters, &earlier->counters);
	later->conntrack_grown =
		later->settings.conntrack_count - earlier->settings.conntrack_count;
	later->conntrack_added = (struct conntrack_counts){
		.insert_failed = later->conntrack.insert_failed - earlier->conntrack.insert_failed,
		.drop = later->conntrack.drop - earlier->conntrack.drop,
		.early_drop = later->conntrack.early_drop - earlier->conntrack.early_drop,
	};
	for (size_t i = 0; i < later->listener_count; i++) {
		const struct doctor_listener *before =
			listener_before(earlier, &later->listeners[i]);
		if (before && before->drops <= later->listeners[i].drops)
			later->listeners[i].new_drops = later->listeners[i].drops - before->drops;
	}
	groups_compare(later, earlier);
}
