/* Verbs of a scene for the wire in its middle: what it holds, drops and copies, and what it saw. */
#ifndef BENCH_LAB_WIRE_VERBS_H
#define BENCH_LAB_WIRE_VERBS_H

#include "bench/wire/relay.h"

#include <stdbool.h>
#include <stdint.h>

enum lab_end {
	SERVER = RELAY_SERVER,
	CLIENT = RELAY_CLIENT,
};

struct lab;

/* A connection, both ends of it. It belongs to the lab. After a failure all verbs take NULL. */
struct pair;

/* Rules -------------------------------------------------------------------------------------- */

/* Rules are numbered; a number is good until the rule is released with lab_open. */
int lab_add_rule(struct lab *lab, const struct rule *rule);

/* The same with its fields: lab_rule(lab, RULE_COPY, SERVER, .payload = PAYLOAD_SOME). */
#define lab_rule(lab, ...) lab_add_rule(lab, &(const struct rule){__VA_ARGS__})

/* Holds all that the end sends. */
int lab_gate(struct lab *lab, enum lab_end end);

/* Drops the n-th segment that the end sends from now on; 0: each. */
int lab_drop(struct lab *lab, enum lab_end end, uint32_t nth);

/* All that the end sends from now on says a time that is so far back; what the other end echoes of
 * it is changed again. */
void lab_set_clock_back(struct lab *lab, enum lab_end end, int milliseconds);

/* Waits until the rule holds so many. */
void lab_await_held(struct lab *lab, int rule, unsigned count);

/* Waits until the rule has acted on so many. */
void lab_await_acted(struct lab *lab, int rule, unsigned count);

/* Lets so many through; the rule stays. */
void lab_release(struct lab *lab, int rule, unsigned count);

/* Ends the rule; what it holds is let through. */
void lab_open(struct lab *lab, int rule);

/* The same of all rules. */
void lab_open_all(struct lab *lab);

/* Sends a segment that nobody sent, between the ends of what the rule holds. */
void lab_inject(struct lab *lab, int rule, const struct tcp_header *header);

/* Segments ----------------------------------------------------------------------------------- */

/* How many segments the wire has seen by now. */
uint64_t lab_mark(struct lab *lab);

/* Segments of a connection that an end sent, as the wire saw them. */
struct lab_segments {
	enum lab_end from;
	uint8_t flags, not_flags; /* as of a rule */
	enum rule_payload payload;
	uint64_t since; /* from this place on: lab_mark */
	bool once;      /* one that the end sends again is not counted again */
};

unsigned lab_count_segments(struct pair *pair, const struct lab_segments *segments);
void lab_await_segments(struct pair *pair, unsigned count, const struct lab_segments *segments);

struct lab_sent_segment {
	struct tcp_header header;
	double at_ms; /* since the scene's first segment */
};

/* The n-th of them, from 1; where there is none, the scene has failed. */
struct lab_sent_segment lab_find_segment(
	struct pair *pair, unsigned nth, const struct lab_segments *segments);

/* The verbs of a scene take the fields, the end first: lab_count(pair, SERVER, .flags = TCP_RST).
 */
#define LAB_SEGMENTS(...) (&(const struct lab_segments){__VA_ARGS__})

/* How many there are by now; of both ends together. */
#define lab_count(pair, ...) lab_count_segments(pair, LAB_SEGMENTS(__VA_ARGS__))
#define lab_count_both(pair, ...)                                                                  \
	(lab_count(pair, SERVER, __VA_ARGS__) + lab_count(pair, CLIENT, __VA_ARGS__))

/* Waits until there are so many. */
#define lab_await(pair, count, ...) lab_await_segments(pair, count, LAB_SEGMENTS(__VA_ARGS__))

/* The header of the n-th, and when it was sent. */
#define lab_header(pair, nth, ...) lab_find_segment(pair, nth, LAB_SEGMENTS(__VA_ARGS__)).header
#define lab_sent_ms(pair, nth, ...) lab_find_segment(pair, nth, LAB_SEGMENTS(__VA_ARGS__)).at_ms

/* The sequence number of an end's first byte. */
#define lab_first_byte(pair, end) (lab_header(pair, 1, end, .flags = TCP_SYN).seq + 1)

/* How long after the first of them the second one was sent. */
#define lab_again_ms(pair, ...)                                                                    \
	(lab_sent_ms(pair, 2, __VA_ARGS__) - lab_sent_ms(pair, 1, __VA_ARGS__))

/* How long after its first SYN the client sent its last one; 0: the first was enough. */
double lab_last_syn_ms(struct pair *pair);

#endif
