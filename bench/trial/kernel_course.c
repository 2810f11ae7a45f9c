#include "bench/trial/kernel_course.h"

#include "bench/measure/kernel_tcp_state.h"

static bool census_add(struct state_course *course, const struct diag_census *census)
{
	enum tcp_state found = STATE_CLOSED;
	uint64_t sockets = 0;
	for (unsigned number = 0; number < DIAG_STATES; number++) {
		enum tcp_state state = kernel_tcp_state(number);
		if (state == STATE_UNKNOWN || census->states[number] == 0)
			continue;
		found = state;
		sockets += census->states[number];
	}
	state_course_add(course, found);
	return sockets <= 1;
}

static const struct diag_census *census_of(const struct sample *sample, enum td_who end)
{
	return end == TD_SERVER ? &sample->server.census : &sample->client.census;
}

bool kernel_course_of(const struct trial *trial, enum td_who end, struct state_course *course)
{
	bool is_one = true;
	*course = (struct state_course){0};
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].census_fresh)
			is_one &= census_add(course, census_of(&trial->samples[i], end));
	return census_add(course, census_of(&trial->after, end)) && is_one;
}
