/* The processes of this host, by network namespace. They come and go: one that is gone meanwhile is
 * left out. */
#ifndef BENCH_DOCTOR_PROCESSES_H
#define BENCH_DOCTOR_PROCESSES_H

#include "bench/doctor/records.h"
#include "common/error.h"

struct process_list {
	pid_t *pids;
	uint64_t *namespaces; /* of each, the inode of its network namespace */
	size_t count;
	size_t hidden; /* processes whose namespace this user may not see */
};

/* Returns 0 or -1. */
int process_list_read(struct process_list *list, struct error *error);
void process_list_finish(struct process_list *list);

/* The inode that "net:[4026531840]" names; 0: the link is none such, or cannot be read. */
uint64_t process_namespace(const char *path);

/* Its name and its unit, not its limit; `pid` 0 where it is gone. */
struct doctor_process process_describe(pid_t pid);

/* Who holds the sockets of a namespace that matter: the openers of full pairs, those of groups, and
 * listeners that are full, or drop, or whose port connect(2) may choose. */
int process_owners_find(
	const struct process_list *list, struct doctor_namespace *space, struct error *error);

#endif
