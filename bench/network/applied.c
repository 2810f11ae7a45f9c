#include "bench/network/applied.h"

#include "common/sysctl.h"
#include "strategies/core/requirement.h"

#include <string.h>

struct change {
	const struct td_requirement *need;
	char before[SYSCTL_VALUE_MAX];
};

struct changes {
	struct change all[TD_REQUIREMENTS_MAX];
	size_t count;
};

static int need_look(
	struct changes *changes, const struct td_requirement *need, struct error *error)
{
	struct change *change = &changes->all[changes->count];
	change->need = need;
	if (sysctl_read(need->sysctl, change->before, sizeof(change->before)) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot read %s here", need->sysctl);
	changes->count += !requirement_is_met(need, change->before);
	return 0;
}

static int needs_look(struct changes *changes, const struct td_strategy *strategy, enum td_who end,
	struct error *error)
{
	const struct td_requirement *need = strategy->requirements;
	changes->count = 0;
	for (; need < strategy->requirements + TD_REQUIREMENTS_MAX && need->sysctl; need++)
		if (need->end == end && need_look(changes, need, error) == -1)
			return -1;
	return 0;
}

/* One that reads otherwise now was written by somebody else since. */
static void put_back(const void *argument, int held_fd)
{
	const struct changes *changes = argument;
	char now[SYSCTL_VALUE_MAX];
	(void)held_fd;
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->all[i];
		if (sysctl_read(change->need->sysctl, now, sizeof(now)) == 0 &&
			strcmp(now, change->need->value) == 0)
			sysctl_write(change->need->sysctl, change->before);
	}
}

static int change_write(const struct td_requirement *need, struct error *error)
{
	char now[SYSCTL_VALUE_MAX];
	if (sysctl_write(need->sysctl, need->value) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "--apply: cannot set %s = %s",
			need->sysctl, need->value);
	if (sysctl_read(need->sysctl, now, sizeof(now)) == 0 && requirement_is_met(need, now))
		return 0;
	return error_set(error, STATUS_HOST_CANNOT, "--apply: %s was set to %s and is not so",
		need->sysctl, need->value);
}

int applied_begin(struct restorer *applied, const struct td_strategy *strategy, enum td_who end,
	struct error *error)
{
	struct changes changes;
	const struct restorer_work work = {put_back, &changes, sizeof(changes), -1};
	if (needs_look(&changes, strategy, end, error) == -1)
		return -1;
	if (changes.count == 0)
		return 0;
	if (restorer_start(applied, &work, error) == -1)
		return -1;
	for (size_t i = 0; i < changes.count; i++)
		if (change_write(changes.all[i].need, error) == -1) {
			restorer_end(applied);
			return -1;
		}
	return 0;
}
