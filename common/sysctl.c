#include "common/sysctl.h"

#include "common/options.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "/proc/sys/"
/* The kernel gives a value of at most a page (proc_do*, kernel/sysctl.c). */
#define VALUE_READ_MAX 4097
#define PATH_ROOM (sizeof(FOLDER) + SYSCTL_NAME_MAX)
/* More settings than any folder of net. has. */
#define NAMES_MAX 512

/* Not in a new namespace, or there for reading only. Patterns of fnmatch(3). */
static const char *const host_wide[] = {
	"net.core.*",
	"net.ipv4.cipso_*",
	"net.ipv4.inet_peer_*",
	"net.ipv4.route.error_*",
	"net.ipv4.route.gc_*",
	"net.ipv4.route.max_size",
	"net.ipv4.route.redirect_*",
	"net.ipv4.tcp_allowed_congestion_control",
	"net.ipv4.tcp_available_*",
	"net.ipv4.tcp_ehash_entries",
	"net.ipv4.tcp_low_latency",
	"net.ipv4.tcp_max_orphans",
	"net.ipv4.tcp_mem",
	"net.ipv4.udp_mem",
	"net.netfilter.nf_conntrack_max",
	"net.nf_conntrack_max",
};

/* What a namespace has of its own in net.core. */
static const char *const private_core[] = {
	"net.core.optmem_max",
	"net.core.rps_default_mask",
	"net.core.somaxconn",
	"net.core.tstamp_allow_data",
	"net.core.txrehash",
	"net.core.xfrm_*",
};

static bool name_matches(const char *name, const char *const *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (fnmatch(patterns[i], name, 0) == 0)
			return true;
	}
	return false;
}

bool sysctl_is_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";
	size_t length = strlen(name);
	return length > 0 && length < SYSCTL_NAME_MAX && name[strspn(name, allowed)] == '\0' &&
	       name[0] != '.' && name[length - 1] != '.' && !strstr(name, "..");
}

bool sysctl_is_of_network(const char *name)
{
	return strncmp(name, "net.", 4) == 0;
}

bool sysctl_is_host_wide(const char *name)
{
	return name_matches(name, host_wide, sizeof(host_wide) / sizeof(host_wide[0])) &&
	       !name_matches(name, private_core, sizeof(private_core) / sizeof(private_core[0]));
}

void sysctl_normalise(char *value)
{
	static const char space[] = " \t\r\n";
	char *out = value;
	const char *in = value + strspn(value, space);
	while (*in) {
		if (strchr(space, *in)) {
			in += strspn(in, space);
			if (*in)
				*out++ = ' ';
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
}

/* The name as a path below /proc/sys. Returns 0, or -1 with errno for what is no name. */
static int path_write(const char *name, char path[PATH_ROOM])
{
	if (!sysctl_is_name(name)) {
		errno = EINVAL;
		return -1;
	}
	snprintf(path, PATH_ROOM, FOLDER "%s", name);
	for (char *c = path + strlen(FOLDER); *c; c++)
		if (*c == '.')
			*c = '/';
	return 0;
}

/* Returns a descriptor of the file, or -1 with errno. */
static int file_open(const char *name, int flags)
{
	char path[PATH_ROOM];
	return path_write(name, path) == -1 ? -1 : open(path, flags | O_CLOEXEC);
}

/* Closes the file, errno kept. Returns `result`. */
static ssize_t file_close(int fd, ssize_t result)
{
	int saved = errno;
	close(fd);
	errno = saved;
	return result;
}

/* Closes the file. Returns 0, or -1 with errno. */
static int value_read(int fd, char *value, size_t size)
{
	char whole[VALUE_READ_MAX];
	if (fd == -1)
		return -1;
	ssize_t got = file_close(fd, read(fd, whole, sizeof(whole)));
	if (got == -1)
		return -1;
	if ((size_t)got == sizeof(whole)) {
		errno = EMSGSIZE;
		return -1;
	}
	whole[got] = '\0';
	sysctl_normalise(whole);
	if (strlen(whole) >= size) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(value, whole, strlen(whole) + 1);
	return 0;
}

int sysctl_read(const char *name, char *value, size_t size)
{
	return value_read(file_open(name, O_RDONLY), value, size);
}

int sysctl_folder_read(struct sysctl_folder *folder, const char *name, char *value, size_t size)
{
	char path[PATH_ROOM];
	if (path_write(name, path) == -1)
		return -1;
	char *leaf = strrchr(path, '/');
	*leaf++ = '\0';
	if (folder->fd == -1 || strcmp(folder->path, path) != 0) {
		sysctl_folder_close(folder);
		folder->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (folder->fd == -1)
			return -1;
		memcpy(folder->path, path, sizeof(folder->path));
	}
	return value_read(openat(folder->fd, leaf, O_RDONLY | O_CLOEXEC), value, size);
}

void sysctl_folder_close(struct sysctl_folder *folder)
{
	if (folder->fd != -1)
		close(folder->fd);
	folder->fd = -1;
}

static size_t names_read(const char *folder, char **names)
{
	size_t count = 0;
	DIR *directory = opendir(folder);
	for (const struct dirent *entry; directory && (entry = readdir(directory));)
		if (entry->d_type != DT_DIR && count < NAMES_MAX &&
			(names[count] = strdup(entry->d_name)))
			count++;
	if (directory)
		closedir(directory);
	return count;
}

bool sysctl_nearest(const char *name, char *near, size_t size)
{
	char path[PATH_ROOM], *names[NAMES_MAX];
	if (path_write(name, path) == -1)
		return false;
	char *slash = strrchr(path, '/');
	*slash = '\0';
	size_t count = names_read(path, names);
	const char *last = slash + 1;
	const char *found = options_nearest(last, (const char *const *)names, count);
	if (found)
		snprintf(near, size, "%.*s%s", (int)(strlen(name) - strlen(last)), name, found);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	return found != NULL;
}

int sysctl_write(const char *name, const char *value)
{
	int fd = file_open(name, O_WRONLY);
	if (fd == -1)
		return -1;
	ssize_t written = file_close(fd, write(fd, value, strlen(value)));
	if (written == -1)
		return -1;
	if ((size_t)written != strlen(value)) {
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}
