#include "bench/doctor/conntrack.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line of some 150 bytes a processor. */
#define TEXT_MAX 262144
#define COLUMNS_MAX 32

static const struct {
	const char *name;
	size_t offset;
} columns[] = {
	{"insert_failed", offsetof(struct conntrack_counts, insert_failed)},
	{"drop", offsetof(struct conntrack_counts, drop)},
	{"early_drop", offsetof(struct conntrack_counts, early_drop)},
};

/* Where the count of each column of the file goes; -1: nowhere. */
static size_t header_read(char *line, ptrdiff_t offsets[COLUMNS_MAX])
{
	size_t count = 0;
	for (char *name; count < COLUMNS_MAX && (name = strsep(&line, " "));) {
		if (*name == '\0')
			continue;
		offsets[count] = -1;
		for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
			if (strcmp(columns[i].name, name) == 0)
				offsets[count] = (ptrdiff_t)columns[i].offset;
		count++;
	}
	return count;
}

struct conntrack_counts conntrack_counts_parse(char *text)
{
	struct conntrack_counts counts = {.drop = 0};
	ptrdiff_t offsets[COLUMNS_MAX];
	char *line = strsep(&text, "\n");
	size_t count = line ? header_read(line, offsets) : 0;
	while ((line = strsep(&text, "\n"))) {
		size_t column = 0;
		for (char *word; column < count && (word = strsep(&line, " "));) {
			if (*word == '\0')
				continue;
			if (offsets[column] != -1)
				*(uint64_t *)((char *)&counts + offsets[column]) +=
					strtoull(word, NULL, 16);
			column++;
		}
	}
	return counts;
}

struct conntrack_counts conntrack_counts_read(void)
{
	struct conntrack_counts counts = {.drop = 0};
	char *text = malloc(TEXT_MAX);
	int fd = open("/proc/thread-self/net/stat/nf_conntrack", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 0;
	while (text && fd != -1 && length < TEXT_MAX - 1 &&
		(got = read(fd, text + length, TEXT_MAX - 1 - length)) > 0)
		length += (size_t)got;
	if (text && length > 0) {
		text[length] = '\0';
		counts = conntrack_counts_parse(text);
	}
	if (fd != -1)
		close(fd);
	free(text);
	return counts;
}
