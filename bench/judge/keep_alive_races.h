/* How many requests met the server's close on a connection that had been kept: by the count of the
 * builtin loader, or by packets where a third party's makes the load. */
#ifndef BENCH_JUDGE_KEEP_ALIVE_RACES_H
#define BENCH_JUDGE_KEEP_ALIVE_RACES_H

#include "bench/judge/figures.h"

#include <stdbool.h>

struct keep_alive_races {
	double raced;
	double unread; /* of these: TCPAbortOnClose counts them, and reset-unread is none of them */
	/* Of these: they came behind the server's FIN, and its socket took them. Such a server
	 * closes nothing with unread input, and so no RST tells which others it had not read when
	 * it sent its FIN: there may be more. */
	double drained;
	/* Of these: the request was sent ahead of a response that announced the close, as the
	 * builtin loader knows; or the server had it before it sent its FIN, behind such a
	 * response, as far as heads of a third party's responses were seen. */
	double announced;
	bool is_exact;
	/* There may be more: requests were sent ahead (pipelining), so that a connection, whose
	 * RST counts once, may have lost several; or some were drained. */
	bool is_least;
};

/* Of the requests that the server's namespace sent elsewhere, to another process there: those that
 * its kernel reset unread, at least. The kernel counts them with the load's. */
double keep_alive_races_unread_of_others(const struct figures *figures);

struct keep_alive_races keep_alive_races_of(
	const struct trial *trial, const struct figures *figures);

#endif
