/* What the detector of a finding has at hand. */
#ifndef BENCH_FINDINGS_FINDING_H
#define BENCH_FINDINGS_FINDING_H

#include "bench/findings/findings.h"
#include "teardown/strategy.h"

#include <stdint.h>

/* Adds a finding of the kind whose detector runs, without fields; its text comes from the format.
 * When there is no memory, the list is marked as incomplete, here and below. */
void finding_add(struct findings *findings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add a field to the finding that was added last. `name` lives as long as the program; `word` is
 * copied. A figure that is unknown (figures.h) makes no field. */
void finding_number(struct findings *findings, const char *name, double number);
void finding_word(struct findings *findings, const char *name, const char *word);

/* Who holds the sockets that the finding is about; no field where nobody is known. */
void finding_holder(struct findings *findings, const struct holder *holder);

/* Room for `count` numbers, to be freed by the caller; NULL when there is no memory. */
double *finding_room(struct findings *findings, size_t count);

/* An instant as seconds since the loader's start. */
double finding_t_s(const struct trial *trial, uint64_t at_ns);

/* When a counter of one end was first seen above its value before the trial: the sample's time, or
 * that of the reading after the load. `offset` is the counter's in struct counters. */
double finding_first_seen_t_s(const struct trial *trial, enum td_who end, size_t offset);

/* When a census first found a socket of one end in a state; where only the one after the load did,
 * the time of that. */
double finding_state_first_seen_t_s(
	const struct trial *trial, enum td_who end, enum socket_state state);

/* Whether the server's process that was stopped is the holder, or may be: where it is unknown, or
 * several were stopped. */
bool finding_stop_is_of(const struct trial *trial, const struct holder *holder);

/* The same, for half of the client's patience or longer (server-stopped). */
bool finding_was_stopped(const struct trial *trial, const struct holder *holder);

/* `count` less `known`, or 0 where that is more. */
uint64_t finding_less(uint64_t count, uint64_t known);

/* Whether the strategy has the server end connections with a RST: then resets are no news. */
bool finding_resets_are_declared(const struct trial *trial);

/* Whether so many late FINs of one end are its process's: each retransmission of that end may
 * explain one, and below a share of the connections they are accidents. */
bool finding_late_fins_tell(
	double late, const struct end_figures *sender, const struct figures *figures);

#define FINDING_ENDED_SIZE 120

/* That processes of the server ended during the load, and what that does, as a clause; empty where
 * none was seen to. Returns `text`. */
const char *finding_ended_text(const struct trial *trial, char text[FINDING_ENDED_SIZE]);

/* Whether the event of the trial (--at) was to end its server, and did. */
bool finding_event_ended(const struct event_record *record);

#define FINDING_EVENT_SIZE 100

/* "restart (--at 0.5s)". Returns `text`. */
const char *finding_event_name(const struct event_record *record, char text[FINDING_EVENT_SIZE]);

/* "restart (--at 0.5s)": the event of the trial that ended the server, and behind which all of it
 * came that came first at `first_ns`; empty where there is none. Returns `text`. */
const char *finding_event_text(
	const struct trial *trial, uint64_t first_ns, char text[FINDING_EVENT_SIZE]);

/* The value of a setting of one end, as read back; `otherwise` where it was not recorded. */
const char *finding_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise);

/* A rate that lasts, as it is printed: never rounded up to one that does not. */
double finding_rate_floor(double rate);
/* Digits behind the point that finding_rate_floor leaves. */
int finding_rate_digits(double rate);

#endif
