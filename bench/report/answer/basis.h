/* What the sentences of an answer are made from. */
#ifndef BENCH_REPORT_ANSWER_BASIS_H
#define BENCH_REPORT_ANSWER_BASIS_H

#include "bench/report/answer/answer.h"
#include "bench/report/answer/outcome.h"

#include <stdbool.h>
#include <stdio.h>

/* A connection that the end of a trial cuts off makes the mean less than was asked for. */
#define ANSWER_KEPT_ALIVE_LEAST 1.5

struct answer_basis {
	const json_t *result;
	struct outcomes outcomes;
	bool is_open;          /* the load was a schedule: what tells is latency, not the rate */
	bool is_of_requests;   /* a schedule of requests: each strategy is asked as often */
	bool is_kept_alive;    /* all that can be compared have several exchanges on a connection */
	double response_bytes; /* of a response's body; 0: not known */
	/* Set last: whether something gives up nothing and has ports enough, and the first of those
	 * that the first place is looked for in; NULL: there is none. */
	bool has_safe;
	const struct outcome *leader;
};

struct answer_basis answer_basis_of(const json_t *result);
void answer_basis_finish(struct answer_basis *basis);

/* Writes the sentence, and returns whether there is one. Without its full stop. */
typedef bool answer_sentence_fn(const struct answer_basis *basis, FILE *out);

answer_sentence_fn answer_none_valid, answer_few, answer_left_out, answer_undeclared;
answer_sentence_fn answer_ports_out, answer_ports_half, answer_ports_soon, answer_ports_well;
answer_sentence_fn answer_fastest, answer_alike, answer_one, answer_at_a_price;
answer_sentence_fn answer_lost;

/* Whether the strategy has trials enough to be told of. */
bool answer_is_told(const struct outcome *outcome);

/* Whether it is told of, and its rate may be held against others': as many exchanges on a
 * connection as they have, and nothing that was lost. */
bool answer_is_compared(const struct answer_basis *basis, const struct outcome *outcome);

/* Whether it is compared, gives up nothing, and has ports enough. */
bool answer_is_safe(const struct answer_basis *basis, const struct outcome *outcome);

/* Whether the first place is looked for among these: what is safe; all, where nothing is. */
bool answer_is_in_pool(const struct answer_basis *basis, const struct outcome *outcome);

bool answer_is_better(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b);

/* What is compared: requests a second; in an open loop, where these are given, p99. */
const struct outcome_figure *answer_figure(
	const struct answer_basis *basis, const struct outcome *outcome);

/* Whether a is better than b, and their intervals do not meet. */
bool answer_is_clear(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b);

/* "41.7k requests/s"; "a p99 of 2.43 ms". */
void answer_figure_write(
	const struct answer_basis *basis, const struct outcome *outcome, FILE *out);
/* " (95 %: 41.5k-42.6k)" */
void answer_interval_write(
	const struct answer_basis *basis, const struct outcome *outcome, FILE *out);

/* Whether the client's ports are enough for its rate, as far as the trials tell. */
bool answer_ports_last(const struct outcome *outcome);

/* "gives up the tail of a response", or short: "gives up the tail"; "holds all its ports after 2.1
 * s at that rate" */
void answer_price_write(const struct outcome *outcome, bool is_short, FILE *out);

/* "a, b and 2 more", of those that are chosen. Returns how many are. */
typedef bool answer_choice_fn(const struct answer_basis *basis, const struct outcome *outcome);
size_t answer_names_write(const struct answer_basis *basis, answer_choice_fn *is_chosen, FILE *out);
size_t answer_count(const struct answer_basis *basis, answer_choice_fn *is_chosen);

#endif
