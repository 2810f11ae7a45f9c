/* The one table of what a result file holds. A row says where a value stands, what it is, in which
 * unit, which way is better, how it is shown, and one sentence. From these rows come the writer of
 * a trial (trial_json.c), the reader's checks and the JSON Schema (schema.c), the metrics of
 * --fail-if, `compare` and the summary (metric.c), the cells of the text table, the CSV file, and
 * docs/result.md (bench/report/catalogue.c). */
#ifndef BENCH_RESULT_FIELDS_FIELD_H
#define BENCH_RESULT_FIELDS_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct figures;
struct trial;
struct sample_row;

/* Longest expanded path, its NUL included; fields_expand asserts it. */
#define FIELD_PATH_MAX 96

/* Up to here a number of JSON is exact for every reader (RFC 7493, section 2.2), and sums of
 * thousands of them fit into 64 bits. */
#define FIELD_COUNT_MAX ((INT64_C(1) << 53) - 1)

enum field_kind {
	FIELD_OBJECT,
	FIELD_LIST,
	FIELD_TEXT,    /* one line */
	FIELD_LINES,   /* text of several lines */
	FIELD_FLAG,    /* true or false */
	FIELD_COUNT,   /* integer, 0 to FIELD_COUNT_MAX */
	FIELD_ORDINAL, /* integer, 1 to FIELD_COUNT_MAX */
	FIELD_INTEGER,
	FIELD_NUMBER, /* at least 0 */
	FIELD_REAL,
	FIELD_VALUE, /* a text, an integer, a flag, or a list of texts */
	FIELD_WORD,  /* a text or a number */
	FIELD_AGAIN, /* an object as the item is of the list that it stands in */
};

/* What stands where a value is not known. */
enum field_presence {
	FIELD_REQUIRED, /* always there */
	FIELD_NULLABLE, /* null when nobody knows it */
	FIELD_OPTIONAL, /* left out when there is none */
};

/* How files of several hosts make one (`teardown merge`). */
enum field_merge {
	FIELD_NO_RULE, /* none was given: a test fails */
	FIELD_PARTS,   /* as what is in it says */
	FIELD_SAME,    /* the same in all files: else they are refused */
	FIELD_SUM,
	FIELD_SUM_OF_PEAKS, /* of each host's most: what all had at once is at most that */
	FIELD_LEAST,
	FIELD_MOST,
	FIELD_MEAN, /* weighted by `weight` */
	/* Of a rate that lasts: what all have together when the first one is at its end. `weight`
	 * is the rate that each has. */
	FIELD_LEAST_SHARE,
	FIELD_WHO,      /* the same, or "mixed"; "unknown" where one is */
	FIELD_ALIKE,    /* where all have the same; else left out */
	FIELD_FIRST,    /* that of the first file that has it */
	FIELD_MADE,     /* made anew, by bench/fleet */
	FIELD_LEFT_OUT, /* left out, or null: nothing is true of several hosts */
};

enum field_better {
	FIELD_NEITHER,
	FIELD_MORE, /* more is better */
	FIELD_LESS,
};

/* How a number is shown to a person. */
enum field_format {
	FIELD_WHOLE,      /* 1234 */
	FIELD_TENTHS,     /* 12.3 */
	FIELD_HUNDREDTHS, /* 0.12 */
	FIELD_MS,         /* microseconds as milliseconds, three digits that mean something */
	FIELD_PERCENT,    /* a share as 2.0 %; 0 where it is none */
	FIELD_BYTES,      /* 1.3 MB */
};

/* What the writer of a trial reads the value from. */
enum field_object {
	FIELD_BY_HAND, /* the writer's own code sets it */
	FIELD_OF_TRIAL,
	FIELD_OF_FIGURES,
	FIELD_OF_END, /* struct end_figures, of the end that stands for {end} */
	FIELD_OF_SAMPLE,
};

enum field_type {
	FIELD_U64,
	FIELD_U32,
	FIELD_DOUBLE, /* NAN: not known */
	FIELD_STRING,
	FIELD_BOOL,
};

struct field_source {
	enum field_object object;
	size_t offset;
	enum field_type type;
};

