/* sysctl-file: settings of a file that is not applied yet, judged as if it were: with the settings
 * that this host has, and those of the file in their place. */
#include "bench/doctor/check.h"
#include "bench/doctor/setting_rules.h"
#include "bench/doctor/sysctl_lines.h"

#include <stdio.h>
#include <string.h>

/* What kernels have done away with (Documentation/networking/ip-sysctl.rst; net/ipv4). */
static const struct {
	const char *name, *what;
} gone[] = {
	{"net.ipv4.tcp_tw_recycle", "is gone since Linux 4.12"},
	{"net.ipv4.tcp_fack", "does nothing since Linux 4.15"},
	{"net.ipv4.tcp_low_latency", "does nothing since Linux 4.14"},
	{"net.ipv4.tcp_max_tw_buckets_ub", "is one of OpenVZ's kernels alone"},
	{"net.ipv4.ip_conntrack_max", "is called net.netfilter.nf_conntrack_max"},
};

static const char *gone_what(const char *name)
{
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (strcmp(gone[i].name, name) == 0)
			return gone[i].what;
	return NULL;
}

/* A finding about a line; earlier lines come first. */
static void line_add(struct diagnosis *diagnosis, const struct sysctl_line *line, bool harms,
	const char *what, const char *cure)
{
	diagnosis_add(diagnosis, harms ? LEVEL_WARNING : LEVEL_NOTICE, -(double)line->order,
		"%s:%u: %s = %s", line->file, line->line, strrchr(line->name, '.') + 1,
		line->value);
	diagnosis_line(diagnosis, "%s", what);
	diagnosis_cure(diagnosis, "%s", cure);
	diagnosis_number(diagnosis, "line", line->line);
}

static void unknown_check(struct diagnosis *diagnosis, const struct sysctl_line *line)
{
	const char *what = gone_what(line->name);
	char cure[sizeof(line->near) + 32] = "is its module loaded, and the name right?";
	if (line->near[0])
		snprintf(cure, sizeof(cure), "is %s meant?", line->near);
	if (what)
		line_add(diagnosis, line, false, what, "take the line out");
	else if (line->is_unknown)
		line_add(diagnosis, line, false, "this kernel has no such setting", cure);
}

static void container_check(struct diagnosis *diagnosis, const struct sysctl_line *line)
{
	if (line->is_of_container && sysctl_is_host_wide(line->name))
		line_add(diagnosis, line, true,
			"is one for the whole host: a container, or a pod, cannot set it",
			"set it on the host");
}

static void comment_check(struct diagnosis *diagnosis, const struct sysctl_line *line)
{
	static const char cure[] = "give the comment a line of its own";
	static const char none[] = "sysctl.conf(5) has no comment behind a value: the kernel";
	char what[160];
	if (!line->has_comment || line->why_refused[0])
		return;
	snprintf(what, sizeof(what), "%s %s", none,
		line->is_half_taken ? "sets the numbers before it, and refuses this one"
		: line->is_refused  ? "refuses this one"
				    : "takes the numbers, and passes over the rest");
	line_add(diagnosis, line, line->is_refused, what, cure);
}

static void refused_check(struct diagnosis *diagnosis, const struct sysctl_line *line)
{
	char what[sizeof(line->why_refused) + 96];
	if (!line->why_refused[0] || line->is_unknown)
		return;
	snprintf(what, sizeof(what), "the kernel refuses this value%s: %s",
		line->is_half_taken ? ", and sets the numbers before it" : "", line->why_refused);
	line_add(diagnosis, line, true, what, "give a value that it takes: this line sets nothing");
}

/* The length of a value without the comment behind it. */
static size_t value_length(const struct sysctl_line *line)
{
	size_t length = line->has_comment ? strcspn(line->value, "#;") : strlen(line->value);
	while (length > 0 && line->value[length - 1] == ' ')
		length--;
	return length;
}

static bool has_same_value(const struct sysctl_line *line, const struct sysctl_line *other)
{
	size_t length = value_length(line);
	return length == value_length(other) && strncmp(line->value, other->value, length) == 0;
}

static void repeated_check(
	struct diagnosis *diagnosis, const struct sysctl_line *line, const struct sysctl_line *last)
{
	if (line == last || has_same_value(line, last))
		return;
	line_add(diagnosis, line, false, "a later line sets another value, which counts",
		"keep one of them");
	diagnosis_line(diagnosis, "%s:%u: %s", last->file, last->line, last->value);
}

static void rule_check(struct diagnosis *diagnosis, const struct doctor_settings *settings,
	const struct setting_rule *rule, const struct sysctl_line *line)
{
	const struct setting_view view = {.settings = settings};
	char text[SETTING_REMARK], then[2 * SETTING_REMARK];
	bool is_its = strcmp(rule->name, line->name) == 0;
	if (!is_its && (!rule->companion || strcmp(rule->companion, line->name) != 0))
		return;
	if (!rule->judge(&view, text))
		return;
	snprintf(then, sizeof(then), "%s then %s", rule->name, text);
	line_add(diagnosis, line, rule->harms, is_its ? text : then,
		rule->cure ? rule->cure : "take the line out");
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	for (size_t i = 0; host->lines && i < host->lines->count; i++) {
		const struct sysctl_line *line = &host->lines->list[i];
		const struct sysctl_line *last = sysctl_lines_find(host->lines, line->name);
		unknown_check(diagnosis, line);
		container_check(diagnosis, line);
		comment_check(diagnosis, line);
		refused_check(diagnosis, line);
		if (line->is_refused)
			continue;
		if (!line->is_of_container)
			repeated_check(diagnosis, line, last);
		for (size_t j = 0; j < setting_rule_count && line == last && !line->is_unknown; j++)
			rule_check(diagnosis, &space->settings, &setting_rules[j], line);
	}
}

extern const struct doctor_check doctor_check_sysctl_file;
const struct doctor_check doctor_check_sysctl_file = {
	.id = "sysctl-file",
	.means = "A file would make settings that do nothing of what they are set for, or do harm; "
		 "or "
		 "that this kernel, or a container, does not have, or whose values the kernel "
		 "refuses.",
	.source =
		"The files of --sysctl-file: lines as sysctl.conf(5) has them, sysctls of "
		"Kubernetes "
		"(name, value) and of Docker (compose, --sysctl). Of a name that is set again the "
		"last value that the kernel takes counts; what no file sets is as this host has "
		"it. What the kernel refuses: proc_dointvec_minmax and its like (kernel/sysctl.c).",
	.cure = "As each line says; `--explain settings` says more.",
	.fine = "the other settings",
	.is_of_files = true,
	.check = check,
};
