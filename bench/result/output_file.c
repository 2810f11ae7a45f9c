#include "bench/result/output_file.h"

#include "common/clock.h"
#include "common/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Names beside one that is taken: -2, -3, … */
#define NUMBER_MAX 10000
#define EXCLUSIVE (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Makes an empty file of ours. Returns 0, or -1 with errno. */
static int reserve(struct output_file *output)
{
	int fd = open(output->path, EXCLUSIVE, 0666);
	if (fd == -1)
		return -1;
	output->is_reserved = fstat(fd, &output->found) == 0;
	close(fd);
	return output->is_reserved ? 0 : -1;
}

/* Reserves "STEM.json", or the first of "STEM-2.json", … that is free. Returns 0, or -1 with errno.
 */
static int reserve_numbered(struct output_file *output, const char *stem)
{
	char path[OUTPUT_FILE_PATH_MAX];
	for (unsigned number = 1; number <= NUMBER_MAX; number++) {
		int length = number == 1 ? snprintf(path, sizeof(path), "%s.json", stem)
					 : snprintf(path, sizeof(path), "%s-%u.json", stem, number);
		if (length < 0 || (size_t)length >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		*output = (struct output_file){.is_reserved = false};
		memcpy(output->path, path, (size_t)length + 1);
		if (reserve(output) == 0 || errno != EEXIST)
			return output->is_reserved ? 0 : -1;
	}
	return -1;
}

static int reserve_of_now(struct output_file *output, const char *folder)
{
	char name[64], stem[OUTPUT_FILE_PATH_MAX];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(name, sizeof(name), "teardown-%Y%m%d-%H%M%S", &utc);
	int length = snprintf(stem, sizeof(stem), "%s%s%s", folder, *folder ? "/" : "", name);
	if (length < 0 || (size_t)length >= sizeof(stem)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return reserve_numbered(output, stem);
}

/* Opens a new file beside the output, by a name that nobody else looks for. */
static int beside_open(const struct output_file *output, char *path, size_t size)
{
	uint64_t state = clock_now_ns() ^ (uint64_t)getpid() << 32;
	const char *slash = strrchr(output->path, '/');
	int folder = slash ? (int)(slash + 1 - output->path) : 0;
	for (;;) {
		int length = snprintf(path, size, "%.*s.teardown-%016llx", folder, output->path,
			(unsigned long long)random_next(&state));
		if (length < 0 || (size_t)length >= size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		int fd = open(path, EXCLUSIVE, 0666);
		if (fd != -1 || errno != EEXIST)
			return fd;
	}
}

static int beside_check(const struct output_file *output)
{
	char path[OUTPUT_FILE_PATH_MAX];
	int fd = beside_open(output, path, sizeof(path));
	if (fd == -1)
		return -1;
	close(fd);
	return unlink(path);
}

static int asked_take(struct output_file *output)
{
	struct stat target;
	/* Another run may reserve it between the look and our own try. */
	while (lstat(output->path, &output->found) == -1)
		if (errno != ENOENT || reserve(output) == 0 || errno != EEXIST)
			return output->is_reserved ? 0 : -1;
	output->is_written_into = !S_ISREG(output->found.st_mode);
	if (stat(output->path, &target) == 0) {
		errno = S_ISDIR(target.st_mode) ? EISDIR : 0;
		if (errno || access(output->path, W_OK) == -1)
			return -1;
	}
	return output->is_written_into ? 0 : beside_check(output);
}

int output_file_reserve(struct output_file *output, const char *path, struct error *error)
{
	*output = (struct output_file){.is_reserved = false};
	if (!path)
		return reserve_of_now(output, "") == 0
			       ? 0
			       : error_set_errno(error, STATUS_USAGE,
					 "no result can be written to the working folder (-o FILE: "
					 "elsewhere)");
	if (path[0] == '\0')
		return error_set(error, STATUS_USAGE, "--json: the path is empty");
	if (strlen(path) >= sizeof(output->path))
		return error_set(error, STATUS_USAGE, "%.60s…: the path is too long", path);
	output->is_stdout = output->is_written_into = strcmp(path, "-") == 0;
	snprintf(output->path, sizeof(output->path), "%s", output->is_stdout ? "stdout" : path);
	if (output->is_stdout)
		return 0;
	return asked_take(output) == 0
		       ? 0
		       : error_set_errno(error, STATUS_USAGE, "%s: cannot be written", path);
}

/* Takes the descriptor over. Returns 0, or -1 with errno. */
static int content_write(int fd, const json_t *result)
{
	FILE *out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return -1;
	}
	bool is_whole = json_dumpf(result, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) == 0;
	is_whole = is_whole && fputc('\n', out) != EOF && fflush(out) == 0;
	/* A pipe cannot be synchronized; a full disk may say so only now. */
	is_whole = is_whole && (fsync(fileno(out)) == 0 || errno == EINVAL || errno == EROFS);
	int why = errno;
	bool is_closed = fclose(out) == 0;
	errno = is_whole ? errno : why;
	return is_whole && is_closed ? 0 : -1;
}

/* Whether the file at `path` is still the one that was found, or made, at the start. */
static bool is_unchanged(const struct output_file *output)
{
	struct stat now;
	return lstat(output->path, &now) == 0 && is_same(&now, &output->found);
}

/* Locks the folder of the output against other runs, until the descriptor is closed: each looks at
 * the file and renames its own to it, and no other may do so in between. Returns -1 where the
 * folder cannot be opened; the others then cannot, either. */
static int folder_lock(const struct output_file *output)
{
	char folder[OUTPUT_FILE_PATH_MAX] = ".";
	const char *slash = strrchr(output->path, '/');
	if (slash) {
		size_t length = (size_t)(slash - output->path) + 1;
		memcpy(folder, output->path, length);
		folder[length] = '\0';
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1)
		flock(fd, LOCK_EX);
	return fd;
}

static int rename_unchanged(struct output_file *output, const char *beside)
{
	if (!is_unchanged(output)) {
		errno = ESTALE;
		return -1;
	}
	if (rename(beside, output->path) == -1)
		return -1;
	output->is_reserved = false;
	output->is_written = true;
	return lstat(output->path, &output->found);
}

/* Returns 0, or -1 with errno; ESTALE: somebody else has changed the file, which stays. */
static int replace(struct output_file *output, const json_t *result)
{
	char beside[OUTPUT_FILE_PATH_MAX];
	int fd = beside_open(output, beside, sizeof(beside));
	if (fd == -1)
		return -1;
	if (content_write(fd, result) == 0) {
		int lock = folder_lock(output);
		int done = rename_unchanged(output, beside), why = errno;
		if (lock != -1)
			close(lock);
		errno = why;
		if (done == 0)
			return 0;
	}
	int why = errno;
	unlink(beside);
	errno = why;
	return -1;
}

static int write_into(const struct output_file *output, const json_t *result)
{
	int fd = output->is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
				   : open(output->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return fd == -1 ? -1 : content_write(fd, result);
}

/* The path without ".json", for numbers behind it. */
static void stem_of(const struct output_file *output, char stem[OUTPUT_FILE_PATH_MAX])
{
	size_t length = strlen(output->path);
	memcpy(stem, output->path, length + 1);
	if (length > 5 && strcmp(stem + length - 5, ".json") == 0)
		stem[length - 5] = '\0';
}

static int elsewhere_write(
	struct output_file *output, const json_t *result, const char *why, struct error *error)
{
	char asked[OUTPUT_FILE_PATH_MAX];
	const char *folder = getenv("TMPDIR");
	memcpy(asked, output->path, sizeof(asked));
	output_file_release(output);
	if (reserve_of_now(output, folder && *folder ? folder : "/tmp") == 0 &&
		replace(output, result) == 0)
		return error_set(error, STATUS_FAILED, "%s: %s; the result is in %s", asked, why,
			output->path);
	output_file_release(output);
	memcpy(output->path, asked, sizeof(asked));
	return error_set(error, STATUS_FAILED, "%s: %s; it could not be written to %s either",
		asked, why, folder && *folder ? folder : "/tmp");
}

/* Somebody else has written to the file at `path`, or removed it. */
static int beside_write(struct output_file *output, const json_t *result, struct error *error)
{
	char asked[OUTPUT_FILE_PATH_MAX], stem[OUTPUT_FILE_PATH_MAX];
	memcpy(asked, output->path, sizeof(asked));
	stem_of(output, stem);
	if (reserve_numbered(output, stem) == -1 || replace(output, result) == -1) {
		const char *why = strerror(errno);
		output_file_release(output);
		memcpy(output->path, asked, sizeof(asked));
		return elsewhere_write(output, result, why, error);
	}
	if (strcmp(asked, output->path) == 0)
		return 0;
	return error_set(error, STATUS_FAILED,
		"%s: somebody else changed it during the run; the result is in %s", asked,
		output->path);
}

void output_file_checkpoint(struct output_file *output, const json_t *result)
{
	if (!output->is_written_into)
		replace(output, result);
}

int output_file_write(struct output_file *output, const json_t *result, struct error *error)
{
	int done = output->is_written_into ? write_into(output, result) : replace(output, result);
	if (done == -1 && errno == ESTALE && !output->is_written_into)
		return beside_write(output, result, error);
	if (done == -1)
		return elsewhere_write(output, result, strerror(errno), error);
	output->is_written = true;
	return 0;
}

bool output_file_is(const struct output_file *output, const char *path)
{
	struct stat ours, theirs;
	return !output->is_stdout && stat(output->path, &ours) == 0 && stat(path, &theirs) == 0 &&
	       S_ISREG(ours.st_mode) && ours.st_dev == theirs.st_dev &&
	       ours.st_ino == theirs.st_ino;
}

void output_file_release(struct output_file *output)
{
	int lock = output->is_reserved ? folder_lock(output) : -1;
	if (output->is_reserved && is_unchanged(output))
		unlink(output->path);
	if (lock != -1)
		close(lock);
	output->is_reserved = false;
}
