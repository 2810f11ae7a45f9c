#include "bench/measure/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* netstat has about 8 KiB with the numbers of a long life; a longer one must not be cut in silence.
 */
#define TEXT_BYTES 65536

#define COUNTERS_ROW(field, group, name) {name, sizeof(name) - 1, offsetof(struct counters, field)},
const struct counters_row counters_rows[] = {COUNTERS(COUNTERS_ROW)};
#undef COUNTERS_ROW
const size_t counters_row_count = sizeof(counters_rows) / sizeof(counters_rows[0]);

#define COUNTERS_GROUP(field, group, name) group,
static const char *const groups[] = {COUNTERS(COUNTERS_GROUP)};
#undef COUNTERS_GROUP

static uint64_t *row_value(struct counters *counters, size_t row)
{
	return (uint64_t *)((char *)counters + counters_rows[row].offset);
}

int counters_open(struct counters_source *source, struct error *error)
{
	static const char *const paths[] = {"/proc/thread-self/net/snmp",
		"/proc/thread-self/net/netstat", "/proc/thread-self/net/sockstat"};
	int *fds[] = {&source->snmp_fd, &source->netstat_fd, &source->sockstat_fd};
	*source = (struct counters_source){-1, -1, -1};
	for (size_t i = 0; i < 3; i++) {
		*fds[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
		if (*fds[i] == -1) {
			error_set_errno(error, STATUS_HOST_CANNOT, "%s", paths[i]);
			counters_close(source);
			return -1;
		}
	}
	return 0;
}

void counters_close(struct counters_source *source)
{
	int *fds[] = {&source->snmp_fd, &source->netstat_fd, &source->sockstat_fd};
	for (size_t i = 0; i < 3; i++) {
		if (*fds[i] != -1)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

/* The file as it is now, terminated. */
static int text_read(int fd, char *text, size_t size, const char *name, struct error *error)
{
	size_t length = 0;
	for (;;) {
		ssize_t got = pread(fd, text + length, size - 1 - length, (off_t)length);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return error_set_errno(error, STATUS_FAILED, "/proc/net/%s", name);
		if (got == 0)
			break;
		length += (size_t)got;
		if (length == size - 1)
			return error_set(error, STATUS_FAILED, "/proc/net/%s is too long", name);
	}
	text[length] = '\0';
	return 0;
}

static void value_take(
	struct counters *counters, const char *group, const char *name, const char *value)
{
	size_t length = strlen(name);
	if (strcmp(name, "CurrEstab") == 0)
		counters->gauge_established = strtoull(value, NULL, 10);
	for (size_t row = 0; row < counters_row_count; row++) {
		if (counters_rows[row].length == length &&
			memcmp(counters_rows[row].name, name, length) == 0 &&
			strcmp(groups[row], group) == 0)
			*row_value(counters, row) = strtoull(value, NULL, 10);
	}
}

/* Lines come in pairs: "Group: name name …", "Group: value value …". Names are matched, not places:
 * every kernel adds columns. */
static void pairs_parse(struct counters *counters, char *text)
{
	for (;;) {
		char *names = strsep(&text, "\n");
		char *values = strsep(&text, "\n");
		if (!names || !values)
			return;
		const char *group = strsep(&names, ":");
		strsep(&values, ":");
		while (names && values) {
			const char *name = strsep(&names, " ");
			const char *value = strsep(&values, " ");
			if (*name)
				value_take(counters, group, name, value);
		}
	}
}

static uint64_t gauge_parse(const char *line, const char *name)
{
	const char *found = strstr(line, name);
	return found && found < line + strcspn(line, "\n")
		       ? strtoull(found + strlen(name), NULL, 10)
		       : 0;
}

static void sockstat_parse(struct counters *counters, const char *text)
{
	const char *line = strstr(text, "TCP: ");
	if (!line)
		return;
	counters->gauge_inuse = gauge_parse(line, " inuse ");
	counters->gauge_tw = gauge_parse(line, " tw ");
	counters->gauge_orphans = gauge_parse(line, " orphan ");
	counters->gauge_memory_pages = gauge_parse(line, " mem ");
}

int counters_read(
	const struct counters_source *source, struct counters *counters, struct error *error)
{
	char text[TEXT_BYTES];
	memset(counters, 0, sizeof(*counters));
	if (text_read(source->snmp_fd, text, sizeof(text), "snmp", error) == -1)
		return -1;
	pairs_parse(counters, text);
	if (text_read(source->netstat_fd, text, sizeof(text), "netstat", error) == -1)
		return -1;
	pairs_parse(counters, text);
	if (text_read(source->sockstat_fd, text, sizeof(text), "sockstat", error) == -1)
		return -1;
	sockstat_parse(counters, text);
	return 0;
}

struct counters counters_difference(const struct counters *later, const struct counters *earlier)
{
	struct counters difference = *later;
#define COUNTERS_SUBTRACT(field, group, name) difference.field -= earlier->field;
	COUNTERS(COUNTERS_SUBTRACT)
#undef COUNTERS_SUBTRACT
	return difference;
}
