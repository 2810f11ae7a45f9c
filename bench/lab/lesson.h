/* A lesson: a statement about closing, tried in real packets on a private network, with a wire in
 * its middle that holds and drops what the scene wants. One file in lessons/, one constant table in
 * it, one line in registry.c. lessons/skeleton.c is the manual.
 *
 * The verbs of a scene wait for what they name, at most LAB_DEADLINE_S. The first that fails ends
 * the scene: those behind it do nothing, and claims that were not decided by then are undecided,
 * with the reason. So a scene reads from top to bottom, without a check behind each line. */
#ifndef BENCH_LAB_LESSON_H
#define BENCH_LAB_LESSON_H

#include "bench/lab/application_verbs.h"
#include "bench/lab/late_segment.h"
#include "bench/lab/wire_verbs.h"
#include "bench/trace/tcp_states.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LESSON_CLAIMS_MAX 6
#define LAB_DEADLINE_S 20

enum verdict {
	UNDECIDED,
	HOLDS,
	DOES_NOT_HOLD,
	DIFFERS, /* it is true of something near: the sentence says of what */
	SKIPPED, /* this host or this call does not allow to try it */
};

struct claim {
	const char *id;     /* kebab-case, unique in its lesson. Required. */
	const char *text;   /* the statement, as somebody makes it. Required. */
	const char *source; /* who makes it: an RFC's section, a manual page, belief. Required. */
};

struct lesson {
	const char *name;           /* kebab-case. Required. */
	const char *asks;           /* the question, in one line. Required. */
	const struct claim *claims; /* Required. */
	size_t claim_count;         /* 1 to LESSON_CLAIMS_MAX. Required. */
	const char *scene;          /* what is done, in a sentence or two. Required. */
	const char *practice;       /* what follows for practice. Required. */
	/* Plays the scene, and decides each claim (lab_holds, lab_decide). Required. */
	void (*play)(struct lab *lab);
	/* The claim that is tried with --slow alone, and how much longer that takes. Optional:
	 * default --slow makes no difference. */
	const char *slow_claim;
	unsigned slow_s;
};

/* Both fields of a table's claims. */
#define LESSON_CLAIMS(array) .claims = (array), .claim_count = sizeof(array) / sizeof((array)[0])

/* The network's settings ------------------------------------------------------------------ */

/* Sets net.ipv4.NAME of one end, and reads it back. The server listens anew. */
void lab_set(struct lab *lab, enum lab_end end, const char *name, const char *value);

/* The same; where this kernel has no such setting, the lesson's claims are skipped, for that
 * reason. */
void lab_need(struct lab *lab, enum lab_end end, const char *name, const char *value);

/* What net.ipv4.NAME is in a network namespace in which nothing was set; `value` has room for
 * SYSCTL_VALUE_MAX. */
void lab_default(struct lab *lab, const char *name, char *value);

/* What this end sends and the other one does not read waits here: this end queues up to 4 MB, and
 * the other one has room for 8 KB. */
void lab_queue_at(struct lab *lab, enum lab_end end);

/* Segments that the wire holds, or carries late on a busy machine, are not sent again before 3 s;
 * where a kernel cannot be told so (before Linux 6.7), after 200 ms as ever. */
void lab_retransmit_late(struct lab *lab);

/* A connection ------------------------------------------------------------------------------ */

/* Established, and accepted by the server. */
struct pair *lab_connect(struct lab *lab);

/* The same from a port that the client binds first; 0: the kernel chooses. */
struct pair *lab_connect_from(struct lab *lab, uint16_t port);

/* The same; returns NULL with connect(2)'s errno where that fails. */
struct pair *lab_try_connect(struct lab *lab, uint16_t port, int *error);

/* Established once more from the port of an older connection. */
struct pair *lab_connect_again(const struct pair *old);

/* A connection that has carried an exchange and was closed by both ends, this one first, whose
 * kernel is seen to have it in TIME-WAIT. */
struct pair *lab_time_wait(struct lab *lab, enum lab_end first);

/* The client's next socket has this option before it connects. Where the kernel refuses it: as
 * lab_option. */
void lab_client_option(struct lab *lab, int level, int name, int value);

/* The client's next connection begins with this sequence number, not with one of the kernel's
 * clock. */
void lab_first_number(struct lab *lab, uint32_t number);

/* A whole connection of the client's host with itself, over the loopback, where the wire does not
 * see it: who connected closes first, and is left with TIME-WAIT. Returns 0 or connect(2)'s errno.
 */
int lab_loopback_connect(struct lab *lab);

/* Begins to connect, and waits for nothing: SYN-SENT. */
struct pair *lab_begin_connect(struct lab *lab);

/* The same from a port that the client binds first. */
struct pair *lab_begin_connect_from(struct lab *lab, uint16_t port);

/* Begins to connect from a port that the kernel chooses; returns NULL with connect(2)'s errno where
 * that fails at once. */
struct pair *lab_begin_connect_try(struct lab *lab, int *error);

/* Waits until a connection that was begun is established, and accepts it. */
void lab_finish_connect(struct pair *pair);

/* The server does not accept from now on, or does again. */
void lab_accept(struct lab *lab, bool accepts);

