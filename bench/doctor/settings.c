#include "bench/doctor/settings.h"

#include "common/sysctl.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A list of every second port is longer than any other setting. */
#define RESERVED_MAX 131072

static const struct setting_row {
	const char *name;
	size_t offset;
} rows[] = {
	{"net.ipv4.tcp_tw_reuse", offsetof(struct doctor_settings, tw_reuse)},
	{"net.ipv4.tcp_tw_reuse_delay", offsetof(struct doctor_settings, tw_reuse_delay_ms)},
	{"net.ipv4.tcp_timestamps", offsetof(struct doctor_settings, timestamps)},
	{"net.ipv4.tcp_fin_timeout", offsetof(struct doctor_settings, fin_timeout)},
	{"net.ipv4.tcp_rfc1337", offsetof(struct doctor_settings, rfc1337)},
	{"net.ipv4.tcp_max_tw_buckets", offsetof(struct doctor_settings, max_tw_buckets)},
	{"net.ipv4.tcp_tw_recycle", offsetof(struct doctor_settings, tw_recycle)},
	{"net.ipv4.tcp_max_orphans", offsetof(struct doctor_settings, max_orphans)},
	{"net.ipv4.tcp_abort_on_overflow", offsetof(struct doctor_settings, abort_on_overflow)},
	{"net.ipv4.tcp_ehash_entries", offsetof(struct doctor_settings, ehash_entries)},
	{"net.core.somaxconn", offsetof(struct doctor_settings, somaxconn)},
	{"net.netfilter.nf_conntrack_max", offsetof(struct doctor_settings, conntrack_max)},
	{"net.netfilter.nf_conntrack_count", offsetof(struct doctor_settings, conntrack_count)},
	{"net.netfilter.nf_conntrack_tcp_timeout_time_wait",
		offsetof(struct doctor_settings, conntrack_time_wait_s)},
};

/* Where values are from: the lines that set them, or else this host. */
struct setting_source {
	const struct sysctl_lines *lines; /* NULL: there are none */
	struct sysctl_folder folder;
};

/* Returns 0 or -1. */
static int value_read(struct setting_source *source, const char *name, char value[SYSCTL_VALUE_MAX])
{
	const struct sysctl_line *line =
		source->lines ? sysctl_lines_find(source->lines, name) : NULL;
	if (!line)
		return sysctl_folder_read(&source->folder, name, value, SYSCTL_VALUE_MAX);
	memcpy(value, line->value, sizeof(line->value));
	return 0;
}

/* As the kernel reads it (proc_get_long, kernel/sysctl.c): it refuses "1e6". */
static int64_t number_of(const char *value)
{
	char *end;
	long long number = strtoll(value, &end, 0);
	return end == value || (*end && *end != ' ') ? -1 : number;
}

static int64_t number_read(struct setting_source *source, const char *name)
{
	char value[SYSCTL_VALUE_MAX];
	return value_read(source, name, value) == -1 ? -1 : number_of(value);
}

int64_t doctor_settings_conntrack_count(void)
{
	char value[SYSCTL_VALUE_MAX];
	return sysctl_read("net.netfilter.nf_conntrack_count", value, sizeof(value)) == -1
		       ? -1
		       : number_of(value);
}

/* May be longer than sysctl_read takes: read whole, or not at all. */
static void reserved_read(char *text)
{
	ssize_t length = 0, got = 0;
	int fd = open("/proc/sys/net/ipv4/ip_local_reserved_ports", O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		while (length < RESERVED_MAX - 1 &&
			(got = read(fd, text + length, (size_t)(RESERVED_MAX - 1 - length))) > 0)
			length += got;
		close(fd);
	}
	text[length] = '\0';
}

/* "low pressure most" (tcp_mem, Documentation/networking/ip-sysctl.rst). */
static void memory_read(struct setting_source *source, struct doctor_settings *settings)
{
	char value[SYSCTL_VALUE_MAX], *at = value;
	int64_t pages[3] = {-1, -1, -1};
	if (value_read(source, "net.ipv4.tcp_mem", value) == 0)
		for (size_t i = 0; i < 3; i++)
			pages[i] = strtoll(at, &at, 10);
	settings->memory_pressure_pages = pages[1];
	settings->memory_most_pages = pages[2];
}

void doctor_settings_read(struct doctor_settings *settings, const struct sysctl_lines *lines)
{
	struct setting_source source = {.lines = lines, .folder = {.fd = -1}};
	char range[SYSCTL_VALUE_MAX];
	char *reserved = malloc(RESERVED_MAX);
	memory_read(&source, settings);
	memset(&settings->ports, 0, sizeof(settings->ports));
	settings->port_low = -1;
	if (reserved && value_read(&source, "net.ipv4.ip_local_port_range", range) == 0) {
		settings->port_low = number_of(range);
		reserved_read(reserved);
		port_range_read(&settings->ports, range, reserved);
	}
	free(reserved);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		*(int64_t *)((char *)settings + rows[i].offset) =
			number_read(&source, rows[i].name);
	sysctl_folder_close(&source.folder);
}
