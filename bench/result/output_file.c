#include "bench/result/output_file.h"

#include "bench/result/output_beside.h"
#include "bench/result/output_pipe.h"
#include "bench/result/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Names beside one that is taken: -2, -3, … */
#define NUMBER_MAX 10000

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Makes an empty file of ours. Returns 0, or -1 with errno. */
static int reserve(struct output_file *output)
{
	int fd = open(output->path, OUTPUT_BESIDE_EXCLUSIVE, 0666);
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
	struct stat like = output->like;
	for (unsigned number = 1; number <= NUMBER_MAX; number++) {
		int length = number == 1 ? snprintf(path, sizeof(path), "%s.json", stem)
					 : snprintf(path, sizeof(path), "%s-%u.json", stem, number);
		if (length < 0 || (size_t)length >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		*output = (struct output_file){.like = like};
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

/* Something stands at the path that is no regular file. */
static int other_take(struct output_file *output)
{
	output->is_written_into = true;
	if (!output_pipe_is(output->path))
		return 0;
	output->pipe_fd = output_pipe_try(output->path);
	if (output->pipe_fd != -1)
		return 0;
	output->pipe_fd = 0;
	output->awaits_reader = errno == ENXIO;
	return output->awaits_reader ? 0 : -1;
}

static int asked_take(struct output_file *output)
{
	struct stat target;
	/* Another run may reserve it between the look and our own try. */
	while (lstat(output->path, &output->found) == -1)
		if (errno != ENOENT || reserve(output) == 0 || errno != EEXIST)
			return output->is_reserved ? 0 : -1;
	if (stat(output->path, &target) == -1)
		return -1;
	errno = S_ISDIR(target.st_mode) ? EISDIR : S_ISSOCK(target.st_mode) ? ENXIO : 0;
	if (errno || access(output->path, W_OK) == -1)
		return -1;
	if (!S_ISREG(output->found.st_mode))
		return other_take(output);
	output->like = output->found;
	return output_beside_check(output->path);
}

/* Returns -1, with errno told. */
static int asked_refuse(const struct output_file *output, const char *path, struct error *error)
{
	bool is_link = S_ISLNK(output->found.st_mode);
	return error_set_errno(error, STATUS_USAGE,
		is_link ? "%s: what this link leads to cannot be written" : "%s: cannot be written",
		path);
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
	return asked_take(output) == 0 ? 0 : asked_refuse(output, path, error);
}

/* Whether the file at `path` is still the one that was found, or made, at the start. */
static bool is_unchanged(const struct output_file *output)
{
	struct stat now;
	return lstat(output->path, &now) == 0 && is_same(&now, &output->found);
}

static int rename_unchanged(struct output_file *output)
{
	if (!is_unchanged(output)) {
		errno = ESTALE;
		return -1;
	}
	if (rename(output->beside, output->path) == -1)
		return -1;
	output->is_reserved = false;
	output->is_written = true;
	return lstat(output->path, &output->found);
}

/* The file whose owner and mode the new one gets: as it is now, or was when it was found. */
static const struct stat *like_of(const struct output_file *output, struct stat *now)
{
	if (lstat(output->path, now) == 0 && is_same(now, &output->found) && !output->is_reserved)
		return now;
	return output->like.st_mode ? &output->like : &output->found;
}

/* Returns 0, or -1 with errno; ESTALE: somebody else has changed the file, which stays. */
static int replace(struct output_file *output, const json_t *result)
{
	struct stat now;
	int fd = output_beside_open(output->path, output->beside, sizeof(output->beside));
	if (fd == -1)
		return -1;
	output_beside_liken(fd, like_of(output, &now));
	int done = result_store(fd, result), why = errno;
	if (done == 0) {
		int lock = output_beside_lock(output->path);
		done = rename_unchanged(output);
		why = errno;
		if (lock != -1)
			close(lock);
	}
	if (done == -1)
		unlink(output->beside);
	output->beside[0] = '\0';
	errno = why;
	return done;
}

static int write_into(struct output_file *output, const json_t *result)
{
	int fd = output->pipe_fd;
	output->pipe_fd = 0;
	if (output->is_stdout)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	else if (output->awaits_reader)
		fd = output_pipe_open(output->path, output->interrupted);
	else if (fd == 0)
		fd = open(output->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return fd == -1 ? -1 : result_store(fd, result);
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
	bool is_unread = output->awaits_reader && (errno == ENXIO || errno == EINTR);
	if (done == -1)
		return elsewhere_write(output, result,
			is_unread ? "nobody has read this pipe" : strerror(errno), error);
	output->is_written = true;
	return 0;
}

void output_file_give_up(const struct output_file *output)
{
	if (output->beside[0])
		unlink(output->beside);
	if (output->is_reserved && is_unchanged(output))
		unlink(output->path);
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
	int lock = output->is_reserved ? output_beside_lock(output->path) : -1;
	if (output->is_reserved && is_unchanged(output))
		unlink(output->path);
	if (lock != -1)
		close(lock);
	output->is_reserved = false;
	if (output->pipe_fd)
		close(output->pipe_fd);
	output->pipe_fd = 0;
}
