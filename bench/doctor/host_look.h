/* One look at a host: its namespaces, entered one after the other, and who they are. Changes
 * nothing. */
#ifndef BENCH_DOCTOR_HOST_LOOK_H
#define BENCH_DOCTOR_HOST_LOOK_H

#include "bench/doctor/records.h"
#include "common/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct host_look_options {
	/* NULL or "all": every namespace that this user may enter; else a process's number, or a
	 * path. */
	const char *space;
	/* Between the two looks, of which the second counts what came since; 0: there is one look.
	 */
	uint64_t for_ns;
	uint64_t nat_ports;
	bool lists_entries;   /* of connection tracking */
	bool watches_openers; /* between the looks */
	double old_s;         /* for the host's records */
	/* Not 0: the second look comes at once. */
	const volatile sig_atomic_t *interrupted;
};

/* Fails where the own namespace, or the one that was asked for, cannot be read; of others it says
 * so in `unseen`. The host is to be finished in any case. Returns 0 or -1. */
int host_look(
	struct doctor_host *host, const struct host_look_options *options, struct error *error);
/* Judges files instead: the host's own namespace as if they were applied, which is one record.
 * `lines` has to live as long. Returns 0 or -1. */
int host_look_at_files(
	struct doctor_host *host, const struct sysctl_lines *lines, struct error *error);
void doctor_host_finish(struct doctor_host *host);

/* What came between two looks at one namespace is written into the later one: counters, drops of
 * listeners, how groups have grown. A pure function. */
void namespace_compare(
	struct doctor_namespace *later, const struct doctor_namespace *earlier, double seconds);

#endif
