#include "bench/process/main_process.h"

#include "bench/process/thread_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its number in the innermost namespace that it is in; 0: it is gone. */
static pid_t inner_pid(pid_t pid)
{
	char path[64], line[256];
	pid_t inner = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "NSpid:", 6) == 0) {
			const char *last = strrchr(line, '\t');
			inner = last ? (pid_t)atoi(last + 1) : 0;
		}
	fclose(file);
	return process_has_ended(pid) ? 0 : inner;
}

static bool is_named(pid_t pid, const char *name)
{
	char own[PROCESS_NAME_SIZE];
	return strncmp(process_name(pid, own), name, PROCESS_NAME_SIZE - 1) == 0;
}

struct main_process main_process_find(struct process *process, const char *name)
{
	pid_t members[PROCESS_TREE_MAX];
	uint64_t ignored;
	struct main_process found = {0};
	if (!process_poll(process))
		return found;
	/* Looks for all of them first. */
	process_rss_bytes(process, &ignored);
	size_t count = process_members(process, members);
	for (size_t i = 0; i < count; i++) {
		pid_t inner = inner_pid(members[i]);
		if (inner == 0 || (name && !is_named(members[i], name)))
			continue;
		bool is_better =
			found.pid == 0 || (name ? inner > found.inner : inner < found.inner);
		if (is_better)
			found = (struct main_process){members[i], inner};
	}
	return found;
}
