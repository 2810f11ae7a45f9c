#include "bench/process/process_tree.h"

#include "bench/process/thread_call.h"
#include "common/clock.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_PERIOD_NS (500 * NS_PER_MS)
#define PID_LIMIT (4 * 1024 * 1024) /* PID_MAX_LIMIT of the kernel */

struct status {
	pid_t parent;
	uint64_t waited_ns; /* CPU time of its children that have ended */
};

int process_tree_init(struct process_tree *tree, pid_t root, bool is_alone)
{
	*tree = (struct process_tree){
		.root = root, .is_alone = is_alone, .members = {root}, .count = 1};
	pthread_mutex_init(&tree->lock, NULL);
	tree->seen = calloc(PID_LIMIT / 8, 1);
	return tree->seen ? 0 : -1;
}

void process_tree_finish(struct process_tree *tree)
{
	if (!tree->seen)
		return;
	free(tree->seen);
	pthread_mutex_destroy(&tree->lock);
	*tree = (struct process_tree){0};
}

static bool status_read(pid_t pid, struct status *status)
{
	char path[64], line[1024];
	unsigned long long user, system;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	size_t size = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[size] = '\0';
	/* The name, in parentheses, may hold anything; 14 to 17 are CPU times. */
	const char *rest = strrchr(line, ')');
	if (!rest ||
		sscanf(rest + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %llu %llu",
			&status->parent, &user, &system) != 3)
		return false;
	status->waited_ns = (user + system) * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
	return true;
}

static bool is_member(const struct process_tree *tree, pid_t pid)
{
	for (size_t i = 0; i < tree->count; i++)
		if (tree->members[i] == pid)
			return true;
	return false;
}

static bool is_seen(const struct process_tree *tree, pid_t pid)
{
	return pid <= 0 || pid >= PID_LIMIT || (tree->seen[pid / 8] & 1 << pid % 8);
}

/* Returns whether it is known of this process, from now on, if it is a member. */
static bool pid_look(struct process_tree *tree, pid_t pid)
{
	struct status status;
	if (is_seen(tree, pid) || !status_read(pid, &status))
		return false;
	bool is_child = is_member(tree, status.parent);
	/* Of a parent that was not seen it is not known yet. */
	if (!is_child && pid != tree->root && !is_seen(tree, status.parent))
		return false;
	tree->seen[pid / 8] |= (unsigned char)(1 << pid % 8);
	if (is_child && pid != tree->root && tree->count < PROCESS_TREE_MAX) {
		tree->own_ns[tree->count] = 0;
		tree->members[tree->count++] = pid;
	}
	return true;
}

void process_tree_adopt(struct process_tree *tree, pid_t pid)
{
	pthread_mutex_lock(&tree->lock);
	if (tree->count < PROCESS_TREE_MAX && !is_seen(tree, pid)) {
		tree->seen[pid / 8] |= (unsigned char)(1 << pid % 8);
		tree->own_ns[tree->count] = 0;
		tree->members[tree->count++] = pid;
	}
	pthread_mutex_unlock(&tree->lock);
}

/* /proc lists processes by number, in which a child may come before its parent: numbers begin anew
 * at kernel.pid_max. So it is read until it tells nothing new. */
static void tree_look(struct process_tree *tree)
{
	DIR *folder = tree->is_alone ? NULL : opendir("/proc");
	struct dirent *entry;
	if (!folder)
		return;
	for (bool is_news = true; is_news; rewinddir(folder)) {
		is_news = false;
		while ((entry = readdir(folder)))
			is_news |= pid_look(tree, (pid_t)atoi(entry->d_name));
	}
	closedir(folder);
	tree->looked_ns = clock_now_ns();
}

static void tree_look_if_due(struct process_tree *tree)
{
	if (clock_now_ns() - tree->looked_ns > LOOK_PERIOD_NS)
		tree_look(tree);
}

static uint64_t waited_ns_read(const struct process_tree *tree)
{
	uint64_t sum = 0;
	struct status status;
	for (size_t i = 0; i < tree->count; i++)
		if (status_read(tree->members[i], &status))
			sum += status.waited_ns;
	return sum;
}

