#include "bench/process/descriptor_limit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

/* The soft limit, of the line "Max open files". */
uint64_t descriptor_limit(pid_t pid)
{
	char path[64], line[256];
	unsigned long long limit = 0;
	snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Max open files %llu", &limit) == 1)
			break;
	fclose(file);
	return limit;
}

/* What was opened before the limit became lower, lies beyond it and takes none of its room. */
uint64_t descriptor_count(pid_t pid, uint64_t below)
{
	char path[64];
	const struct dirent *entry;
	uint64_t count = 0;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		char *end;
		unsigned long long number = strtoull(entry->d_name, &end, 10);
		count += end != entry->d_name && *end == '\0' && number < below;
	}
	if (folder)
		closedir(folder);
	return count;
}

uint64_t descriptor_limit_reached(pid_t pid)
{
	uint64_t limit = descriptor_limit(pid);
	return limit > 0 && descriptor_count(pid, limit) == limit ? limit : 0;
}