#define FIELD_TYPE(type, member)                                                                   \
	_Generic(((type *)0)->member, uint64_t: FIELD_U64, uint32_t: FIELD_U32, double             \
		 : FIELD_DOUBLE, const char *: FIELD_STRING, bool                                  \
		 : FIELD_BOOL)
#define FIELD_FROM(object, type, member)                                                           \
	{                                                                                          \
		object, offsetof(type, member), FIELD_TYPE(type, member)                           \
	}

struct field {
	/* Keys joined by dots; "[]" behind a list's key stands for its items. {end}, {latency},
	 * {quantile}, {counter}, {errno}, {state}, {loader_error} and {loader_latency} stand for
	 * each of their words, and the row for as many fields; {setting}, {option}, {number} and
	 * {metric} stand for keys that no table lists. Required. */
	const char *path;
	enum field_kind kind;
	enum field_presence presence;
	enum field_better better;
	enum field_format format;
	/* Optional: default it has none. */
	const char *unit;
	/* Of a text: all that it can be, NULL at the end. Optional: default any text. */
	const char *const *words;
	/* The same as a function: word i, NULL behind the last. Optional: default `words`. */
	const char *(*word)(size_t i);
	struct field_source source;
	/* Whether it is known of this trial; if not, it is null or left out, with all below it.
	 * Optional: default it is. */
	bool (*known)(const struct trial *trial);
	/* Whether a key that is not there means 0, where the object that would hold it is there. */
	bool absent_is_zero;
	/* Whether trials that are invalid count, too, where they have a value: their point may be
	 * what this tells. */
	bool of_invalid;
	/* Of a time: whether null means "never", where the object that would hold it is there. */
	bool absent_is_never;
	/* How files of several hosts make one. Required. */
	enum field_merge merge;
	/* Of a number: a flag of the trial that, where true, makes it an upper bound. Optional:
	 * default it is none. */
	const char *at_most_where;
	/* Of FIELD_MEAN and FIELD_LEAST_SHARE: path of the weight in the trial, {end} as in
	 * `path`. Required of these. */
	const char *weight;
	/* The key in the summary, and the name in --fail-if and `compare`; {end} as in `path`.
	 * Optional: default the summary leaves it out, and its name is its path. */
	const char *metric;
	/* Of a column that shows it alone: words, a line each at most, "|" between them. Optional:
	 * default such a column has none. */
	const char *heading;
	/* What it is: one sentence, {words} as in `path`. Required. */
	const char *sentence;
};

struct field_group {
	const char *title;
	const struct field *fields;
	size_t count;
};

extern const struct field_group field_group_file, field_group_trial, field_group_load,
	field_group_latency, field_group_tls, field_group_kernel, field_group_endings,
	field_group_others, field_group_clients, field_group_events, field_group_ramp,
	field_group_wire, field_group_nat, field_group_remote, field_group_sample,
	field_group_ladder;

/* In the order of the file. */
extern const struct field_group *const field_groups[];
extern const size_t field_group_count;

/* A field whose {words} were chosen. */
struct field_leaf {
	const struct field *field;
	char path[FIELD_PATH_MAX];
	size_t end; /* 0: server, 1: client; where {end} is in the path */
};

typedef void field_leaf_fn(void *argument, const struct field_leaf *leaf);

/* Calls `visit` for every choice of listed words of every row, in the order of the table; a path
 * that an earlier row has already is left out. Keys that no table lists stay {words}. */
void fields_expand(field_leaf_fn *visit, void *argument);

/* Word i of what a field's text can be; NULL behind the last, or where it can be any. */
const char *field_word(const struct field *field, size_t i);

/* A word for its rule of merging. */
const char *field_merge_word(const struct field *field);

/* Whether its kind is a number. */
bool field_is_number(const struct field *field);

/* What each listed {word} of the paths stands for, a line each, behind `prefix`. */
void fields_words_print(const char *prefix, FILE *out);

/* Writes `text` with its {words} replaced as they are in the leaf's path: a row's metric or
 * sentence. */
void field_leaf_text(const struct field_leaf *leaf, const char *text, char *to, size_t size);

#endif
