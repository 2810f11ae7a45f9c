#include "bench/process/orphans.h"

#include "common/clock.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_NS NS_PER_MS

/* 0: there is no such process. */
static pid_t parent_of(const char *pid)
{
	char path[300], line[512];
	int parent = 0;
	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	size_t size = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[size] = '\0';
	/* The name, in parentheses, may hold anything. */
	const char *rest = strrchr(line, ')');
	return rest && sscanf(rest + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

static void children_kill(void)
{
	pid_t self = getpid();
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		pid_t pid = (pid_t)atoi(entry->d_name);
		if (pid > 0 && parent_of(entry->d_name) == self)
			kill(pid, SIGKILL);
	}
	closedir(folder);
}

bool orphans_end(uint64_t grace_ns, uint64_t within_ns)
{
	uint64_t began = clock_now_ns();
	for (;;) {
		pid_t pid;
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid == -1 && errno == ECHILD)
			return true;
		uint64_t passed = clock_now_ns() - began;
		if (passed >= within_ns)
			return false;
		if (passed >= grace_ns)
			children_kill();
		clock_pause(LOOK_AGAIN_NS);
	}
}
