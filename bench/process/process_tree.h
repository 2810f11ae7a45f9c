/* A process and all its descendants, as /proc shows them: their CPU time and memory. */
#ifndef BENCH_PROCESS_PROCESS_TREE_H
#define BENCH_PROCESS_PROCESS_TREE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_TREE_MAX 256

/* Orphans must come back to the root, as they do to the first process of a namespace. */
struct process_tree {
	pid_t root;
	bool is_alone;                     /* the root has no descendants: do not look for any */
	pthread_mutex_t lock;              /* guards what follows, but cpu_ns */
	pid_t members[PROCESS_TREE_MAX];   /* the root first */
	uint64_t own_ns[PROCESS_TREE_MAX]; /* CPU time of each, as last read */
	size_t count;
	size_t ended;        /* members that have ended */
	uint64_t gone_ns;    /* that of members that have ended, as last read */
	uint64_t unseen_ns;  /* that of processes that ended before they were looked at */
	unsigned char *seen; /* a bit a pid: looked at before; looking at all of /proc costs */
	uint64_t looked_ns;
	uint64_t cpu_ns; /* as last read; by any thread */
};

/* Returns 0, or -1 when there is no memory. */
int process_tree_init(struct process_tree *tree, pid_t root, bool is_alone);
void process_tree_finish(struct process_tree *tree);

/* Takes a process in, whose parent is no member; what it leaves behind comes back to the root. */
void process_tree_adopt(struct process_tree *tree, pid_t pid);

/* Such a process has ended, and is not counted among those that did. */
void process_tree_release(struct process_tree *tree, pid_t pid);

/* All have ended, and this is the root from now on. What was counted goes on; the root before is
 * not among those that have ended. */
void process_tree_begin_again(struct process_tree *tree, pid_t root);

/* CPU time of all of them so far, of those that were waited for too; it never falls. */
uint64_t process_tree_cpu_ns(struct process_tree *tree);

/* How many have ended that were seen before; by any thread. */
size_t process_tree_ended(struct process_tree *tree);

/* Copies those that are known so far, the root first; by any thread. Returns how many. */
size_t process_tree_members(struct process_tree *tree, pid_t members[PROCESS_TREE_MAX]);

/* The sums of their resident memory now, and of each one's peak. What they share is in each. */
uint64_t process_tree_rss_bytes(struct process_tree *tree, uint64_t *peak);

#endif
