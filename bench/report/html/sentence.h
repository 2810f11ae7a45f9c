/* The answer's sentences on a page. */
#ifndef BENCH_REPORT_HTML_SENTENCE_H
#define BENCH_REPORT_HTML_SENTENCE_H

#include "bench/report/answer/answer.h"
#include "bench/report/answer/outcome.h"

#include <stdio.h>

/* Writes the first sentence large, and the others below it. Names of strategies stand out. */
void sentences_write(const struct answer *answer, const struct outcomes *outcomes, FILE *out);

#endif
