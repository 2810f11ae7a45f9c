/* A record as a JSON object, and back: one table says which field has which name, and what may
 * stand there. What is read back comes from another host: nothing is taken that the table does not
 * allow. */
#ifndef BENCH_ENDS_RECORD_JSON_H
#define BENCH_ENDS_RECORD_JSON_H

#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
	RECORD_U64,
	RECORD_U32,
	RECORD_U16,
	RECORD_BOOL,
	RECORD_INSTANT, /* uint64_t of CLOCK_MONOTONIC; 0: there is none */
	RECORD_TEXT,
	RECORD_ADDRESS,     /* struct address, as text */
	RECORD_PLACE,       /* struct tcp_segment_end, as text */
	RECORD_ONE,         /* a record: an object */
	RECORD_ONE_OR_NULL, /* the same; null stands for one whose bytes are all 0 */
	RECORD_LIST         /* records: an array */
};

struct record;

struct record_field {
	const char *name;
	enum record_kind kind;
	size_t offset;
	size_t most; /* of a number, 0: no bound; bytes of a text's room; records of a list */
	const struct record *of; /* of RECORD_ONE and RECORD_LIST */
	size_t count_offset;     /* of RECORD_LIST: the size_t that says how many there are */
};

struct record {
	const struct record_field *fields;
	size_t count;
	size_t size;           /* of the C struct */
	bool leaves_out_zeros; /* of all its fields: one that is not there is 0 */
};

/* Returns a new object; NULL where there is no memory. A text is written as far as it can be shown
 * (printable.h). */
json_t *record_json(const struct record *record, const void *from);

/* Fills the fields of `to`, and leaves the rest as it is; instants are moved by `shift_ns`. Fields
 * that the table does not have are passed over. Returns 0; or -1, and why the object is none of
 * these records, and `to` is of no use. */
int record_json_take(const json_t *object, const struct record *record, int64_t shift_ns, void *to,
	struct error *error);

#endif
