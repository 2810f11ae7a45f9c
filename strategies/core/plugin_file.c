#include "strategies/core/plugin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define SIZE_MAX_BYTES (64L << 20)
/* Of a longer path its end is shown: the reason that follows must fit in struct error. */
#define PATH_SHOWN 140

int plugin_refuse(struct error *error, const char *path, const char *format, ...)
{
	char reason[sizeof(error->text)];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	size_t length = strlen(path);
	bool whole = length <= PATH_SHOWN;
	return error_set(error, STATUS_USAGE, "plug-in %s%s %s", whole ? "" : "…",
		whole ? path : path + length - PATH_SHOWN, reason);
}

static int refuse_errno(struct error *error, const char *path, const char *what)
{
	return plugin_refuse(error, path, "%s: %s", what, strerror(errno));
}

static bool is_trusted(uid_t owner)
{
	return owner == 0 || owner == getuid();
}

static const char *other_writers(const struct stat *status)
{
	return status->st_mode & S_IWOTH   ? "others"
	       : status->st_mode & S_IWGRP ? "its group"
					   : NULL;
}

static int file_check(const struct stat *status, const char *path, struct error *error)
{
	const char *writers = other_writers(status);
	if (S_ISLNK(status->st_mode))
		return plugin_refuse(
			error, path, "is a symbolic link: name the file that it leads to");
	if (!S_ISREG(status->st_mode))
		return plugin_refuse(error, path, "is not a regular file");
	if (!is_trusted(status->st_uid))
		return plugin_refuse(error, path,
			"is owned by uid %u, neither by root nor by you (uid %u)",
			(unsigned)status->st_uid, (unsigned)getuid());
	if (writers)
		return plugin_refuse(error, path,
			"can be written to by %s (mode %04o): chmod go-w it", writers,
			(unsigned)status->st_mode & 07777);
	if (status->st_size > SIZE_MAX_BYTES)
		return plugin_refuse(error, path, "is larger than %ld MiB", SIZE_MAX_BYTES >> 20);
	return 0;
}

static int folder_check(int folder, const char *path, struct error *error)
{
	struct stat status;
	if (fstat(folder, &status) == -1)
		return refuse_errno(error, path, "lies in a folder that cannot be looked at");
	const char *writers = other_writers(&status);
	if (!is_trusted(status.st_uid))
		return plugin_refuse(error, path,
			"lies in a folder of uid %u, neither root's nor yours (uid %u)",
			(unsigned)status.st_uid, (unsigned)getuid());
	if (writers)
		return plugin_refuse(error, path,
			"lies in a folder that %s can write to (mode %04o%s)", writers,
			(unsigned)status.st_mode & 07777,
			status.st_mode & S_ISVTX ? "; that it is sticky does not keep new files out"
						 : "");
	return 0;
}

/* Whoever owns "/" can do anything: in a user namespace that is real root, seen as another uid. */
static int above_check(const struct stat *above, const char *path, struct error *error)
{
	struct stat top;
	const char *writers = above->st_mode & S_ISVTX ? NULL : other_writers(above);
	if (stat("/", &top) == -1)
		return refuse_errno(error, path, "lies below a folder that cannot be looked at");
	if (!is_trusted(above->st_uid) && above->st_uid != top.st_uid)
		return plugin_refuse(error, path,
			"lies below a folder of uid %u, who can put another in its place",
			(unsigned)above->st_uid);
	if (writers)
		return plugin_refuse(error, path,
			"lies below a folder that %s can write to (mode %04o, not sticky)", writers,
			(unsigned)above->st_mode & 07777);
	return 0;
}

