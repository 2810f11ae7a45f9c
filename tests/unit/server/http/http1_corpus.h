/* Requests, good and bad, and how each is answered: at unit level split at every position
 * (http1_test.c), and over a socket (scenario/server_http_corpus.py). */
#ifndef TESTS_UNIT_SERVER_HTTP_HTTP1_CORPUS_H
#define TESTS_UNIT_SERVER_HTTP_HTTP1_CORPUS_H

#include <stddef.h>

/* The limits that the rows are written for. */
enum {
	CORPUS_HEAD_MAX = 400,
	CORPUS_TARGET_MAX = 64,
	CORPUS_FIELDS_MAX = 8,
	CORPUS_BODY_MAX = 100,
	CORPUS_RESPONSE_BYTES = 3, /* a body of "012" */
	CORPUS_RESPONSE_MAX = 9,
};

struct corpus_row {
	const char *request;
	size_t length;
	/* Each response: its status, "+" when the connection goes on, and the body of a 200 in
	 * brackets; "..." when the last request is not complete. */
	const char *expected;
};

extern const struct corpus_row corpus[];
extern const size_t corpus_count;

#endif
