/* The network namespaces of this host, by its processes and by what is bound in the file system. */
#ifndef BENCH_DOCTOR_PLACES_H
#define BENCH_DOCTOR_PLACES_H

#include "bench/doctor/processes.h"
#include "common/error.h"

#include <limits.h>
#include <stdbool.h>

struct namespace_place {
	uint64_t inode;
	bool is_own;
	char path[PATH_MAX]; /* where it can be opened */
	pid_t pid;           /* its oldest process; 0: there is none */
	size_t processes;
};

struct namespace_places {
	struct namespace_place *list;
	size_t count;
	bool host_is_known; /* that of process 1 could be read */
	uint64_t host;      /* its inode */
};

/* All that this user can see, the own one first. Returns 0 or -1. */
int namespace_places_read(
	struct namespace_places *places, const struct process_list *list, struct error *error);
void namespace_places_finish(struct namespace_places *places);

/* Which of the places `asked` names, the number of a process or a path; one that is not among them
 * is added. Returns its index, or -1. */
long namespace_place_ask(struct namespace_places *places, const char *asked, struct error *error);

/* The mount point of a namespace, by a line of /proc/self/mountinfo, and its inode; 0: the line is
 * none of a network namespace. */
uint64_t namespace_mount_parse(const char *line, char path[PATH_MAX]);

#endif
