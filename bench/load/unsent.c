#include "bench/load/unsent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void unsent_drop(struct unsent *unsent)
{
	free(unsent->bytes);
	*unsent = (struct unsent){.bytes = NULL};
}

/* Keeps bytes behind those that wait. */
static int keep(struct unsent *unsent, const char *bytes, size_t length)
{
	size_t before = unsent->length - unsent->at;
	char *kept = malloc(before + length);
	if (!kept)
		return -1;
	if (before > 0)
		memcpy(kept, unsent->bytes + unsent->at, before);
	memcpy(kept + before, bytes, length);
	unsent_drop(unsent);
	*unsent = (struct unsent){.bytes = kept, .length = before + length};
	return 0;
}

/* Returns how many of the bytes the socket has taken, or -1 with errno. */
static ssize_t try(int fd, const char *bytes, size_t length, int flags)
{
	ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT | flags);
	return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

static ssize_t waiting_send(struct unsent *unsent, int fd, int flags)
{
	ssize_t n = try(fd, unsent->bytes + unsent->at, unsent->length - unsent->at, flags);
	unsent->at += n > 0 ? (size_t)n : 0;
	if (n == -1 || unsent->at == unsent->length)
		unsent_drop(unsent);
	return n;
}

ssize_t unsent_send(struct unsent *unsent, int fd, const char *bytes, size_t length, int flags)
{
	if (unsent->bytes) {
		if (length > 0 && keep(unsent, bytes, length) == -1)
			return -1;
		return waiting_send(unsent, fd, flags);
	}
	ssize_t n = length > 0 ? try(fd, bytes, length, flags) : 0;
	if (n == -1 || (size_t)n == length)
		return n;
	return keep(unsent, bytes + n, length - (size_t)n) == 0 ? n : -1;
}
