/* Deadlines: a hashed timing wheel. Arming, moving and cancelling cost the same for any number of
 * them; a deadline is met within one tick, never early. */
#ifndef STRATEGIES_CORE_WHEEL_H
#define STRATEGIES_CORE_WHEEL_H

#include <stddef.h>
#include <stdint.h>

#define WHEEL_SLOTS 512

/* Embedded in what has a deadline; all zero is "not armed". */
struct wheel_timer {
	struct wheel_timer *next;
	struct wheel_timer **link; /* NULL when not armed */
	uint64_t due_ns;
};

struct wheel {
	uint64_t tick_ns;
	uint64_t turned_to; /* the tick that was last looked at */
	size_t armed;
	struct wheel_timer *slots[WHEEL_SLOTS];
};

void wheel_init(struct wheel *wheel, uint64_t tick_ns, uint64_t now_ns);

/* Arms or moves the timer. */
void wheel_arm(struct wheel *wheel, struct wheel_timer *timer, uint64_t due_ns);

/* Cancels; nothing happens when not armed. */
void wheel_cancel(struct wheel *wheel, struct wheel_timer *timer);

/* Takes one timer that is due out of the wheel and returns it; NULL when there is none. */
struct wheel_timer *wheel_expired(struct wheel *wheel, uint64_t now_ns);

#endif
