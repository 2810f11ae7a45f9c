/* Words that findings share. Each is written into the room that is given, and returned. */
#ifndef BENCH_DOCTOR_WORDS_H
#define BENCH_DOCTOR_WORDS_H

#include "bench/doctor/records.h"

#include <stddef.h>
#include <stdint.h>

#define WORD_SIZE 160

struct word {
	char text[WORD_SIZE];
};

/* 28232 → "28,232" */
const char *word_count(struct word *word, double count);

/* 13.4 → "13 s", 700 → "11 min 40 s", 18720 → "5 h 12 min" */
const char *word_seconds(struct word *word, double seconds);

/* 0.4 → "0.4", 540 → "540", of so many a second */
const char *word_rate(struct word *word, double per_s);

/* "10.1.4.7 -> 10.9.0.20:5432" */
const char *word_pair(struct word *word, const struct doctor_pair *pair);

/* "cart (pid 4121, nginx.service)"; NULL where it is not known */
const char *word_process(struct word *word, const struct doctor_process *process);

/* "cart (pid 4121, nginx.service)", "curl (412 processes, such as pid 9123)" */
const char *word_opener(struct word *word, const struct doctor_opener *opener);

/* As word_pair. */
const char *word_opener_pair(struct word *word, const struct doctor_opener *opener);

/* As word_process, or "a process that is not seen" */
const char *word_holder(struct word *word, const struct doctor_process *process);

/* Where the sockets of a group are: "to 10.9.3.8:9200", "accepted at 0.0.0.0:80", "at many places"
 */
const char *word_group(struct word *word, const struct doctor_group *group);

/* The address alone, "10.1.4.7". */
const char *word_source(struct word *word, const struct doctor_pair *pair);

/* "10.9.0.20:5432" */
const char *word_destination(struct word *word, const struct doctor_pair *pair);

#endif
