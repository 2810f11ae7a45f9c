/* The answer of a run, above its table: what it shows, for whom, and at what price, in two short
 * sentences. It is made from medians of valid trials. A pure function of what came of each. */
#ifndef BENCH_REPORT_ANSWER_ANSWER_H
#define BENCH_REPORT_ANSWER_ANSWER_H

#include <stddef.h>

/* Fewer trials of a strategy say nothing that is worth a sentence. */
#define ANSWER_TRIALS_LEAST 3
#define ANSWER_SENTENCES_MAX 2
/* What does not fit in so many words is left to the table. What bounds the first sentence's claim
 * is said all the same. */
#define ANSWER_WORDS_MAX 45

struct answer_sentence {
	char *text; /* the answer's own */
};

struct answer {
	size_t count; /* 0: there is nothing to say */
	struct answer_sentence list[ANSWER_SENTENCES_MAX];
};

struct answer_basis;

/* To be released with answer_finish(). */
struct answer answer_of(const struct answer_basis *told);
void answer_finish(struct answer *answer);

#endif
