#include "bench/result/place.h"

#include "common/clock.h"
#include "common/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
static int reserve(struct place *place)
{
	int fd = open(place->path, EXCLUSIVE, 0666);
	if (fd == -1)
		return -1;
	place->is_reserved = fstat(fd, &place->found) == 0;
	close(fd);
	return place->is_reserved ? 0 : -1;
}

/* Reserves "STEM.json", or the first of "STEM-2.json", … that is free. Returns 0, or -1 with errno.
 */
static int reserve_numbered(struct place *place, const char *stem)
{
	char path[PLACE_PATH_MAX];
	for (unsigned number = 1; number <= NUMBER_MAX; number++) {
		int length = number == 1 ? snprintf(path, sizeof(path), "%s.json", stem)
					 : snprintf(path, sizeof(path), "%s-%u.json", stem, number);
		if (length < 0 || (size_t)length >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		*place = (struct place){.is_reserved = false};
		memcpy(place->path, path, (size_t)length + 1);
		if (reserve(place) == 0 || errno != EEXIST)
			return place->is_reserved ? 0 : -1;
	}
	return -1;
}

static int reserve_of_now(struct place *place, const char *folder)
{
	char name[64], stem[PLACE_PATH_MAX];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(name, sizeof(name), "teardown-%Y%m%d-%H%M%S", &utc);
	int length = snprintf(stem, sizeof(stem), "%s%s%s", folder, *folder ? "/" : "", name);
	if (length < 0 || (size_t)length >= sizeof(stem)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return reserve_numbered(place, stem);
}

/* A name beside the place that nobody has: only this program looks for it. */
static int beside_open(const struct place *place, char *path, size_t size)
{
	uint64_t state = clock_now_ns() ^ (uint64_t)getpid() << 32;
	const char *slash = strrchr(place->path, '/');
	int folder = slash ? (int)(slash + 1 - place->path) : 0;
	for (;;) {
		int length = snprintf(path, size, "%.*s.teardown-%016llx", folder, place->path,
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

static int beside_check(const struct place *place)
{
	char path[PLACE_PATH_MAX];
	int fd = beside_open(place, path, sizeof(path));
	if (fd == -1)
		return -1;
	close(fd);
	return unlink(path);
}

static int asked_take(struct place *place)
{
	struct stat target;
	if (lstat(place->path, &place->found) == -1)
		return errno == ENOENT ? reserve(place) : -1;
	place->is_written_into = !S_ISREG(place->found.st_mode);
	if (stat(place->path, &target) == 0) {
		errno = S_ISDIR(target.st_mode) ? EISDIR : 0;
		if (errno || access(place->path, W_OK) == -1)
			return -1;
	}
	return place->is_written_into ? 0 : beside_check(place);
}

int place_take(struct place *place, const char *path, struct error *error)
{
	*place = (struct place){.is_reserved = false};
	if (!path)
		return reserve_of_now(place, "") == 0
			       ? 0
			       : error_set_errno(error, STATUS_USAGE,
					 "no result can be written to the working folder");
	if (path[0] == '\0')
		return error_set(error, STATUS_USAGE, "--json: the path is empty");
	if (strlen(path) >= sizeof(place->path))
		return error_set(error, STATUS_USAGE, "%.60s…: the path is too long", path);
	snprintf(place->path, sizeof(place->path), "%s", path);
	return asked_take(place) == 0
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
	int failed = json_dumpf(result, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	failed |= fputc('\n', out) == EOF;
	failed |= fflush(out);
	/* A pipe cannot be synchronized; a full disk may say so only now. */
	failed |= fsync(fileno(out)) == -1 && errno != EINVAL && errno != EROFS;
	int why = errno;
	failed |= fclose(out);
	errno = why ? why : errno;
	return failed ? -1 : 0;
}

static int replace(const struct place *place, const json_t *result)
{
	char beside[PLACE_PATH_MAX];
	int fd = beside_open(place, beside, sizeof(beside));
	if (fd == -1)
		return -1;
	if (content_write(fd, result) == 0 && rename(beside, place->path) == 0)
		return 0;
	int why = errno;
	unlink(beside);
	errno = why;
	return -1;
}

static int write_into(const struct place *place, const json_t *result)
{
	int fd = open(place->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return fd == -1 ? -1 : content_write(fd, result);
}

/* Whether what stands there is still what was found, or made, at the start. */
static bool is_unchanged(const struct place *place)
{
	struct stat now;
	return lstat(place->path, &now) == 0 && is_same(&now, &place->found);
}

/* The place without ".json", for numbers behind it. */
static void stem_of(const struct place *place, char stem[PLACE_PATH_MAX])
{
	size_t length = strlen(place->path);
	memcpy(stem, place->path, length + 1);
	if (length > 5 && strcmp(stem + length - 5, ".json") == 0)
		stem[length - 5] = '\0';
}

static void written(struct place *place)
{
	place->is_reserved = false;
	place->is_written = true;
}

static int elsewhere_write(
	struct place *place, const json_t *result, const char *why, struct error *error)
{
	char asked[PLACE_PATH_MAX];
	const char *folder = getenv("TMPDIR");
	memcpy(asked, place->path, sizeof(asked));
	place_release(place);
	if (reserve_of_now(place, folder && *folder ? folder : "/tmp") == 0 &&
		replace(place, result) == 0) {
		written(place);
		return error_set(error, STATUS_FAILED, "%.150s: %s; the result is in %.150s", asked,
			why, place->path);
	}
	place_release(place);
	memcpy(place->path, asked, sizeof(asked));
	return error_set(error, STATUS_FAILED,
		"%.200s: %s; it could not be written to %.100s either", asked, why,
		folder && *folder ? folder : "/tmp");
}

/* Somebody else has written to the place, or removed what stood there. */
static int beside_write(struct place *place, const json_t *result, struct error *error)
{
	char asked[PLACE_PATH_MAX], stem[PLACE_PATH_MAX];
	memcpy(asked, place->path, sizeof(asked));
	stem_of(place, stem);
	if (reserve_numbered(place, stem) == -1 || replace(place, result) == -1) {
		const char *why = strerror(errno);
		place_release(place);
		memcpy(place->path, asked, sizeof(asked));
		return elsewhere_write(place, result, why, error);
	}
	written(place);
	if (strcmp(asked, place->path) == 0)
		return 0;
	return error_set(error, STATUS_FAILED,
		"%.150s: somebody else changed it during the run; the result is in %.150s", asked,
		place->path);
}

void place_keep(struct place *place, const json_t *result)
{
	if (place->is_written_into || !is_unchanged(place) || replace(place, result) == -1)
		return;
	written(place);
	lstat(place->path, &place->found);
}

int place_write(struct place *place, const json_t *result, struct error *error)
{
	if (!place->is_written_into && !is_unchanged(place))
		return beside_write(place, result, error);
	int done = place->is_written_into ? write_into(place, result) : replace(place, result);
	if (done == -1)
		return elsewhere_write(place, result, strerror(errno), error);
	written(place);
	return 0;
}

void place_release(struct place *place)
{
	if (place->is_reserved && is_unchanged(place))
		unlink(place->path);
	place->is_reserved = false;
}
