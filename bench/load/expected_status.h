/* Which status a response of the load is to have (--expect). */
#ifndef BENCH_LOAD_EXPECTED_STATUS_H
#define BENCH_LOAD_EXPECTED_STATUS_H

#include <stdbool.h>

#define EXPECTED_STATUS_TEXT 8

/* All zeros: any 2xx. */
struct expected_status {
	unsigned low, high;
};

/* Takes "413", or a class: "4xx". Returns false when it is neither, or no status of a final
 * response (200 to 599). */
bool expected_status_parse(struct expected_status *expected, const char *text);

bool expected_status_has(const struct expected_status *expected, unsigned status);

/* As it is written: "413", "4xx". */
void expected_status_text(const struct expected_status *expected, char text[EXPECTED_STATUS_TEXT]);

#endif
