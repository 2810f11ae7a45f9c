#include "bench/doctor/processes.h"

#include "bench/doctor/owner.h"
#include "bench/process/descriptor_limit.h"
#include "bench/process/socket_owner.h"
#include "common/bounded_text.h"
#include "common/printable.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A pair is worth its opener from a twentieth of the ports on; a group from so many sockets on. */
#define PAIR_PART 20
#define GROUP_LEAST 4
#define WANTED_MAX 4096

uint64_t process_namespace(const char *path)
{
	char link[64];
	unsigned long long inode = 0;
	ssize_t length = readlink(path, link, sizeof(link) - 1);
	/* proc_ns_readlink (fs/proc/namespaces.c) refuses a process that ended since its name was
	 * looked up; of one that is gone, the second call says so. */
	if (length == -1 && errno == EACCES)
		length = readlink(path, link, sizeof(link) - 1);
	link[length > 0 ? length : 0] = '\0';
	return length > 0 && sscanf(link, "net:[%llu]", &inode) == 1 ? inode : 0;
}

static int process_add(struct process_list *list, size_t *room, pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	uint64_t inode = process_namespace(path);
	if (inode == 0) {
		list->hidden += errno == EACCES || errno == EPERM;
		return 0;
	}
	if (list->count == *room) {
		size_t more = *room ? 2 * *room : 512;
		pid_t *pids = realloc(list->pids, more * sizeof(*pids));
		list->pids = pids ? pids : list->pids;
		uint64_t *inodes = realloc(list->namespaces, more * sizeof(*inodes));
		list->namespaces = inodes ? inodes : list->namespaces;
		if (!pids || !inodes)
			return -1;
		*room = more;
	}
	list->pids[list->count] = pid;
	list->namespaces[list->count++] = inode;
	return 0;
}

int process_list_read(struct process_list *list, struct error *error)
{
	size_t room = 0;
	int result = 0;
	*list = (struct process_list){.count = 0};
	DIR *folder = opendir("/proc");
	if (!folder)
		return error_set_errno(error, STATUS_HOST_CANNOT, "/proc");
	for (const struct dirent *entry; result == 0 && (entry = readdir(folder));)
		if (isdigit((unsigned char)entry->d_name[0]))
			result = process_add(list, &room, (pid_t)strtol(entry->d_name, NULL, 10));
	closedir(folder);
	return result == 0 ? 0 : error_set(error, STATUS_FAILED, "no memory for the processes");
}

void process_list_finish(struct process_list *list)
{
	free(list->pids);
	free(list->namespaces);
	*list = (struct process_list){.count = 0};
}

/* The file of /proc/PID, terminated. Returns its length, or -1. */
static ssize_t file_read(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t length = read(fd, text, size - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length;
}

struct doctor_process process_describe(pid_t pid)
{
	struct doctor_process process = {.pid = 0};
	char cgroup[4096], name[sizeof(process.name)];
	ssize_t length = file_read(pid, "comm", name, sizeof(name));
	if (length < 1)
		return process;
	/* A name may hold a line feed of its own: the last one is the file's. */
	if (name[length - 1] == '\n')
		name[length - 1] = '\0';
	printable_clean(name, PRINTABLE_ONE_LINE);
	bounded_text_write(process.name, sizeof(process.name), "%s", name);
	process.pid = pid;
	if (file_read(pid, "cgroup", cgroup, sizeof(cgroup)) > 0)
		owner_write(cgroup, process.unit, sizeof(process.unit));
	return process;
}

/* Sockets whose holders are looked for, and where they go. */
struct wanted {
	size_t count;
	uint32_t inodes[WANTED_MAX];
	struct doctor_process *to[WANTED_MAX];
	pid_t owners[WANTED_MAX];
};

static void want(
	struct wanted *wanted, const uint32_t *inodes, size_t count, struct doctor_process *to)
{
	for (size_t i = 0; i < count && wanted->count < WANTED_MAX; i++) {
		if (inodes[i] == 0)
			continue;
		wanted->inodes[wanted->count] = inodes[i];
		wanted->to[wanted->count++] = to;
	}
}

static void wanted_collect(struct wanted *wanted, struct doctor_namespace *space)
{
	const struct port_range *ports = &space->settings.ports;
	for (size_t i = 0; i < space->pair_count; i++) {
		struct doctor_pair *pair = &space->pairs[i];
		if ((pair->held[0] + pair->held[1]) * PAIR_PART >= port_range_count(ports))
			want(wanted, pair->inodes, pair->inode_count, &pair->opener);
	}
	for (size_t i = 0; i < space->group_count; i++)
		if (space->groups[i].count >= GROUP_LEAST)
			want(wanted, space->groups[i].inodes, space->groups[i].inode_count,
				&space->groups[i].holder);
	for (size_t i = 0; i < space->listener_count; i++) {
		struct doctor_listener *listener = &space->listeners[i];
		if (listener->waiting > 0 || listener->drops > 0 ||
			port_range_has(ports, address_port(&listener->address)))
			want(wanted, &listener->inode, 1, &listener->process);
	}
}

static struct doctor_process holder_describe(pid_t pid)
{
	struct doctor_process process = process_describe(pid);
	process.nofile = process.pid != 0 ? descriptor_limit(pid) : 0;
	return process;
}

int process_owners_find(
	const struct process_list *list, struct doctor_namespace *space, struct error *error)
{
	struct wanted *wanted = calloc(1, sizeof(*wanted));
	pid_t *pids = calloc(list->count + 1, sizeof(*pids));
	size_t count = 0;
	int result = -1;
	if (wanted && pids) {
		for (size_t i = 0; i < list->count; i++)
			if (list->namespaces[i] == space->inode)
				pids[count++] = list->pids[i];
		wanted_collect(wanted, space);
		result = wanted->count == 0 ? 0
					    : socket_owners_find(pids, count, wanted->inodes,
						      wanted->count, wanted->owners);
		for (size_t i = 0; result == 0 && i < wanted->count; i++)
			if (wanted->owners[i] != 0 && wanted->to[i]->pid == 0)
				*wanted->to[i] = holder_describe(wanted->owners[i]);
	}
	free(pids);
	free(wanted);
	return result == 0 ? 0 : error_set(error, STATUS_FAILED, "no memory for the processes");
}
