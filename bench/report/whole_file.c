#include "bench/report/whole_file.h"

#include "bench/result/output_beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MAX_HERE 4096

/* By a name that nobody looks for. Its readers are other users than its writer. Returns -1 with
 * errno. */
static int beside_open(const char *path, char *beside, size_t size)
{
	int fd = output_beside_open(path, beside, size);
	mode_t mask = umask(0);
	umask(mask);
	if (fd != -1)
		fchmod(fd, 0666 & ~mask);
	return fd;
}

static bool is_written_into(const char *path)
{
	struct stat found;
	return lstat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* Takes the descriptor over. Returns 0, or -1 with errno. */
static int all_write(whole_file_content_fn *content, const void *what, int fd)
{
	FILE *out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -1;
	}
	bool failed = content(what, out) == -1;
	if (failed)
		errno = ENOMEM;
	int cause = errno;
	failed |= ferror(out);
	if (fclose(out) != 0)
		return -1;
	errno = cause;
	return failed ? -1 : 0;
}

int whole_file_write(const char *option, const char *path, whole_file_content_fn *content,
	const void *what, struct error *error)
{
	char beside[PATH_MAX_HERE] = "";
	int fd = is_written_into(path) ? open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
				       : beside_open(path, beside, sizeof(beside));
	if (fd == -1)
		return error_set_errno(error, STATUS_USAGE, "%s %s", option, path);
	if (all_write(content, what, fd) == 0 && (!beside[0] || rename(beside, path) == 0))
		return 0;
	error_set_errno(error, STATUS_FAILED, "%s %s", option, path);
	if (beside[0])
		unlink(beside);
	return -1;
}

int whole_file_check(const char *option, const char *path, struct error *error)
{
	if (strcmp(path, "-") == 0)
		return error_set(
			error, STATUS_USAGE, "%s -: it takes a file; stdout has the table", option);
	if (!path[0])
		return error_set(error, STATUS_USAGE, "%s: the path is empty", option);
	if (is_folder(path))
		errno = EISDIR;
	else if (is_written_into(path) ? access(path, W_OK) == 0 : output_beside_check(path) == 0)
		return 0;
	return error_set_errno(error, STATUS_USAGE, "%s %s", option, path);
}

int whole_file_refuse(const char *option, const char *path, const char *read, struct error *error)
{
	struct stat own, other;
	if (stat(path, &own) == -1 || stat(read, &other) == -1 || !S_ISREG(own.st_mode) ||
		own.st_dev != other.st_dev || own.st_ino != other.st_ino)
		return 0;
	return error_set(error, STATUS_USAGE,
		"%s %s: that is the result that is read; give the page another name", option, path);
}
