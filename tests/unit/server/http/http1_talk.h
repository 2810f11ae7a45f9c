/* A connection as flow.c has one, without its socket; and what it answers, read back. */
#ifndef TESTS_UNIT_SERVER_HTTP_HTTP1_TALK_H
#define TESTS_UNIT_SERVER_HTTP_HTTP1_TALK_H

#include "server/http/http1.h"

#include <stdbool.h>
#include <stddef.h>

extern struct output_buffer talk_output;

/* With the limits of the corpus. */
extern const struct http1_service talk_service;

struct talk {
	struct http1 http;
	bool ended; /* the last response is given */
	bool begun; /* a request is not complete */
};

/* Begins a connection, and forgets what the one before was answered. */
void talk_begin(struct talk *t);

/* Feeds the bytes as they would be read at once. */
void talk_feed(struct talk *t, const char *bytes, size_t length);

/* Appends bytes of a body to a text, 0 in place of NUL. */
void talk_append(char *text, const char *bytes, size_t length);

/* Everything that was answered, as the corpus writes it; valid until the next call. */
const char *talk_read(const struct talk *t);

/* Of everything that was answered, what was sent back of requests' bodies: "[body]" for each
 * request that had one, "-" for each that had none, nothing for one that was refused. */
const char *talk_read_echoes(void);

#endif
