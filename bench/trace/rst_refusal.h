/* Which RSTs end nothing, as the segments prove it: its sender lives on, or its receiver did not
 * take it. Only the very number that is expected resets (RFC 5961, 3.2). A RST from an end that is
 * gone counts all the same: it answers what the other end sent, or goes on where its own data
 * ended. */
#ifndef BENCH_TRACE_RST_REFUSAL_H
#define BENCH_TRACE_RST_REFUSAL_H

#include "bench/trace/tcp_ending.h"

/* A RST of `side` that is seen now: whether its number lies outside the receiver's window. */
bool rst_refusal_is_outside(
	const struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *rst);

/* Whether the RST of the segment's own sender is shown to be none of it, by this later segment. One
 * from before the RST that is captured later shows nothing of this. */
bool rst_refusal_lives_on(const struct tcp_ending_end *mine, const struct tcp_header *later);

/* Whether the other end sent this segment although the RST of `mine` had arrived there, as a
 * challenge ACK: it awaits another number. */
bool rst_refusal_is_challenged(const struct tcp_ending_end *mine, const struct tcp_header *later);

/* What the end's window has room for, as it says in this segment. */
void rst_refusal_window_see(struct tcp_ending_end *mine, const struct tcp_ending_end *other,
	const struct tcp_header *header);

#endif
