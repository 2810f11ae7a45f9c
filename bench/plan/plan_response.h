/* How a response crosses the path: in how many segments, and in how many round trips. Pure
 * functions; docs/plan.md has the model and what was measured. */
#ifndef BENCH_PLAN_PLAN_RESPONSE_H
#define BENCH_PLAN_PLAN_RESPONSE_H

struct plan_response {
	double segments;    /* of one response; 1 at least */
	double extra_trips; /* of all requests of a connection, beyond one each */
	double last_trips;  /* of its last request */
};

/* `bytes` of each response, head included; 0: it is in one segment. `requests` of a connection, one
 * behind the other; windows that have grown stay so. */
struct plan_response plan_response_of(double bytes, double requests);

#endif
