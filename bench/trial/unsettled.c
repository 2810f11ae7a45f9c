#include "bench/trial/unsettled.h"

#include <netinet/tcp.h>

static bool ends_by_itself(int state)
{
	return state == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_CLOSING ||
	       state == TCP_LAST_ACK;
}

uint64_t unsettled_count(const struct sample_end *end, struct may_stay may_stay)
{
	uint64_t sum = 0;
	for (int state = 0; state < DIAG_STATES; state++) {
		if (state == TCP_LISTEN || state == TCP_TIME_WAIT)
			continue;
		sum += state == TCP_ESTABLISHED && may_stay.proxy ? 0 : end->census.states[state];
		if (state != TCP_ESTABLISHED && (!may_stay.beside || ends_by_itself(state)))
			sum += end->others.states[state];
	}
	return sum;
}
