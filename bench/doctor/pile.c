#include "bench/doctor/pile.h"

#include "bench/doctor/words.h"

#include <math.h>
#include <stdio.h>

/* From so many on it is a warning, whatever the process may open. */
#define MANY 64
/* Of the descriptors that a process may have. */
#define SHARE_MANY 0.1
#define SHARE_FULL 0.9
/* Nobody can change a program within it. */
#define SOON_S 600

/* A pool whose server began anew has all of them at once, and no more. Those that came at two times
 * have a youngest one that is, until the third time, younger than half of the oldest. */
static bool is_one_batch(double oldest_s, double youngest_s)
{
	return oldest_s > 0 && 2 * youngest_s > oldest_s;
}

struct pile pile_of(const struct doctor_group *group)
{
	uint32_t held = group->count - group->orphans;
	struct pile pile = {.held = held,
		.held_before = group->count_before - group->orphans_before,
		.oldest_s = (double)group->oldest_ms / 1000,
		.youngest_s = NAN,
		.per_s = NAN,
		.full_in_s = NAN};
	double youngest_s = (double)group->youngest_ms / 1000;
	if (is_one_batch(pile.oldest_s, youngest_s))
		pile.youngest_s = youngest_s;
	else if (pile.oldest_s > 0)
		pile.per_s = held / pile.oldest_s;
	uint64_t most = group->holder.nofile;
	if (most > 0 && held >= most)
		pile.full_in_s = 0;
	else if (most > 0 && pile.per_s > 0)
		pile.full_in_s = (double)(most - held) / pile.per_s;
	return pile;
}

bool pile_is_one(const struct pile *pile, const struct doctor_host *host)
{
	return pile->held >= PILE_LEAST && pile->oldest_s >= host->old_s;
}

enum diagnosis_level pile_level(
	const struct pile *pile, const struct doctor_process *holder, double *urgency)
{
	double share = holder->nofile > 0 ? pile->held / (double)holder->nofile : 0;
	*urgency = share;
	if (share >= SHARE_FULL || pile->full_in_s <= SOON_S)
		return LEVEL_CRITICAL;
	return pile->held >= MANY || share >= SHARE_MANY ? LEVEL_WARNING : LEVEL_NOTICE;
}

static void descriptors_tell(
	struct diagnosis *diagnosis, const struct pile *pile, const struct doctor_process *holder)
{
	struct word most, when;
	if (isnan(pile->full_in_s))
		return;
	word_count(&most, (double)holder->nofile);
	if (pile->full_in_s == 0)
		diagnosis_line(
			diagnosis, "these are all %s descriptors that it may have", most.text);
	else
		diagnosis_line(diagnosis,
			"it may have %s descriptors (nofile): at this rate none is left in %s, or "
			"before",
			most.text, word_seconds(&when, pile->full_in_s));
}

void pile_tell(struct diagnosis *diagnosis, const struct pile *pile,
	const struct doctor_group *group, double seconds)
{
	struct word who, count, where, age, rate, span;
	char grown[64] = "", average[64] = "";
	if (!isnan(pile->per_s))
		snprintf(average, sizeof(average), ", +%.32s/min on average",
			word_rate(&rate, 60 * pile->per_s));
	if (!isnan(pile->youngest_s))
		snprintf(average, sizeof(average), ", youngest %.24s: all at one time",
			word_seconds(&span, pile->youngest_s));
	if (seconds > 0 && pile->held > pile->held_before)
		snprintf(grown, sizeof(grown), ", +%u in the last %s",
			pile->held - pile->held_before, word_seconds(&span, seconds));
	diagnosis_line(diagnosis, "%s: %s %s, oldest %s%s%s", word_holder(&who, &group->holder),
		word_count(&count, pile->held), word_group(&where, group),
		word_seconds(&age, pile->oldest_s), average, grown);
	descriptors_tell(diagnosis, pile, &group->holder);
}

void pile_numbers(
	struct diagnosis *diagnosis, const struct pile *pile, const struct doctor_process *holder)
{
	diagnosis_number(diagnosis, "held", pile->held);
	diagnosis_number(diagnosis, "oldest_s", pile->oldest_s);
	diagnosis_number(diagnosis, "grown_per_s", pile->per_s);
	diagnosis_number(
		diagnosis, "descriptors", holder->nofile > 0 ? (double)holder->nofile : NAN);
	diagnosis_number(diagnosis, "full_in_s", pile->full_in_s);
	diagnosis_number(diagnosis, "pid", holder->pid > 0 ? (double)holder->pid : (double)NAN);
}
