/* What the clauses of an answer are made from. */
#ifndef BENCH_REPORT_ANSWER_BASIS_H
#define BENCH_REPORT_ANSWER_BASIS_H

#include "bench/report/answer/answer.h"
#include "bench/report/answer/outcome.h"

#include <stdbool.h>
#include <stdio.h>

enum answer_kind {
	ANSWER_NONE_VALID,   /* nothing was measured that counts */
	ANSWER_FEW,          /* nobody has enough valid trials */
	ANSWER_NONE_COUNTED, /* of nobody is more known than an upper bound */
	ANSWER_FASTEST,      /* its interval is clear of all that it is compared with */
	ANSWER_ALIKE,        /* the first is not clear of the next */
	ANSWER_ONE,          /* there is nothing to compare it with */
	ANSWER_LOST,         /* responses were lost */
	ANSWER_PORTS_OUT,    /* connect(2) found no port */
	ANSWER_LEFT_OUT,     /* too few valid trials, where others have enough */
	ANSWER_AT_MOST,      /* an upper bound, where others were counted */
	ANSWER_FASTER,       /* clearly faster than the first, and at what price */
	ANSWER_PORTS_HALF,   /* more than half of the ports were held */
	ANSWER_PORTS_SOON,   /* a longer trial at this rate would find none */
	ANSWER_PORTS_WELL,   /* nobody came near that */
	ANSWER_KINDS
};

/* Those of which a clause that stands before says what they cost, ports too. */
#define ANSWER_PRICED_MAX 3
struct answer_priced {
	size_t count;
	const struct outcome *list[ANSWER_PRICED_MAX];
};

struct answer_basis {
	struct outcomes outcomes;
	bool is_open;          /* the load was a schedule: what tells is latency, not the rate */
	bool is_of_requests;   /* a schedule of requests: each strategy is asked as often */
	bool is_kept_alive;    /* all that can be compared have several exchanges on a connection */
	bool is_proxied;       /* the server is a proxy: its own ports are not in these figures */
	json_t *behind_result; /* of the hop behind it; NULL: there is none */
	struct outcomes behind;
	/* Set last: whether something gives up nothing and has ports enough, and the first of those
	 * that the first place is looked for in; NULL: there is none. */
	bool has_safe;
	const struct outcome *leader;
	struct answer_priced priced; /* what the clauses that stand before have said */
};

struct answer_basis answer_basis_of(const json_t *result);
void answer_basis_finish(struct answer_basis *basis);

/* One clause, without a full stop, to be freed; NULL: that is not so in this run. */
char *answer_clause(const struct answer_basis *basis, enum answer_kind kind);

/* Writes the clause, and returns whether there is one. */
typedef bool answer_clause_fn(const struct answer_basis *basis, FILE *out);

answer_clause_fn answer_none_valid, answer_few, answer_left_out, answer_lost;
answer_clause_fn answer_none_counted, answer_at_most;
answer_clause_fn answer_ports_out, answer_ports_half, answer_ports_soon, answer_ports_well;
answer_clause_fn answer_fastest, answer_alike, answer_one, answer_faster;

/* Whether the strategy has valid trials enough to be told of. */
bool answer_is_told(const struct outcome *outcome);

/* Chooses strategies. */
typedef bool answer_choice_fn(const struct answer_basis *basis, const struct outcome *outcome);

/* Told of, and its rate may be held against others': as many exchanges on a connection as they
 * have, and nothing that was lost. */
answer_choice_fn answer_is_compared;
/* Compared, gives up nothing, and has ports enough. */
answer_choice_fn answer_is_safe;
/* The first place is looked for among these: what is safe; all that are compared, where nothing
 * is. */
answer_choice_fn answer_is_in_pool;
/* Lost a response, or ran out of ports, in one of trials enough. */
answer_choice_fn answer_has_lost, answer_ran_out;

bool answer_is_better(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b);

/* What is compared: requests a second; in an open loop, where these are given, p99. */
const struct outcome_figure *answer_figure(
	const struct answer_basis *basis, const struct outcome *outcome);

/* It makes many requests on a connection, which those that are compared do not. */
answer_choice_fn answer_is_unlike;

/* Whether a is better than b, and their intervals do not meet. */
bool answer_is_clear(
	const struct answer_basis *basis, const struct outcome *a, const struct outcome *b);

/* "41.7k"; of an open loop "2.43" */
void answer_value_write(const struct answer_basis *basis, const struct outcome *outcome, FILE *out);
/* "requests/s"; of an open loop "ms" */
const char *answer_unit(const struct answer_basis *basis);

/* Whether several exchanges are made on a connection. */
bool answer_is_kept_alive(const struct outcome *outcome);

/* Whether the client's ports are enough for its rate, as far as the trials tell. */
bool answer_ports_last(const struct outcome *outcome);

/* "gives up tail + guard; ports end after 2.1 s", of what it costs. Returns whether it costs
 * anything. */
bool answer_price_write(const struct outcome *outcome, FILE *out);

bool answer_is_priced(const struct answer_priced *priced, const struct outcome *outcome);
void answer_priced_add(struct answer_priced *priced, const struct outcome *outcome);
/* Adds those that the clause of ANSWER_FASTER names. */
void answer_faster_named(const struct answer_basis *basis, struct answer_priced *priced);

/* What several cost together. */
enum answer_pays {
	ANSWER_PAYS_TAIL,
	ANSWER_PAYS_GUARD,
	ANSWER_PAYS_UNDECLARED,
	ANSWER_PAYS_PORTS,
	ANSWER_PAYS_CONNECTIONS, /* new ones: it makes many requests on each */
	ANSWER_PAYS_KINDS
};

struct answer_prices {
	size_t of; /* strategies */
	bool is_paid[ANSWER_PAYS_KINDS];
};

void answer_prices_add(struct answer_prices *prices, const struct answer_basis *basis,
	const struct outcome *outcome);
/* ", at the price of guard or ports"; nothing where they cost nothing. */
void answer_prices_write(const struct answer_prices *prices, FILE *out);

/* "2.0", "44" */
void answer_seconds(double seconds, char *text, size_t size);

/* "a, b and 2 more", of those that are chosen. Returns how many are. */
size_t answer_names_write(const struct answer_basis *basis, answer_choice_fn *is_chosen, FILE *out);
size_t answer_count(const struct answer_basis *basis, answer_choice_fn *is_chosen);

#endif
