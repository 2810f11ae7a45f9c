#include "bench/trace/state_course.h"

#include "common/bounded_text.h"

void state_course_add(struct state_course *course, enum tcp_state state)
{
	course->last = state;
	if (state == STATE_UNKNOWN || state == STATE_CLOSED || state == STATE_LISTEN)
		return;
	if (course->count > 0 && course->states[course->count - 1] == state)
		return;
	if (course->count == STATE_COURSE_MAX)
		course->is_overflown = true;
	else
		course->states[course->count++] = state;
}

struct state_course state_course_of(const struct ladder *ladder, unsigned side)
{
	struct state_course course = {0};
	state_course_add(&course, ladder->initial[side]);
	for (size_t i = 0; i < ladder->count; i++) {
		if (ladder->rows[i].side == side)
			state_course_add(&course, ladder->rows[i].passed);
		state_course_add(&course, ladder->rows[i].states[side]);
	}
	return course;
}

bool state_course_allows(const struct state_course *course, const struct state_course *seen)
{
	unsigned met = 0;
	for (unsigned i = 0; i < course->count && met < seen->count; i++)
		met += course->states[i] == seen->states[met];
	return met == seen->count && course->last == seen->last && !course->is_overflown &&
	       !seen->is_overflown;
}

const char *state_course_text(const struct state_course *course, char text[STATE_COURSE_TEXT])
{
	size_t length = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < course->count; i++)
		length += bounded_text_write(text + length, STATE_COURSE_TEXT - length, "%s%s",
			i > 0 ? ", " : "", tcp_state_text(course->states[i]));
	if (course->last == STATE_CLOSED)
		bounded_text_write(text + length, STATE_COURSE_TEXT - length, "%s%s",
			length > 0 ? ", " : "", tcp_state_text(STATE_CLOSED));
	return text;
}
