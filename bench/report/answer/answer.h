/* The answer of a run, above its table: what it shows, for whom, and at what price. It is made from
 * medians of valid trials. A pure function of the result. */
#ifndef BENCH_REPORT_ANSWER_ANSWER_H
#define BENCH_REPORT_ANSWER_ANSWER_H

#include <jansson.h>
#include <stddef.h>

/* Fewer valid trials of a strategy say nothing that is worth a sentence. */
#define ANSWER_TRIALS_LEAST 3
#define ANSWER_SENTENCES_MAX 13

enum answer_kind {
	ANSWER_NONE_VALID, /* nothing was measured that counts */
	ANSWER_PORTS_OUT,  /* connect(2) found no port */
	ANSWER_PORTS_HALF, /* more than half of the ports were held */
	ANSWER_PORTS_SOON, /* a longer trial at this rate would find none */
	ANSWER_PORTS_WELL, /* nobody came near that */
	ANSWER_FASTEST,    /* its interval is clear of all that it is compared with */
	ANSWER_ALIKE,      /* the first is not clear of the next */
	ANSWER_ONE,        /* there is nothing to compare it with */
	ANSWER_AT_A_PRICE, /* clearly faster than these, and gives something up */
	ANSWER_LOST,       /* responses were lost */
	ANSWER_UNDECLARED, /* nobody says what it gives up */
	ANSWER_LEFT_OUT,   /* too few valid trials, where others have enough */
	ANSWER_FEW,        /* nobody has enough */
	ANSWER_KINDS
};

struct answer_sentence {
	enum answer_kind kind;
	char *text; /* the answer's own */
};

struct answer {
	size_t count;
	struct answer_sentence list[ANSWER_SENTENCES_MAX];
};

/* To be released with answer_finish(). */
struct answer answer_of(const json_t *result);
void answer_finish(struct answer *answer);

#endif
