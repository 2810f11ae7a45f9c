#include "bench/process/socket_owner.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct wanted {
	uint32_t inode;
	size_t at;
};

static int wanted_compare(const void *a, const void *b)
{
	uint32_t first = ((const struct wanted *)a)->inode,
		 second = ((const struct wanted *)b)->inode;
	return (first > second) - (first < second);
}

static void descriptors_see(pid_t pid, const struct wanted *wanted, size_t count, pid_t *owners)
{
	char path[64], link[64];
	struct dirent *entry;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		struct wanted key = {0};
		ssize_t length = readlinkat(dirfd(folder), entry->d_name, link, sizeof(link) - 1);
		link[length > 0 ? length : 0] = '\0';
		if (sscanf(link, "socket:[%u]", &key.inode) != 1)
			continue;
		const struct wanted *found =
			bsearch(&key, wanted, count, sizeof(*wanted), wanted_compare);
		if (found && owners[found->at] == 0)
			owners[found->at] = pid;
	}
	if (folder)
		closedir(folder);
}

int socket_owners_find(
	const pid_t *pids, size_t pid_count, const uint32_t *inodes, size_t count, pid_t *owners)
{
	struct wanted *wanted = malloc((count + 1) * sizeof(*wanted));
	if (!wanted)
		return -1;
	for (size_t i = 0; i < count; i++) {
		wanted[i] = (struct wanted){inodes[i], i};
		owners[i] = 0;
	}
	qsort(wanted, count, sizeof(*wanted), wanted_compare);
	for (size_t i = 0; i < pid_count && count > 0; i++)
		descriptors_see(pids[i], wanted, count, owners);
	free(wanted);
	return 0;
}
