#include "strategies/core/plugin_file.h"

#include "common/bounded_text.h"
#include "common/printable.h"

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
/* The end of a longer path is shown: the reason that follows must fit in struct error. */
#define PATH_SHOWN 140

int plugin_refuse(struct error *error, const char *path, const char *format, ...)
{
	char reason[sizeof(error->text)];
	va_list args;
	va_start(args, format);
	bounded_text_vwrite(reason, sizeof(reason), format, args);
	va_end(args);
	/* The dynamic linker quotes names of a damaged file. */
	printable_clean(reason, PRINTABLE_ONE_LINE);
	size_t cut = strlen(path) > PATH_SHOWN ? strlen(path) - PATH_SHOWN : 0;
	return error_set(
		error, STATUS_USAGE, "plug-in %s%s %s", cut ? "…" : "", path + cut, reason);
}

static int refuse_errno(struct error *error, const char *path, const char *what)
{
	return plugin_refuse(error, path, "%s: %s", what, strerror(errno));
}

/* `what` is "" for the file itself. */
static int trust_check(
	const struct stat *status, const char *what, const char *path, struct error *error)
{
	bool sticky = S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX);
	if (status->st_uid != 0 && status->st_uid != geteuid())
		return plugin_refuse(error, path,
			"%sis owned by uid %u, neither by root nor by you (uid %u)", what,
			(unsigned)status->st_uid, (unsigned)geteuid());
	if ((status->st_mode & S_IWOTH) && !sticky)
		return plugin_refuse(error, path,
			"%scan be written to by everybody (mode %04o): chmod o-w", what,
			(unsigned)status->st_mode & 07777);
	return 0;
}

static int file_check(const struct stat *status, const char *path, struct error *error)
{
	if (S_ISLNK(status->st_mode))
		return plugin_refuse(
			error, path, "is a symbolic link: name the file that it leads to");
	if (!S_ISREG(status->st_mode))
		return plugin_refuse(error, path, "is not a regular file");
	return trust_check(status, "", path, error);
}

/* Returns an O_PATH descriptor of the folder that holds the file, whose name begins at `name`. */
static int folder_open(const char *path, const char *name, struct error *error)
{
	char folder[PATH_MAX];
	struct stat status;
	int length = snprintf(folder, sizeof(folder), "%.*s.", (int)(name - path), path);
	if (length >= (int)sizeof(folder))
		return plugin_refuse(error, path, "has too long a path");
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &status) == -1)
		refuse_errno(error, path, "lies in a folder that cannot be opened");
	else if (trust_check(&status, "lies in a folder that ", path, error) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The file is checked before it is opened for reading: opening a device or a pipe may have effects,
 * O_PATH has none. The second open, by descriptor, reaches the same file. */
int plugin_file_open(const char *path, struct stat *status, struct error *error)
{
	char self[64];
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int fd = -1, folder = folder_open(path, name, error);
	if (folder == -1)
		return -1;
	int found = openat(folder, *name ? name : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", found);
	bool seen = found != -1 && fstat(found, status) == 0;
	if (seen && file_check(status, path, error) == -1)
		fd = -1;
	else if (!seen || (fd = open(self, O_RDONLY | O_CLOEXEC)) == -1)
		refuse_errno(error, path, "cannot be opened");
	close(found);
	close(folder);
	return fd;
}

/* MFD_NOEXEC_SEAL clears the file's x bits, which dlopen(3) does not need; vm.memfd_noexec = 2
 * allows no other. */
static int memory_file_create(void)
{
	int fd = memfd_create("plug-in", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	return fd == -1 && errno == EINVAL
		       ? memfd_create("plug-in", MFD_CLOEXEC | MFD_ALLOW_SEALING)
		       : fd;
}

static int bytes_copy(int from, int to)
{
	ssize_t n;
	off_t size = 0;
	while ((n = sendfile(to, from, NULL, 1 << 20)) > 0 && size <= SIZE_MAX_BYTES)
		size += n;
	if (size > SIZE_MAX_BYTES)
		errno = EFBIG;
	return n == 0 ? fcntl(to, F_ADD_SEALS, SEALS) : -1;
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

int plugin_file_check_sealed(int fd, const char *path, struct stat *status, struct error *error)
{
	int seals = fcntl(fd, F_GET_SEALS);
	if (fstat(fd, status) == -1)
		return plugin_refuse(error, path, "is not an open descriptor");
	if (seals == -1 || (seals & SEALS) != SEALS)
		return plugin_refuse(
			error, path, "is not a sealed memory file: name the plug-in's own path");
	return fd;
}
