/* Reasons for which a trial is invalid. */
#ifndef BENCH_JUDGE_REASONS_H
#define BENCH_JUDGE_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reasons {
	char **text; /* one each, as many as there are */
	size_t count;
	bool incomplete; /* there was no memory for all of them */
};

void reasons_add(struct reasons *reasons, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds "`n` of `all` `what`"; nothing where n is 0. */
void reasons_share(struct reasons *reasons, uint64_t n, uint64_t all, const char *what);

/* Adds "`n` `what`"; nothing where n is 0. */
void reasons_count(struct reasons *reasons, uint64_t n, const char *what);

void reasons_finish(struct reasons *reasons);

#endif
