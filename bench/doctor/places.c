#include "bench/doctor/places.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* proc(5): blanks, tabs, line feeds and backslashes of a path are written as \040 and such. */
static void octal_decode(char *text)
{
	char *to = text;
	for (const char *from = text; *from; to++) {
		unsigned value;
		if (from[0] == '\\' && sscanf(from + 1, "%3o", &value) == 1 && strlen(from) >= 4) {
			*to = (char)value;
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

uint64_t namespace_mount_parse(const char *line, char path[PATH_MAX])
{
	unsigned long long inode;
	char format[64];
	/* 36 35 98:0 ROOT MOUNT-POINT options … - nsfs nsfs rw */
	snprintf(format, sizeof(format), "%%*s %%*s %%*s net:[%%llu] %%%ds", PATH_MAX - 1);
	if (sscanf(line, format, &inode, path) != 2 || !strstr(line, " - nsfs "))
		return 0;
	octal_decode(path);
	return inode;
}

static struct namespace_place *place_find(struct namespace_places *places, uint64_t inode)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->list[i].inode == inode)
			return &places->list[i];
	return NULL;
}

/* The place of that inode, made where there is none; NULL without memory. */
static struct namespace_place *place_make(struct namespace_places *places, uint64_t inode)
{
	struct namespace_place *place = place_find(places, inode);
	if (place)
		return place;
	place = realloc(places->list, (places->count + 1) * sizeof(*place));
	if (!place)
		return NULL;
	places->list = place;
	place = &places->list[places->count++];
	*place = (struct namespace_place){.inode = inode};
	return place;
}

static int own_add(struct namespace_places *places, struct error *error)
{
	uint64_t inode = process_namespace("/proc/self/ns/net");
	struct namespace_place *place = inode ? place_make(places, inode) : NULL;
	if (!place)
		return error_set(error, STATUS_HOST_CANNOT,
			"/proc/self/ns/net does not say which network namespace this is");
	place->is_own = true;
	snprintf(place->path, sizeof(place->path), "/proc/self/ns/net");
	return 0;
}

static int mounts_add(struct namespace_places *places)
{
	char *line = NULL, path[PATH_MAX];
	size_t size = 0;
	int result = 0;
	FILE *file = fopen("/proc/self/mountinfo", "re");
	while (file && result == 0 && getline(&line, &size, file) != -1) {
		uint64_t inode = namespace_mount_parse(line, path);
		if (inode == 0)
			continue;
		struct namespace_place *place = place_make(places, inode);
		if (!place)
			result = -1;
		else if (!place->is_own)
			memcpy(place->path, path, sizeof(path));
	}
	free(line);
	if (file)
		fclose(file);
	return result;
}

static int process_place(struct namespace_places *places, pid_t pid, uint64_t inode)
{
	struct namespace_place *place = place_make(places, inode);
	if (!place)
		return -1;
	place->processes++;
	if (place->pid == 0 || pid < place->pid) {
		place->pid = pid;
		if (!place->is_own)
			snprintf(place->path, sizeof(place->path), "/proc/%d/ns/net", (int)pid);
	}
	return 0;
}

int namespace_places_read(
	struct namespace_places *places, const struct process_list *list, struct error *error)
{
	*places = (struct namespace_places){.count = 0};
	places->host = process_namespace("/proc/1/ns/net");
	places->host_is_known = places->host != 0;
	if (own_add(places, error) == -1)
		return -1;
	int result = 0;
	for (size_t i = 0; i < list->count && result == 0; i++)
		result = process_place(places, list->pids[i], list->namespaces[i]);
	/* A path that is bound stays; a process may end. */
	if (result == 0)
		result = mounts_add(places);
	return result == 0 ? 0 : error_set(error, STATUS_FAILED, "no memory for the namespaces");
}

/* The inode of a namespace's file; 0: the file is none such. */
static uint64_t file_namespace(int fd)
{
	struct stat status;
	bool is_namespace = ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
	return is_namespace && fstat(fd, &status) == 0 ? status.st_ino : 0;
}

long namespace_place_ask(struct namespace_places *places, const char *asked, struct error *error)
{
	char path[PATH_MAX];
	bool is_pid = asked[0] != '\0' && strspn(asked, "0123456789") == strlen(asked);
	if (snprintf(path, sizeof(path), is_pid ? "/proc/%s/ns/net" : "%s", asked) >=
		(int)sizeof(path))
		return error_set(error, STATUS_USAGE, "--namespace: the path is too long");
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno == ENOENT)
		return error_set(error, STATUS_USAGE, "--namespace: there is no %s %s",
			is_pid ? "process" : "file", asked);
	if (fd == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "--namespace: %s", path);
	uint64_t inode = file_namespace(fd);
	close(fd);
	if (inode == 0)
		return error_set(
			error, STATUS_USAGE, "--namespace: %s is no network namespace", asked);
	struct namespace_place *place = place_make(places, inode);
	if (!place)
		return error_set(error, STATUS_FAILED, "no memory for the namespaces");
	if (place->path[0] == '\0')
		memcpy(place->path, path, sizeof(path));
	return place - places->list;
}

void namespace_places_finish(struct namespace_places *places)
{
	free(places->list);
	*places = (struct namespace_places){.count = 0};
}
