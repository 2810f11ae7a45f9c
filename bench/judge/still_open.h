/* What was still open after a trial had settled: in which states, and who can end it. */
#ifndef BENCH_JUDGE_STILL_OPEN_H
#define BENCH_JUDGE_STILL_OPEN_H

#include "bench/judge/figures.h"

#include <stddef.h>

/* Longest text, its NUL included: every state at both ends. */
#define STILL_OPEN_TEXT_MAX 2048

/* Writes one sentence: "20 connections are still open: at the server 20 in CLOSE_WAIT, which its
 * process has not closed (the oldest for 6.9 s); at the client …". Empty where nothing is open. */
void still_open_text(
	const struct trial *trial, const struct figures *figures, char text[STILL_OPEN_TEXT_MAX]);

#endif
