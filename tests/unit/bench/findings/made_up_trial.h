/* The record of a trial that never was: 2 s with nothing to find, until a case says what happens in
 * it. */
#ifndef UNIT_FINDINGS_MADE_UP_TRIAL_H
#define UNIT_FINDINGS_MADE_UP_TRIAL_H

#include "bench/judge/figures.h"

#include <stddef.h>
#include <stdint.h>

/* Samples are 0.1 s apart; the first is taken at the loader's start. */
#define SAMPLES 20
#define PERIOD_NS UINT64_C(100000000)
#define START_NS UINT64_C(5000000000)
/* Of the client: 1 to 1000, at one address. */
#define PORTS 1000
/* Of the loader, which has 2 threads; the server has 3. */
#define CONNECTIONS 100
#define OPENED 1000

struct made_up {
	struct trial trial;
	struct td_strategy strategy; /* the client closes first */
	struct sample samples[SAMPLES];
};

/* Where a record has a finding, or looks as if it had. */
struct finding_case {
	const char *near; /* the finding's id */
	const char *name; /* of the case */
	void (*happens)(struct made_up *made_up);
	/* What the record has: the ids, in their order, each with a blank after it. */
	const char *wanted;
	/* Of the first finding of that id, or of the first of all where there is none; NULL: not
	 * looked at. Fields as "name=value" with a blank between. */
	const char *text, *fields;
};

struct finding_cases {
	const struct finding_case *list;
	size_t count;
};

extern const struct finding_cases cases_of_settings;
extern const struct finding_cases cases_of_ports, cases_of_kernel, cases_of_processor,
	cases_of_delivery, cases_of_resets, cases_of_closing, cases_of_races, cases_of_waiting,
	cases_of_third_party, cases_of_accept, cases_of_unanswered, cases_of_standstill,
	cases_of_absence, cases_of_nat, cases_of_upstream, cases_of_restarts;

/* Makes the record; made_up_finish frees what the case allocated. */
void made_up_init(struct made_up *made_up, void (*happens)(struct made_up *made_up));
void made_up_finish(struct made_up *made_up);

/* What may happen. */
void made_up_setting(struct made_up *made_up, enum td_who end, const char *name, const char *value);
/* The client holds `step` TIME_WAITs more at each sample; connect() takes `below_us` while less
 * than half the ports are held, then `beyond_us`. There are 100 of them a sample, and each costs
 * the loader that time and 20 us. */
void made_up_hold_ports(
	struct made_up *made_up, uint64_t step, uint64_t below_us, uint64_t beyond_us);
/* 12 connect() fail with this errno, the first at this sample. */
void made_up_refuse(struct made_up *made_up, int error, size_t sample);
/* The threads of an end run for this share of their time, in samples `from` and later. */
void made_up_burn(struct made_up *made_up, enum td_who end, double share, size_t from);
/* A counter of an end is `value` higher in samples `from` and later. */
void made_up_count(
	struct made_up *made_up, enum td_who end, size_t offset, uint64_t value, size_t from);
void made_up_latency(struct made_up *made_up, enum latency kind, uint64_t ms);
/* wrk makes the load; it ends when it is asked to. */
void made_up_wrk(struct made_up *made_up);
/* A server that is not teardown's. */
void made_up_third_party_server(struct made_up *made_up);

#endif
