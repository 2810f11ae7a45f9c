#include "bench/plan/plan_course.h"

#include "bench/plan/plan_time_waits.h"

#include <math.h>

#define FIELD(name) offsetof(struct plan_course, name)

const struct plan_figure plan_figures[PLAN_FIGURES] = {
	{"connections", "connections", "", FIELD(connections)},
	{"refused for want of a port", "refused", "", FIELD(refused)},
	{"ports held", "ports_held", "", FIELD(ports_held)},
	{"connect() slow after", "slow_after_s", "s", FIELD(slow_after_s)},
	{"ports run out after", "exhausted_after_s", "s", FIELD(exhausted_after_s)},
	{"lasts, once they have", "lasting_per_s", "/s", FIELD(lasting_per_s)},
	{"TIME_WAIT at the server", "server_time_wait", "", FIELD(server_time_wait)},
	{"TIME_WAIT at the client", "client_time_wait", "", FIELD(client_time_wait)},
	{"skipped at the server", "server_skipped", "", FIELD(server_skipped)},
	{"skipped at the client", "client_skipped", "", FIELD(client_skipped)},
};

double plan_course_value(const struct plan_course *course, const struct plan_figure *figure)
{
	return *(const double *)((const char *)course + figure->offset);
}

/* Slots are given back in the order, and at the distance, in which they were taken: those that find
 * none do so once in each round of hold_s. */
double plan_overflow(double rate, double slots, double hold_s, double seconds)
{
	if (rate * hold_s <= slots)
		return 0;
	double rounds = floor(seconds / hold_s);
	double rest = seconds - rounds * hold_s;
	return rounds * (rate * hold_s - slots) + fmax(0, rate * rest - slots);
}

/* When that many are held; infinite: not within the time. */
static double reached_s(const struct plan_terms *terms, double rate, double ports, double seconds)
{
	double most = fmin(plan_held(terms, rate), rate * seconds);
	return most > ports ? ports / rate : INFINITY;
}

/* From when as many are held as may be: what is closed, less what reopens a TIME_WAIT; and once a
 * life is over, less what takes the place of one that is over. */
static double server_skips_of(const struct plan_terms *terms, double rate, double seconds)
{
	double tried = terms->is_by_parity ? terms->ports / 2 : terms->ports;
	double share = terms->server_most / tried, life_s = terms->life.mean_s;
	double lasting = exp(-rate * life_s / tried);
	double full_s = -tried / rate * log1p(-share);
	double over = rate * share * lasting / (1 - lasting);
	double first_s = fmin(seconds, life_s) - full_s;
	double then_s = fmax(seconds - life_s, 0);
	return fmax(first_s, 0) * rate * (1 - share) + then_s * fmax(rate * (1 - share) - over, 0);
}

static void skipped_set(struct plan_course *course, const struct plan_terms *terms, double rate,
	double seconds, const struct plan_time_waits *waits)
{
	course->client_skipped = 0;
	course->server_skipped = 0;
	if (waits->client_is_capped)
		course->client_skipped =
			plan_overflow(rate, terms->client_most, terms->life.most_s, seconds);
	if (waits->server_is_capped)
		course->server_skipped =
			isfinite(rate) ? server_skips_of(terms, rate, seconds) : NAN;
}

/* Ports with a socket: a TIME_WAIT that could give way is one, too. */
static double ports_in_use(const struct plan_terms *terms, double rate, double seconds,
	const struct plan_time_waits *waits)
{
	double open = rate * fmin(terms->open_s, seconds);
	if (plan_leaves_at(terms->strategy->holder, TD_CLIENT))
		return fmin(terms->ports, waits->client + open);
	/* How long a connection is open is not known without a round trip. */
	return terms->open_s > 0 ? fmin(terms->ports, open) : NAN;
}

/* Whoever is refused tries again: times and refusals tell nothing. */
static void closed_loop_set(
	struct plan_course *course, const struct plan_terms *terms, double seconds)
{
	double held_s = terms->hold_s + terms->open_s;
	course->refused = course->slow_after_s = course->exhausted_after_s = NAN;
	course->connections = terms->ports * (1 + floor(seconds / held_s));
	course->lasting_per_s = seconds >= held_s ? terms->ports / held_s : NAN;
}

/* For how long a port is taken. tcp_tw_reuse gives it to the first connection that begins later
 * than the delay; until that one is due the port is free, and of no use. */
static double taken_s(const struct plan_terms *terms, double rate)
{
	double held_s = terms->hold_s + terms->open_s;
	bool is_reused = terms->hold_s > 0 && !terms->is_kept;
	return is_reused && isfinite(rate) ? (floor(rate * held_s) + 1) / rate : held_s;
}

struct plan_course plan_course_of(const struct plan_terms *terms, double rate, double seconds)
{
	double held_s = taken_s(terms, rate), ports = terms->ports;
	struct plan_time_waits waits = plan_time_waits_of(terms, rate, seconds, 1);
	struct plan_course course = {
		.refused = plan_overflow(rate, ports, held_s, seconds),
		.ports_held = ports_in_use(terms, rate, seconds, &waits),
		.slow_after_s =
			terms->is_by_parity ? reached_s(terms, rate, ports / 2, seconds) : INFINITY,
		.exhausted_after_s = reached_s(terms, rate, ports, seconds),
		.lasting_per_s = NAN,
		.server_time_wait = waits.server,
		.client_time_wait = waits.client,
	};
	course.connections = rate * seconds - course.refused;
	if (course.exhausted_after_s + held_s <= seconds)
		course.lasting_per_s = ports / held_s;
	if (isinf(rate))
		closed_loop_set(&course, terms, seconds);
	skipped_set(&course, terms, rate, seconds, &waits);
	return course;
}
