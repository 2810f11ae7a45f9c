/* The states that one end of a connection went through, in their order: as somebody looked now and
 * then, or as they follow from the segments. */
#ifndef BENCH_TRACE_STATE_COURSE_H
#define BENCH_TRACE_STATE_COURSE_H

#include "bench/trace/ladder.h"
#include "bench/trace/tcp_states.h"

#include <stdbool.h>
#include <stddef.h>

/* A connection has fewer: no state comes twice. */
#define STATE_COURSE_MAX 16
/* Room for all names of a course. */
#define STATE_COURSE_TEXT 200
/* Behind the text of a kernel's course without a state of an open connection. */
#define STATE_COURSE_UNSEEN " (not looked at while it was open)"

/* Zeroed: nothing was seen. */
struct state_course {
	enum tcp_state states[STATE_COURSE_MAX]; /* neither CLOSED nor LISTEN */
	unsigned count;
	enum tcp_state last; /* any */
	bool is_overflown;   /* it had more */
};

void state_course_add(struct state_course *course, enum tcp_state state);

/* Of a side of a settled ladder. */
struct state_course state_course_of(const struct ladder *ladder, unsigned side);

/* Whether what was seen now and then can be this course: the same order, with some left out, and
 * the same end. */
bool state_course_allows(const struct state_course *course, const struct state_course *seen);

/* "SYN-SENT, ESTABLISHED, CLOSED". Returns `text`. */
const char *state_course_text(const struct state_course *course, char text[STATE_COURSE_TEXT]);

#endif