/* Goes up by "..", not by name: these are the folders that hold the opened one. Takes `folder`. */
static int folders_above_check(int folder, const char *path, struct error *error)
{
	int result = -1;
	for (bool top = false; !top;) {
		struct stat here, above;
		int parent = openat(folder, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (parent == -1 || fstat(folder, &here) == -1 || fstat(parent, &above) == -1) {
			result = refuse_errno(
				error, path, "lies below a folder that cannot be looked at");
			top = true;
		} else {
			result = above_check(&above, path, error);
			top = result == -1 ||
			      (here.st_dev == above.st_dev && here.st_ino == above.st_ino);
		}
		if (folder != -1)
			close(folder);
		folder = parent;
	}
	if (folder != -1)
		close(folder);
	return result;
}

/* Returns an O_PATH descriptor of the folder that holds the file. */
static int folder_open(const char *path, const char *name, struct error *error)
{
	char folder[PATH_MAX] = ".";
	size_t length = (size_t)(name - path);
	if (length >= sizeof(folder))
		return plugin_refuse(error, path, "has too long a path");
	if (length > 0)
		snprintf(folder, sizeof(folder), "%.*s", (int)length, path);
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return refuse_errno(error, path, "lies in a folder that cannot be opened");
	return fd;
}

/* Checked before it is opened for reading: opening a device or a pipe may have effects, O_PATH has
 * none. The second open, by descriptor, reaches the same file. */
static int file_open(
	int folder, const char *name, const char *path, struct stat *status, struct error *error)
{
	char self[64];
	int found = openat(folder, *name ? name : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (found == -1)
		return refuse_errno(error, path, "cannot be opened");
	int fd = -1;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", found);
	if (fstat(found, status) == -1)
		refuse_errno(error, path, "cannot be looked at");
	else if (file_check(status, path, error) == 0) {
		fd = open(self, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			refuse_errno(error, path, "cannot be opened");
	}
	close(found);
	return fd;
}

int plugin_file_open(const char *path, struct stat *status, struct error *error)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int folder = folder_open(path, name, error);
	if (folder == -1)
		return -1;
	int fd = file_open(folder, name, path, status, error);
	if (fd != -1 && (folder_check(folder, path, error) == -1 ||
				folders_above_check(dup(folder), path, error) == -1)) {
		close(fd);
		fd = -1;
	}
	close(folder);
	return fd;
}

/* MFD_NOEXEC_SEAL clears the file's x bits, which dlopen(3) does not need; vm.memfd_noexec = 2
 * allows no other. */
static int memory_file_create(void)
{
	int fd = memfd_create("plug-in", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (fd == -1 && errno == EINVAL)
		fd = memfd_create("plug-in", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd == -1)
		return -1;
	/* Inherited, and not one of the three that a child's stdin, stdout, stderr replace. */
	int kept = fcntl(fd, F_DUPFD, STDERR_FILENO + 1);
	int saved = errno;
	close(fd);
	errno = saved;
	return kept;
}

/* Stops at the bound, whatever the file has become meanwhile. */
static int bytes_copy(int from, int to)
{
	ssize_t n = 1;
	for (off_t size = 0; n > 0 && size <= SIZE_MAX_BYTES; size += n) {
		n = sendfile(to, from, NULL, 1 << 20);
		if (n == -1)
			return -1;
	}
	return fcntl(to, F_ADD_SEALS, SEALS);
}

int plugin_file_seal(int fd, const char *path, struct error *error)
{
	int sealed = memory_file_create();
	if (sealed != -1 && bytes_copy(fd, sealed) == 0)
		return sealed;
	refuse_errno(error, path, "cannot be copied to a memory file");
	if (sealed != -1)
		close(sealed);
	return -1;
}

int plugin_file_check_sealed(int fd, const char *path, struct error *error)
{
	int seals = fcntl(fd, F_GET_SEALS);
	if (seals == -1 && errno == EBADF)
		return plugin_refuse(error, path, "is not an open descriptor");
	if (seals == -1 || (seals & SEALS) != SEALS)
		return plugin_refuse(
			error, path, "is not a sealed memory file: name the plug-in's own path");
	return 0;
}
