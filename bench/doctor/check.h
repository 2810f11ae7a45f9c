/* A check: one diagnosis of a host, a pure function of what was read. One file in checks/, one
 * constant table in it, one line in registry.c. */
#ifndef BENCH_DOCTOR_CHECK_H
#define BENCH_DOCTOR_CHECK_H

#include "bench/doctor/records.h"

#include <stdbool.h>
#include <stddef.h>

struct diagnosis;

struct doctor_check {
	const char *id; /* kebab-case; --explain and JSON name it. Required. */
	/* Sentences for --explain. Required. */
	const char *means;  /* what a host that has it shows, and what comes of it */
	const char *source; /* what is read, and where the fact is from */
	const char *cure;
	/* What was looked at and found well, for the line of fine things: "listen queues".
	 * Required.
	 */
	const char *fine;
	bool is_of_files; /* it judges the lines of files, else a namespace of the host */
	/* Whether a namespace tells what it judges by. Where none does, it does not look, nor is it
	 * fine. Optional: default it does.
	 */
	bool (*can_judge)(const struct doctor_namespace *space);
	/* Whether it can look: what it needs was told. Optional: default it can. */
	bool (*applies)(const struct doctor_host *host);
	/* Looks at one namespace, and calls diagnosis_add for each time that it shows this.
	 * Required.
	 */
	void (*check)(struct diagnosis *diagnosis, const struct doctor_host *host,
		const struct doctor_namespace *space);
};

/* All of them, the most harmful first. */
extern const struct doctor_check *const doctor_checks[];
extern const size_t doctor_check_count;

/* Whether a check looks at this host, or at these files. */
bool doctor_check_applies(const struct doctor_check *check, const struct doctor_host *host);

/* For can_judge: whether ports and settings are known, or /proc/sys is masked. */
bool doctor_check_has_settings(const struct doctor_namespace *space);

/* Returns NULL where there is none of that name. */
const struct doctor_check *doctor_check_find(const char *id);

enum diagnosis_level {
	LEVEL_NOTICE,
	LEVEL_WARNING,
	LEVEL_CRITICAL,
};

/* "critical", "warning", "notice" */
const char *diagnosis_level_name(enum diagnosis_level level);

#define DIAGNOSED_LINES 10
#define DIAGNOSED_NUMBERS 12
#define DIAGNOSED_TEXT 256

struct diagnosed_number {
	const char *name; /* the JSON key, units in it */
	double value;     /* NAN: null */
};

/* What a check has found. All texts are printable. */
struct diagnosed {
	const struct doctor_check *check;
	const struct doctor_namespace *space;
	enum diagnosis_level level;
	double urgency; /* of findings of one level the greatest comes first */
	char headline[DIAGNOSED_TEXT];
	char lines[DIAGNOSED_LINES][DIAGNOSED_TEXT];
	size_t line_count;
	char cure[DIAGNOSED_TEXT];
	struct diagnosed_number numbers[DIAGNOSED_NUMBERS];
	size_t number_count;
};

struct diagnosis {
	struct diagnosed *list; /* the most urgent first */
	size_t count, room;
	size_t left_out;                  /* there was no memory for these */
	const struct doctor_check *check; /* that looks now */
	const struct doctor_namespace *space;
};

/* Returns what to give to diagnosis_finish. */
struct diagnosis diagnosis_of(const struct doctor_host *host);
void diagnosis_finish(struct diagnosis *diagnosis);

/* How many there are of a level. */
size_t diagnosis_count(const struct diagnosis *diagnosis, enum diagnosis_level level);

/* For checks. What is added is the latest, which the others fill; of more lines and numbers than
 * there is room for, none is written. */
void diagnosis_add(struct diagnosis *diagnosis, enum diagnosis_level level, double urgency,
	const char *headline, ...) __attribute__((format(printf, 4, 5)));
void diagnosis_line(struct diagnosis *diagnosis, const char *line, ...)
	__attribute__((format(printf, 2, 3)));
void diagnosis_cure(struct diagnosis *diagnosis, const char *cure, ...)
	__attribute__((format(printf, 2, 3)));
void diagnosis_number(struct diagnosis *diagnosis, const char *name, double value);

#endif
