/* A strategy's claims, tried: real connections between two namespaces, held to what the table says
 * of first closer, holder and bytes. */
#ifndef BENCH_CHECK_CLAIM_H
#define BENCH_CHECK_CLAIM_H

#include "bench/options/options.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A response of this size always arrives, whatever the strategy gives up. */
#define CLAIM_SMALL_BYTES 300
/* More than a client's receive buffer holds at first: a small response hides what is lost. */
#define CLAIM_LARGE_BYTES 300000

struct claim {
	const struct td_strategy *strategy;
	uint64_t response_bytes;
	bool is_ipv6; /* Optional: default IPv4. */
};

/* What is wrong, all of it, a line each; empty: nothing is. */
struct complaints {
	size_t length;
	char text[4000];
};

void complain(struct complaints *complaints, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void complain_unless_equal(
	struct complaints *complaints, const char *what, uint64_t found, uint64_t expected);

/* The options of `teardown run` that a claim is tried with. Returns 0 or -1. */
int claim_options(struct run_options *options, const struct claim *claim, struct error *error);

/* Runs one trial, and adds what differs from the claim. `established` is how many connections there
 * were. Returns 0, or -1 when there was no trial. */
int claim_try(const struct claim *claim, struct complaints *complaints, uint64_t *established,
	struct error *error);

#endif
