/* Whether the server had announced the closes that requests met (Connection: close; RFC 9112,
 * section 9.6), as the heads of its last responses tell, and so who is to mend what. */
#ifndef BENCH_FINDINGS_CLOSE_ANNOUNCED_H
#define BENCH_FINDINGS_CLOSE_ANNOUNCED_H

#include "bench/findings/finding.h"

#define CLOSE_ANNOUNCED_TEXT_SIZE 240
#define CLOSE_ANNOUNCED_CURE                                                                       \
	"have the server announce its last response (Connection: close), and the client send no "  \
	"request behind that, and give up idle connections before the server does"

#define CLOSE_AHEAD_CURE                                                                           \
	"the client sends ahead of the responses (pipelining): have it wait for each, or send "    \
	"again what got no answer"

/* A clause that begins with "; ", or nothing where it is not known. */
void close_announced_write(
	const struct response_closes *late, char text[CLOSE_ANNOUNCED_TEXT_SIZE]);

const char *close_announced_cure(const struct response_closes *late);

void close_announced_numbers(struct findings *findings, const struct response_closes *late);

#endif
