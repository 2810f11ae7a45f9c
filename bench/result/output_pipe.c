#include "bench/result/output_pipe.h"

#include "common/clock.h"
#include "common/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#define LOOK_AGAIN_NS (20 * NS_PER_MS)

bool output_pipe_is(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISFIFO(found.st_mode);
}

int output_pipe_try(const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

int output_pipe_open(const char *path, const volatile bool *interrupted)
{
	struct error said = {.text = ""};
	/* Not a blocking open(2): a signal may come just before it. */
	for (;;) {
		int fd = output_pipe_try(path);
		if (fd != -1 || errno != ENXIO || (interrupted && *interrupted))
			return fd;
		if (!said.text[0]) {
			error_set(&said, STATUS_OK, "%s: waiting for a reader of this pipe", path);
			fprintf(stderr, "teardown: %s\n", said.text);
		}
		if (nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_NS}, NULL) == -1)
			return -1;
	}
}
