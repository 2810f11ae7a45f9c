#include "strategies/core/hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLE "TEARDOWN_HOOK_MARKS"

const char *const hook_names[HOOKS] = {"configure_listener", "configure", "request_sent",
	"exchange_done", "acked", "peer_fin", "timeout", "error"};

bool hook_marks_describe(
	const struct hook_mark *marks, size_t count, const char *end, char *text, size_t size)
{
	uint32_t called = 0;
	size_t used = 0;
	for (size_t i = 0; i < count; i++)
		called |= 1u << hook_mark_read(&marks[i]);
	text[0] = '\0';
	for (int hook = 0; hook < HOOKS; hook++)
		if (called & 1u << hook && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s.%s",
				used ? ", " : "hook ", end, hook_names[hook]);
	return used > 0;
}

/* Returns 0, or -1. */
static int marks_map(struct hook_marks *marks, int fd, size_t count)
{
	void *items = count ? mmap(NULL, count * sizeof(*marks->items), PROT_READ | PROT_WRITE,
				      MAP_SHARED, fd, 0)
			    : MAP_FAILED;
	*marks = (struct hook_marks){0};
	if (items == MAP_FAILED)
		return -1;
	*marks = (struct hook_marks){items, count};
	return 0;
}

int hook_marks_hand_on(struct hook_marks *marks, size_t count)
{
	char number[16];
	int fd = memfd_create("hook-marks", 0);
	*marks = (struct hook_marks){0};
	if (fd == -1)
		return -1;
	snprintf(number, sizeof(number), "%d", fd);
	if (ftruncate(fd, (off_t)(count * sizeof(*marks->items))) == 0 &&
		marks_map(marks, fd, count) == 0 && setenv(VARIABLE, number, 1) == 0)
		return fd;
	close(fd);
	return -1;
}

void hook_marks_keep(int fd)
{
	unsetenv(VARIABLE);
	if (fd != -1)
		close(fd);
}

void hook_marks_inherit(struct hook_marks *marks)
{
	struct stat status;
	const char *number = getenv(VARIABLE);
	*marks = (struct hook_marks){0};
	if (!number)
		return;
	int fd = atoi(number);
	/* A file of ours, and not one that the program was given for something else. */
	if (fd > STDERR_FILENO && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		status.st_nlink == 0) {
		marks_map(marks, fd, (size_t)status.st_size / sizeof(*marks->items));
		close(fd);
	}
	unsetenv(VARIABLE);
}

void hook_marks_finish(struct hook_marks *marks)
{
	if (marks->items)
		munmap(marks->items, marks->count * sizeof(*marks->items));
	*marks = (struct hook_marks){0};
}
