/* When the ports of a pair run out, at the rate of now. Pure functions. */
#ifndef BENCH_DOCTOR_FORECAST_H
#define BENCH_DOCTOR_FORECAST_H

#include "bench/doctor/records.h"

/* How the ports of a pair came to be chosen, as their parities tell. */
enum port_choice {
	CHOICE_CONNECT, /* by connect(2): it fills the parity of the range's low end first */
	CHOICE_BIND,  /* by bind(2) to port 0, which fills the other first, for all destinations */
	CHOICE_OTHER, /* by the application, or with IP_LOCAL_PORT_RANGE: both alike */
};

/* NAN: it does not happen. Of `exhausted_in_s` and `levels_off_at` one is a number, the other is
 * not. */
struct forecast {
	enum port_choice choice;
	bool reuses;           /* tcp_tw_reuse holds for this pair */
	uint32_t available;    /* ports that there are */
	uint32_t held;         /* of these, that a new connection does not get */
	double rate_per_s;     /* TIME_WAITs made of late */
	double lasts_per_s;    /* what goes on for good */
	double exhausted_in_s; /* no port is left; 0: now */
	double levels_off_at;  /* ports held */
	double cliff_in_s;   /* the first parity is full, and connect(2) tries it in vain; 0: now */
	double slow_since_s; /* for how long it is full */
};

/* `ending` of the pair is there. */
struct forecast forecast_of(const struct doctor_pair *pair, const struct doctor_settings *settings,
	const struct time_wait_life *life);

/* Whether tcp_tw_reuse and tcp_timestamps let a pair's TIME_WAIT go early. */
bool forecast_reuses(const struct doctor_pair *pair, const struct doctor_settings *settings);

enum port_choice forecast_choice(const struct doctor_pair *pair, const struct port_range *ports);

#endif
