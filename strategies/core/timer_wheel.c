#include "strategies/core/timer_wheel.h"

void wheel_init(struct wheel *wheel, uint64_t tick_ns, uint64_t now_ns)
{
	*wheel = (struct wheel){.tick_ns = tick_ns, .turned_to = now_ns / tick_ns};
}

void wheel_cancel(struct wheel *wheel, struct wheel_timer *timer)
{
	if (!timer->link)
		return;
	*timer->link = timer->next;
	if (timer->next)
		timer->next->link = timer->link;
	timer->next = NULL;
	timer->link = NULL;
	wheel->armed--;
}

void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, uint64_t due_ns)
{
	wheel_cancel(wheel, timer);
	timer->due_ns = due_ns;
	/* wheel_expired leaves a slot only when the whole tick has passed, so a timer whose tick is
	 * over belongs into the slot that is looked at next. */
	uint64_t tick = due_ns / wheel->tick_ns;
	if (tick < wheel->turned_to)
		tick = wheel->turned_to;
	struct wheel_timer **slot = &wheel->slots[tick % WHEEL_SLOTS];
	timer->next = *slot;
	timer->link = slot;
	if (timer->next)
		timer->next->link = &timer->next;
	*slot = timer;
	wheel->armed++;
}

/* Finds a timer of the slot whose deadline has passed. A deadline that is more than one turn of the
 * wheel ahead stays in its slot. */
static struct wheel_timer *slot_due(struct wheel_timer *slot, uint64_t now_ns)
{
	while (slot && slot->due_ns > now_ns)
		slot = slot->next;
	return slot;
}

struct wheel_timer *wheel_expired(struct wheel *wheel, uint64_t now_ns)
{
	uint64_t now_tick = now_ns / wheel->tick_ns;
	if (wheel->armed == 0 || now_tick < wheel->turned_to) {
		if (now_tick > wheel->turned_to)
			wheel->turned_to = now_tick;
		return NULL;
	}
	/* After a long sleep, one turn of the wheel visits every slot. */
	if (now_tick - wheel->turned_to > WHEEL_SLOTS)
		wheel->turned_to = now_tick - WHEEL_SLOTS;
	for (;;) {
		struct wheel_timer *timer =
			slot_due(wheel->slots[wheel->turned_to % WHEEL_SLOTS], now_ns);
		if (timer) {
			wheel_cancel(wheel, timer);
			return timer;
		}
		if (wheel->turned_to == now_tick)
			return NULL;
		wheel->turned_to++;
	}
}
