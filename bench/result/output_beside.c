#include "bench/result/output_beside.h"

#include "common/clock.h"
#include "common/random.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PERMISSIONS (S_IRWXU | S_IRWXG | S_IRWXO)
#define UNCHANGED ((uid_t)-1)

int output_beside_open(const char *path, char *beside, size_t size)
{
	uint64_t state = clock_now_ns() ^ (uint64_t)getpid() << 32;
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash + 1 - path) : 0, fd = -1;
	do {
		int length = snprintf(beside, size, "%.*s.teardown-%016llx", folder, path,
			(unsigned long long)random_next(&state));
		if (length < 0 || (size_t)length >= size)
			errno = ENAMETOOLONG;
		else
			fd = open(beside, OUTPUT_BESIDE_EXCLUSIVE, S_IRUSR | S_IWUSR);
	} while (fd == -1 && errno == EEXIST);
	if (fd == -1)
		beside[0] = '\0';
	return fd;
}

void output_beside_liken(int fd, const struct stat *other)
{
	mode_t mode = other->st_mode & PERMISSIONS;
	/* Only root may give a file away; its owner may give it to a group of their own. */
	if (fchown(fd, other->st_uid, other->st_gid) == -1 &&
		fchown(fd, UNCHANGED, other->st_gid) == -1)
		mode &= ~(mode_t)S_IRWXG;
	fchmod(fd, mode);
}

int output_beside_lock(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1)
		flock(fd, LOCK_EX);
	return fd;
}

int output_beside_check(const char *path)
{
	char beside[PATH_MAX];
	int fd = output_beside_open(path, beside, sizeof(beside));
	if (fd == -1)
		return -1;
	close(fd);
	return unlink(beside);
}
