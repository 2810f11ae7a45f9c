/* Deadlines: a hashed timing wheel. Arming, moving and cancelling a timer take the same time for
 * any number of timers. A timer expires within one tick after its deadline, and never before it. */
#ifndef STRATEGIES_CORE_TIMER_WHEEL_H
#define STRATEGIES_CORE_TIMER_WHEEL_H

#include <stddef.h>
#include <stdint.h>

#define WHEEL_SLOTS 512

/* Embedded in the object that has a deadline. All zero: not armed. */
struct wheel_timer {
	struct wheel_timer *next;
	struct wheel_timer **link; /* NULL when not armed */
	uint64_t due_ns;
};

struct wheel {
	uint64_t tick_ns;
	uint64_t turned_to; /* the tick whose slot is looked at next */
	size_t armed;
	struct wheel_timer *slots[WHEEL_SLOTS];
};

void wheel_init(struct wheel *wheel, uint64_t tick_ns, uint64_t now_ns);

/* Arms the timer, or moves an armed one. */
void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, uint64_t due_ns);

/* Cancels the timer. Does nothing when it is not armed. */
void wheel_cancel(struct wheel *wheel, struct wheel_timer *timer);

/* Takes one timer whose deadline has passed out of the wheel and returns it. Returns NULL when
 * there is none. */
struct wheel_timer *wheel_expired(struct wheel *wheel, uint64_t now_ns);

#endif
