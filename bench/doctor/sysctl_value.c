#include "bench/doctor/sysctl_value.h"

#include "bench/doctor/words.h"
#include "common/bounded_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* MAX_TCP_SYNCNT, include/net/tcp.h. */
#define RETRIES_MOST 127
#define OF_INT INT32_MIN, INT32_MAX
#define OF_U8 0, UINT8_MAX
/* Of seconds the most depends on HZ (proc_dointvec_jiffies, kernel/sysctl.c). */
#define UNBOUND INT64_MIN, INT64_MAX

/* Each bound was tried on Linux 6.18, and the number beyond it. Of a value of several numbers that
 * is not taken whole the kernel sets those that it has read before the one that it refuses.
 * Handlers: ipv4_net_table (net/ipv4/sysctl_net_ipv4.c), netns_core_table
 * (net/core/sysctl_net_core.c). */
static const struct setting {
	const char *name;
	int64_t least, most; /* of each number */
	size_t numbers;
	bool is_in_part;
} settings[] = {
	{"net.core.somaxconn", 0, INT32_MAX, 1, false},
	{"net.ipv4.ip_default_ttl", 1, UINT8_MAX, 1, false},
	{"net.ipv4.ip_local_port_range", 1, UINT16_MAX, 2, false},
	{"net.ipv4.ip_unprivileged_port_start", 0, UINT16_MAX, 1, false},
	{"net.ipv4.ping_group_range", UNBOUND, 2, false},
	{"net.ipv4.tcp_abort_on_overflow", OF_U8, 1, false},
	{"net.ipv4.tcp_autocorking", 0, 1, 1, false},
	{"net.ipv4.tcp_fastopen", OF_INT, 1, false},
	{"net.ipv4.tcp_fin_timeout", UNBOUND, 1, false},
	{"net.ipv4.tcp_keepalive_intvl", UNBOUND, 1, false},
	{"net.ipv4.tcp_keepalive_probes", OF_U8, 1, false},
	{"net.ipv4.tcp_keepalive_time", UNBOUND, 1, false},
	{"net.ipv4.tcp_max_syn_backlog", OF_INT, 1, false},
	{"net.ipv4.tcp_max_tw_buckets", OF_INT, 1, false},
	{"net.ipv4.tcp_mem", UNBOUND, 3, true},
	{"net.ipv4.tcp_moderate_rcvbuf", OF_U8, 1, false},
	{"net.ipv4.tcp_mtu_probing", OF_U8, 1, false},
	{"net.ipv4.tcp_no_metrics_save", OF_U8, 1, false},
	{"net.ipv4.tcp_notsent_lowat", 0, UINT32_MAX, 1, false},
	{"net.ipv4.tcp_orphan_retries", OF_U8, 1, false},
	{"net.ipv4.tcp_retries1", OF_U8, 1, false},
	{"net.ipv4.tcp_retries2", OF_U8, 1, false},
	{"net.ipv4.tcp_rfc1337", OF_U8, 1, false},
	{"net.ipv4.tcp_rmem", 1, INT32_MAX, 3, true},
	{"net.ipv4.tcp_sack", OF_U8, 1, false},
	{"net.ipv4.tcp_slow_start_after_idle", OF_U8, 1, false},
	{"net.ipv4.tcp_syn_retries", 1, RETRIES_MOST, 1, false},
	{"net.ipv4.tcp_synack_retries", OF_U8, 1, false},
	{"net.ipv4.tcp_syncookies", OF_U8, 1, false},
	{"net.ipv4.tcp_timestamps", OF_U8, 1, false},
	{"net.ipv4.tcp_tw_reuse", 0, 2, 1, false},
	{"net.ipv4.tcp_window_scaling", OF_U8, 1, false},
	{"net.ipv4.tcp_wmem", 1, INT32_MAX, 3, true},
	{"net.ipv4.udp_mem", UNBOUND, 3, true},
};

/* NULL: it is not in the table. */
static const struct setting *setting_find(const char *name)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

/* What the kernel makes of "30 # half a minute": it reads as many numbers as the setting has, each
 * up to a blank, and passes over the rest; a list of ports, or a text, it takes whole or not at
 * all. */
