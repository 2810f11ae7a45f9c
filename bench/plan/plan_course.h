/* What happens to one host that connects within a time: as the formulas forecast it, and as a trial
 * has shown it. docs/plan.md has the formulas. */
#ifndef BENCH_PLAN_PLAN_COURSE_H
#define BENCH_PLAN_PLAN_COURSE_H

#include "bench/plan/plan_terms.h"

#include <stddef.h>

/* TIME_WAITs are the most at once. Times are from the first connection on; infinite: it did not
 * happen. NAN: not known. */
struct plan_course {
	double connections; /* opened */
	double refused;     /* connect(2) found no port */
	double ports_held;  /* the most at once, also by TIME_WAITs that could give way */
	double slow_after_s, exhausted_after_s;
	double lasting_per_s; /* connections a second that go on once all ports were held */
	double server_time_wait, client_time_wait;
	double server_skipped, client_skipped; /* TIME_WAITs beyond tcp_max_tw_buckets */
};

/* A figure of a course: how it is called, and where it stands. */
struct plan_figure {
	const char *name; /* in tables */
	const char *key;  /* in JSON */
	const char *unit; /* "", "s" or "/s" */
	size_t offset;
};

#define PLAN_FIGURES 10
extern const struct plan_figure plan_figures[PLAN_FIGURES];

double plan_course_value(const struct plan_course *course, const struct plan_figure *figure);

/* `rate`: connections a second; infinite: the next one begins as soon as there is a port. */
struct plan_course plan_course_of(const struct plan_terms *terms, double rate, double seconds);

/* How many find no room among `slots`, each of which is taken for `hold_s`, within so many seconds
 * of `rate` a second. */
double plan_overflow(double rate, double slots, double hold_s, double seconds);

#endif
