#include "bench/plan/plan_response.h"

#include <math.h>

/* Of an MTU of 1500: 20 bytes of IPv4, 20 of TCP, 12 of its timestamps. */
#define SEGMENT_BYTES 1448
/* TCP_INIT_CWND, include/net/tcp.h. */
#define WINDOW_AT_FIRST 10
/* 65,535 bytes: the receive window without a grown buffer, of the default tcp_rmem. */
#define WINDOW_RECEIVED_AT_FIRST 45

/* Slow start doubles the sender's window with each flight that fills it. At the receiver's first
 * window it waits for one flight; then the receiver's buffer grows as fast. */
static double window_grown(double window)
{
	return window < WINDOW_RECEIVED_AT_FIRST ? fmin(2 * window, WINDOW_RECEIVED_AT_FIRST)
						 : 2 * window;
}

/* The flights of one response. */
static double flights_of(double segments, double *window)
{
	double flights = 1, left = segments;
	while (left >= *window) {
		left -= *window;
		*window = window_grown(*window);
		if (left <= 0)
			break;
		flights++;
	}
	return flights;
}

struct plan_response plan_response_of(double bytes, double requests)
{
	struct plan_response response = {.segments = fmax(1, ceil(bytes / SEGMENT_BYTES)),
		.extra_trips = 0,
		.last_trips = 1};
	double window = WINDOW_AT_FIRST, left = requests;
	while (left > 0) {
		response.last_trips = flights_of(response.segments, &window);
		response.extra_trips += response.last_trips - 1;
		/* All others take one, too. */
		if (response.last_trips <= 1)
			break;
		left--;
	}
	return response;
}
