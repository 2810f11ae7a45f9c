#include "bench/load/glance.h"

#include "bench/load/slot.h"
#include "common/clock.h"

/* A server that is not busy has answered over veth by then. */
#define ANSWERED_NS (100 * NS_PER_US)
/* A look that is too early costs a call: after one, so many connections are not looked at. */
#define DECLINED 32
/* Looks before what epoll(7) has to tell has its turn. */
#define LOOKS 64

void glances_init(struct glances *glances)
{
	*glances = (struct glances){.end = &glances->first};
}

bool glance_later(struct glances *glances, struct slot *slot)
{
	if (glances->declined > 0) {
		glances->declined--;
		return false;
	}
	/* One that timed out, and whose slot is in use again, is found where it was. */
	if (slot->glanced)
		return true;
	slot->glanced = true;
	slot->next_glanced = NULL;
	*glances->end = slot;
	glances->end = &slot->next_glanced;
	return true;
}

static struct slot *glance_pop(struct glances *glances)
{
	struct slot *slot = glances->first;
	glances->first = slot->next_glanced;
	if (!glances->first)
		glances->end = &glances->first;
	slot->glanced = false;
	return slot;
}

bool glances_take(struct lane *lane)
{
	struct glances *glances = &lane->glances;
	bool any = false;
	uint64_t now = glances->first ? clock_now_ns() : 0;
	for (unsigned looks = 0;
		looks < LOOKS && glances->first && glances->first->request_ns + ANSWERED_NS <= now;
		looks++) {
		bool came = slot_look(lane, glance_pop(glances));
		any |= came;
		if (!came)
			glances->declined = DECLINED;
	}
	while (glances->first && !any)
		slot_watch(lane, glance_pop(glances));
	return any;
}
