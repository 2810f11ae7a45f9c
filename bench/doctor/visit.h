/* One namespace, entered once for each look. */
#ifndef BENCH_DOCTOR_VISIT_H
#define BENCH_DOCTOR_VISIT_H

#include "bench/doctor/places.h"
#include "bench/doctor/records.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct visit {
	struct namespace_place *place;
	int fd;                        /* -1: the own one, which needs no entering */
	struct doctor_namespace first; /* what is compared: counters, listeners, groups */
	uint64_t at_ns;                /* of the latest look */
	bool walks;                    /* sockets are listed however few they are */
	bool lists_entries;            /* of connection tracking, at the last look */
	bool failed;
};

/* What cannot be seen is told in `unseen` of the host, once for each visit. Both return whether it
 * was. visit_read leaves the calling thread in the namespace, so the own one comes first. What
 * visit_read has filled is for doctor_namespace_finish. */
bool visit_open(
	struct visit *visit, const struct process_list *processes, struct doctor_host *host);
bool visit_read(struct visit *visit, struct doctor_namespace *space, struct doctor_host *host,
	struct error *error);
void visit_close(struct visit *visit);

void doctor_namespace_finish(struct doctor_namespace *space);

/* Adds "WHAT (WHY)" to what could not be seen. */
void doctor_unseen_tell(struct doctor_host *host, const char *what, const char *why);

#endif
