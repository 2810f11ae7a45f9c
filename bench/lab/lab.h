/* Plays a lesson, and keeps what came of it. */
#ifndef BENCH_LAB_LAB_H
#define BENCH_LAB_LAB_H

#include "bench/lab/lesson.h"
#include "bench/lab/outcome.h"
#include "bench/lab/rest.h"
#include "bench/network/network.h"
#include "bench/trace/state_course.h"
#include "bench/wire/wire.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

#define LAB_PORT 8080
#define LAB_ENDS RELAY_ENDS
#define LAB_DEADLINE_NS (LAB_DEADLINE_S * NS_PER_S)

/* A state that the kernel told while nothing was on its way, and how many segments the wire had
 * seen by then. */
struct state_sight {
	enum lab_end end;
	enum tcp_state state;
	uint64_t mark;
};

struct pair {
	struct pair *next; /* in the order in which they were made */
	struct lab *lab;
	int fds[LAB_ENDS];
	struct tls_channel *channels[LAB_ENDS]; /* NULL: it speaks no TLS */
	struct address client;                  /* address and port */
	uint64_t mark, mark_end; /* its segments lie between these places of the wire's record */
	struct state_sight *sights;
	size_t sight_count, sight_room;
	size_t like_count;   /* so many of them, the first ones, follow from the segments */
	bool ignores_resets; /* a setting has the kernel ignore them */
	const char *caption; /* NULL: not shown */
};

/* As setsockopt(2) has it. */
struct socket_option {
	int level, name, value;
};

struct lab {
	const struct lesson *lesson;
	const struct lab_options *options;
	struct network network;
	struct wire *wire;
	struct kernel_look *looks[LAB_ENDS];
	struct rest_source rests[LAB_ENDS];
	struct lab_tls *tls;   /* NULL: connections speak no TLS */
	struct lab_ring *ring; /* NULL: the scene has none */
	int listener;
	bool accepts;
	bool has_first_number, has_client_option; /* of the client's next connection */
	uint32_t first_number;
	struct socket_option client_option;
	uint64_t began_ns;
	struct pair *first, *last;
	struct lesson_outcome *outcome;
	char failure[OUTCOME_TEXT];
	bool is_skipped;
};

struct lab_options {
	bool slow;
	bool is_ipv6;                     /* Optional: default IPv4. */
	const char *capture_path;         /* pcapng of what the wire saw; NULL: none */
	const volatile bool *interrupted; /* a scene ends where this is not 0 */
};

/* Plays it on a network of its own. Returns 0, also where claims stay undecided; or -1 where no
 * lesson can be played on this host. */
int lab_play(const struct lesson *lesson, const struct lab_options *options,
	struct lesson_outcome *outcome, struct error *error);

/* For the files of this room ----------------------------------------------------------------- */

bool lab_is_over(struct lab *lab); /* failed, skipped or interrupted */

/* Claims that are not decided when the scene has ended are undecided, or skipped; says why. */
void lab_decide_rest(struct lab *lab);

uint64_t lab_deadline_ns(void);

/* The descriptor of an end's namespace. */
int lab_netns(const struct lab *lab, enum lab_end end);

/* Waits for the wire's next doing, or for a moment: what is waited for may have no event. */
void lab_wait_a_moment(struct lab *lab);

#endif
