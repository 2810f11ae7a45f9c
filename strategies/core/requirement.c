#include "strategies/core/requirement.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void white_space_fold(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		bool space = isspace((unsigned char)*from);
		if (!space)
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

int requirement_read(const char *sysctl, char *value, size_t size)
{
	char path[160];
	int length = snprintf(path, sizeof(path), "/proc/sys/%s", sysctl);
	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (char *p = path + strlen("/proc/sys/"); *p; p++)
		if (*p == '.')
			*p = '/';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t n = read(fd, value, size - 1);
	int saved = errno;
	close(fd);
	if (n == -1) {
		errno = saved;
		return -1;
	}
	value[n] = '\0';
	white_space_fold(value);
	return 0;
}

int requirement_verify(const struct td_strategy *strategy, enum td_who end, struct error *error)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++) {
		const struct td_requirement *need = &strategy->requirements[i];
		char found[128];
		if (need->end != end)
			continue;
		if (requirement_read(need->sysctl, found, sizeof(found)) == -1)
			return error_set_errno(error, STATUS_HOST_CANNOT,
				"strategy %s needs %s = %s here, because %s; it cannot be read",
				strategy->name, need->sysctl, need->value, need->why);
		if (strcmp(found, need->value) != 0)
			return error_set(error, STATUS_HOST_CANNOT,
				"strategy %s needs %s = %s here, because %s; it is %s",
				strategy->name, need->sysctl, need->value, need->why, found);
	}
	return 0;
}
