/* settings: ones that do nothing of what they are set for, or do harm (setting_rules.c has each).
 */
#include "bench/doctor/check.h"
#include "bench/doctor/setting_rules.h"

#include <string.h>

/* "tcp_fin_timeout", as people say */
static const char *short_name(const struct setting_rule *rule)
{
	return strrchr(rule->name, '.') + 1;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	const struct setting_view view = {&space->settings, host, space};
	char text[SETTING_REMARK];
	bool is_first = true;
	for (size_t i = 0; i < setting_rule_count; i++) {
		const struct setting_rule *rule = &setting_rules[i];
		long long value = setting_rule_value(rule, &space->settings);
		if (!rule->judge(&view, text))
			continue;
		if (is_first) {
			diagnosis_add(diagnosis,
				space->settings.tw_recycle == 1 ? LEVEL_WARNING : LEVEL_NOTICE, 0,
				"settings that do nothing, or harm");
			diagnosis_cure(diagnosis, "take them out of /etc/sysctl.d, or set what the "
						  "line says; `teardown doctor --sysctl-file FILE` "
						  "judges a file before it is applied");
		}
		is_first = false;
		diagnosis_line(diagnosis, "%s = %lld: %s", short_name(rule), value, text);
		diagnosis_number(diagnosis, short_name(rule), (double)value);
	}
}

extern const struct doctor_check doctor_check_settings;
const struct doctor_check doctor_check_settings = {
	.id = "settings",
	.means =
		"A setting that is said to shorten TIME_WAIT or to admit more connections, and "
		"does "
		"not; or one whose price is higher than what it saves. tcp_fin_timeout bounds "
		"FIN_WAIT_2 without a holder, not TIME_WAIT, which is 60 s in the kernel's source.",
	.source = "/proc/sys/net of each network namespace. A namespace has its own of nearly all: "
		  "one "
		  "with 64 sockets or more is held against the host's, too.",
	.cure = "For ports: keep connections, tcp_tw_reuse=1 with timestamps, more addresses. For "
		"listen "
		"queues: both listen()'s backlog and somaxconn, in the namespace of the program.",
	.fine = "settings",
	.can_judge = doctor_check_has_settings,
	.check = check,
};
