/* Which connections of a capture are meant: by number, by port, or by a text in their data. */
#ifndef BENCH_TRACE_SELECTION_H
#define BENCH_TRACE_SELECTION_H

#include "bench/trace/connection.h"

#include <stddef.h>

enum selection_kind { SELECT_ALL, SELECT_NUMBER, SELECT_PORT, SELECT_TEXT, SELECT_FOUND };

struct selection {
	enum selection_kind kind;
	uint32_t number;  /* of SELECT_NUMBER */
	uint16_t port;    /* of SELECT_PORT: of either end */
	const char *text; /* of SELECT_TEXT: within the payload of one segment */
	/* The connections that were met so far, a bit each; of SELECT_FOUND these are meant. */
	uint8_t *found;
	size_t found_size;
	uint32_t found_count, found_first;
	bool no_memory; /* some that were met are not in it */
};

/* Looks at a segment of the connection. */
void selection_see(struct selection *selection, const struct connection *connection,
	const struct segment *segment);

/* Whether the connection is meant, by the segments that were looked at. */
bool selection_has(const struct selection *selection, const struct connection *connection);

/* From now on those that were met are meant. */
void selection_settle(struct selection *selection);

void selection_finish(struct selection *selection);

#endif