/* Returns the CPU time of the members that live, and remembers that of the others. */
static uint64_t own_ns_read(struct process_tree *tree)
{
	uint64_t sum = 0;
	size_t kept = 0;
	for (size_t i = 0; i < tree->count; i++) {
		clockid_t clock;
		struct timespec own;
		pid_t pid = tree->members[i];
		if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &own) == -1) {
			tree->gone_ns += tree->own_ns[i];
			continue;
		}
		tree->members[kept] = pid;
		tree->own_ns[kept] = clock_timespec_ns(&own);
		sum += tree->own_ns[kept++];
	}
	tree->ended += tree->count - kept;
	tree->count = kept;
	return sum;
}

/* What was waited for is told in ticks of 10 ms, so of a member that has ended its own clock
 * counts. It is read first: what it holds has ended when the clocks are read, so nothing counts
 * twice. */
static uint64_t cpu_ns_read(struct process_tree *tree)
{
	tree_look_if_due(tree);
	uint64_t waited_ns = waited_ns_read(tree);
	uint64_t own_ns = own_ns_read(tree);
	if (waited_ns > tree->gone_ns + tree->unseen_ns)
		tree->unseen_ns = waited_ns - tree->gone_ns;
	__atomic_store_n(&tree->cpu_ns, own_ns + tree->gone_ns + tree->unseen_ns, __ATOMIC_RELAXED);
	return tree->cpu_ns;
}

void process_tree_release(struct process_tree *tree, pid_t pid)
{
	pthread_mutex_lock(&tree->lock);
	own_ns_read(tree);
	tree->ended -= !is_member(tree, pid);
	pthread_mutex_unlock(&tree->lock);
}

void process_tree_begin_again(struct process_tree *tree, pid_t root)
{
	pthread_mutex_lock(&tree->lock);
	own_ns_read(tree);
	tree->ended -= !is_member(tree, tree->root);
	tree->root = root;
	tree->members[0] = root;
	tree->own_ns[0] = 0;
	tree->count = 1;
	tree->seen[root / 8] |= (unsigned char)(1 << root % 8);
	pthread_mutex_unlock(&tree->lock);
}

uint64_t process_tree_cpu_ns(struct process_tree *tree)
{
	pthread_mutex_lock(&tree->lock);
	uint64_t cpu_ns = cpu_ns_read(tree);
	pthread_mutex_unlock(&tree->lock);
	return cpu_ns;
}

size_t process_tree_ended(struct process_tree *tree)
{
	pthread_mutex_lock(&tree->lock);
	size_t ended = tree->ended;
	/* Those that nobody has waited for still have a clock. */
	for (size_t i = 0; i < tree->count; i++)
		ended += process_has_ended(tree->members[i]);
	pthread_mutex_unlock(&tree->lock);
	return ended;
}

size_t process_tree_members(struct process_tree *tree, pid_t members[PROCESS_TREE_MAX])
{
	pthread_mutex_lock(&tree->lock);
	/* CPU times are read during the load alone: a child may be younger. */
	tree_look_if_due(tree);
	size_t count = tree->count;
	memcpy(members, tree->members, count * sizeof(*members));
	pthread_mutex_unlock(&tree->lock);
	return count;
}

static void memory_add(pid_t pid, uint64_t *now, uint64_t *peak)
{
	char path[64], line[256];
	unsigned long long kib;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "VmHWM: %llu", &kib) == 1)
			*peak += kib * 1024;
		else if (sscanf(line, "VmRSS: %llu", &kib) == 1)
			*now += kib * 1024;
	}
	fclose(file);
}

uint64_t process_tree_rss_bytes(struct process_tree *tree, uint64_t *peak)
{
	uint64_t now = 0;
	*peak = 0;
	pthread_mutex_lock(&tree->lock);
	tree_look(tree);
	for (size_t i = 0; i < tree->count; i++)
		memory_add(tree->members[i], &now, peak);
	pthread_mutex_unlock(&tree->lock);
	return now;
}