static void comment_judge(struct sysctl_line *line, const struct setting *setting)
{
	static const char list[] = "_ports";
	size_t length = strlen(line->name), taken = 0;
	line->has_comment = strpbrk(line->value, "#;");
	for (const char *at = line->value; (at += strspn(at, "-0123456789")) && *at == ' '; at++)
		taken++;
	if (length >= strlen(list) && strcmp(line->name + length - strlen(list), list) == 0)
		taken = 0;
	line->is_refused = line->has_comment && taken < (setting ? setting->numbers : 1);
	line->is_half_taken = line->is_refused && setting && setting->is_in_part && taken > 0;
}

/* As the kernel reads it: digits behind a sign, of base 8 behind a 0 and of 16 behind 0x, up to a
 * blank (proc_get_long, kernel/sysctl.c). Returns whether it is one; `at` is behind it then. */
static bool number_read(const char **at, int64_t *number)
{
	char *end;
	if (!isdigit((unsigned char)(*at)[**at == '-']))
		return false;
	*number = strtoll(*at, &end, 0);
	if (*end && *end != ' ')
		return false;
	*at = end + strspn(end, " ");
	return true;
}

/* Returns how many numbers the kernel takes before it refuses one. */
static size_t numbers_judge(
	struct sysctl_line *line, const struct setting *setting, int64_t *numbers)
{
	const char *at = line->value;
	struct word least, most;
	size_t i = 0;
	for (; i < setting->numbers && *at; i++) {
		if (!number_read(&at, &numbers[i])) {
			bounded_text_write(line->why_refused, sizeof(line->why_refused),
				"%.*s is no number", (int)strcspn(at, " "), at);
			break;
		}
		if (numbers[i] >= setting->least && numbers[i] <= setting->most)
			continue;
		bounded_text_write(line->why_refused, sizeof(line->why_refused),
			"it takes %s to %s", word_count(&least, (double)setting->least),
			word_count(&most, (double)setting->most));
		break;
	}
	return i;
}

/* ip_unprivileged_port_start as a line meets it: what an earlier one sets, or else what this host
 * has. */
static int64_t port_least(const struct sysctl_lines *before)
{
	static const char name[] = "net.ipv4.ip_unprivileged_port_start";
	const struct sysctl_line *line = sysctl_lines_find(before, name);
	char value[SYSCTL_VALUE_MAX];
	if (line)
		return strtoll(line->value, NULL, 0);
	return sysctl_read(name, value, sizeof(value)) == -1 ? 0 : strtoll(value, NULL, 10);
}

/* ipv4_local_port_range (net/ipv4/sysctl_net_ipv4.c). */
static void range_judge(
	struct sysctl_line *line, const int64_t *range, const struct sysctl_lines *before)
{
	struct word least;
	int64_t least_port = port_least(before);
	if (range[1] < range[0])
		bounded_text_write(line->why_refused, sizeof(line->why_refused),
			"its last port is below its first");
	/* A container may have another one than this host. */
	else if (range[0] < least_port && !line->is_of_container)
		bounded_text_write(line->why_refused, sizeof(line->why_refused),
			"its first port is below ip_unprivileged_port_start, %s",
			word_count(&least, (double)least_port));
}

#define NUMBERS_MOST 3

static void value_judge(
	struct sysctl_line *line, const struct setting *setting, const struct sysctl_lines *before)
{
	int64_t numbers[NUMBERS_MOST];
	size_t taken = numbers_judge(line, setting, numbers);
	if (taken == 2 && strcmp(setting->name, "net.ipv4.ip_local_port_range") == 0)
		range_judge(line, numbers, before);
	line->is_refused = line->why_refused[0];
	line->is_half_taken = line->is_refused && setting->is_in_part && taken > 0;
}

void sysctl_value_judge(
	struct sysctl_line *line, bool is_of_conf, const struct sysctl_lines *before)
{
	const struct setting *setting = setting_find(line->name);
	if (is_of_conf)
		comment_judge(line, setting);
	bool is_of_template = strpbrk(line->value, "{$<%");
	if (setting && !line->is_refused && !is_of_template)
		value_judge(line, setting, before);
}
