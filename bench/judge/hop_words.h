/* What is written of a trial's ends speaks of "the server" and "the client". Of a run with a proxy
 * these are the proxy and its clients in front, and the upstream and the proxy behind: there are
 * two of each, and the reader is told which. */
#ifndef BENCH_JUDGE_HOP_WORDS_H
#define BENCH_JUDGE_HOP_WORDS_H

#include "bench/trial/record.h"

/* Takes a text of the heap, and returns it in the words of the trial's hop: the same where there is
 * no proxy, or no memory for another one. To be freed. */
char *hop_words_put(const struct trial *trial, char *text);

#endif
