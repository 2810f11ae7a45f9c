#include "bench/trial/kernel_course.h"

#include <netinet/tcp.h>

/* net/tcp_states.h: a connection whose handshake is not over, and which has no socket yet. */
#define KERNEL_NEW_SYN_RECV 12

static const enum tcp_state names[DIAG_STATES] = {
	[TCP_ESTABLISHED] = STATE_ESTABLISHED,
	[TCP_SYN_SENT] = STATE_SYN_SENT,
	[TCP_SYN_RECV] = STATE_SYN_RECEIVED,
	[TCP_FIN_WAIT1] = STATE_FIN_WAIT_1,
	[TCP_FIN_WAIT2] = STATE_FIN_WAIT_2,
	[TCP_TIME_WAIT] = STATE_TIME_WAIT,
	[TCP_CLOSE_WAIT] = STATE_CLOSE_WAIT,
	[TCP_LAST_ACK] = STATE_LAST_ACK,
	[TCP_CLOSING] = STATE_CLOSING,
	[KERNEL_NEW_SYN_RECV] = STATE_SYN_RECEIVED,
};

static bool census_add(struct state_course *course, const struct diag_census *census)
{
	enum tcp_state found = STATE_CLOSED;
	uint64_t sockets = 0;
	for (int state = 0; state < DIAG_STATES; state++) {
		if (names[state] == STATE_UNKNOWN || census->states[state] == 0)
			continue;
		found = names[state];
		sockets += census->states[state];
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