uint16_t lab_client_port(const struct pair *pair);

/* The server listens anew, or no more: what waits to be accepted is the kernel's to end. */
void lab_listen(struct lab *lab);
void lab_stop_listening(struct lab *lab);

/* Has a new socket of the server listen at the server's address. Returns 0, or bind(2)'s or
 * listen(2)'s errno. */
int lab_bind_listener(struct lab *lab, int fd);

/* Begins to connect a client's socket to this port of the server; 0: to where it listens. Returns 0
 * or connect(2)'s errno. */
int lab_connect_socket(struct lab *lab, int fd, uint16_t port);

/* A socket of an end's namespace. Returns -1 after a failure. */
int lab_new_socket(struct lab *lab, enum lab_end end);

/* connect()'s microseconds of processor time: of the tenth that was disturbed least, since the
 * thread that connects also deals with what arrives meanwhile. */
struct lab_connect_cost {
	double usual_us; /* to where the server listens */
	double other_us; /* to another of its ports */
};

/* Connects 100 times to each in turn, so that what else the machine does adds to both. The wire
 * drops the SYNs, and no port is used up. */
struct lab_connect_cost lab_connect_cost(struct lab *lab, uint16_t other_port);

/* What the kernel says ---------------------------------------------------------------------- */

/* By sock_diag, once nothing is on its way between the ends: a look while one of them goes on
 * sending by itself fails. CLOSED: it has no such connection. */
enum tcp_state lab_state(struct pair *pair, enum lab_end end);

enum lab_timer { TIMER_NONE, TIMER_RETRANSMIT, TIMER_KEEP_ALIVE, TIMER_TIME_WAIT, TIMER_PROBE };

struct lab_kernel_view {
	enum tcp_state state;
	enum lab_timer timer;
	unsigned expires_ms; /* of the timer */
	unsigned unread;     /* bytes */
	unsigned unacked;    /* bytes, a FIN among them */
	bool has_owner;      /* a process holds a descriptor */
};
struct lab_kernel_view lab_look(struct pair *pair, enum lab_end end);

/* Waits for the state. False: it did not come. That is no failure. */
bool lab_reaches(struct pair *pair, enum lab_end end, enum tcp_state state);

/* The same; where it does not come, the scene has failed. */
void lab_expect(struct pair *pair, enum lab_end end, enum tcp_state state);

/* Waits for the kernel's timer of the end; where it does not come, the scene has failed. */
void lab_expect_timer(struct pair *pair, enum lab_end end, enum lab_timer timer);

/* Waits until all that the end has sent is acknowledged. */
void lab_flush(struct pair *pair, enum lab_end end);

/* From here on the kernel's states of the connection do not follow from its segments: an
 * application's close(), or a timer, is told to nobody. Else a state that is not the one that
 * follows makes the whole lesson undecided. */
void lab_unlike_segments(struct pair *pair);

/* The same, where a setting has the kernel ignore RSTs: in the whole ladder they end nothing. */
void lab_ignore_resets(struct pair *pair);

/* A counter of the kernel's in an end's namespace, by its name in /proc/net/snmp or netstat
 * (bench/measure/counters.h). All count from 0: the network is the lesson's own. */
unsigned lab_counter(struct lab *lab, enum lab_end end, const char *name);

/* How many bytes a struct of the kernel's has, by its types' description (BTF); 0: it has none of
 * that name. Where there is no description, the lesson's claims are skipped, for that reason. */
unsigned lab_kernel_bytes(struct lab *lab, const char *name);

/* What comes of it ---------------------------------------------------------------------------- */

/* Seconds since the scene began. */
double lab_now_s(const struct lab *lab);

/* The connection's ladder is shown, with this caption (not copied): the first LAB_SHOWN_MAX. A
 * lesson that shows none has that of its first connection. */
void lab_show(struct pair *pair, const char *caption);

/* Figures of a claim, for --json. Names are not copied. */
struct measured {
	const char *name;
	double value;
};
void lab_measure_all(
	struct lab *lab, const char *claim, const struct measured *figures, size_t count);

/* lab_measure(lab, "tail-is-lost", {"queued_bytes", queued}, {"delivered_bytes", read.bytes}) */
#define lab_measure(lab, claim, ...)                                                               \
	lab_measure_all(lab, claim, (const struct measured[]){__VA_ARGS__},                        \
		sizeof((const struct measured[]){__VA_ARGS__}) / sizeof(struct measured))

/* Decides a claim, once, with one sentence why. After a failure it does nothing. */
void lab_decide(struct lab *lab, const char *claim, enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* HOLDS where it is true, and else DOES_NOT_HOLD. */
void lab_holds(struct lab *lab, const char *claim, bool is_true, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Where the claim was decided so, its sentence goes on behind a colon: why. */
void lab_explain(struct lab *lab, const char *claim, enum verdict verdict, const char *why);

/* Ends the scene: what it needs did not come about. */
void lab_fail(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool lab_has_failed(const struct lab *lab);

/* Ends the scene: claims that are not decided are skipped, for this reason. */
void lab_skip(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether what takes a minute is to be played, too. */
bool lab_is_slow(const struct lab *lab);

#endif
