#include "server/host/sockstat.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int sockstat_open(void)
{
	return open("/proc/self/net/sockstat", O_RDONLY | O_CLOEXEC);
}

int sockstat_time_wait(int fd, uint64_t *count)
{
	char text[1024];
	ssize_t n = fd == -1 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	unsigned long long value;
	const char *line = strstr(text, "\nTCP:");
	const char *found = line ? strstr(line, " tw ") : NULL;
	if (!found || sscanf(found, " tw %llu", &value) != 1)
		return -1;
	*count = value;
	return 0;
}
