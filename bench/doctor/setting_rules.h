/* Settings that do nothing of what they are set for, or do harm: one row a rule. Pure functions. */
#ifndef BENCH_DOCTOR_SETTING_RULES_H
#define BENCH_DOCTOR_SETTING_RULES_H

#include "bench/doctor/records.h"

/* What a rule may look at. */
struct setting_view {
	const struct doctor_settings *settings;
	/* NULL: the settings are those of a file. */
	const struct doctor_host *host;
	const struct doctor_namespace *space;
};

#define SETTING_REMARK 200

struct setting_rule {
	const char *name;      /* of the sysctl */
	const char *companion; /* NULL: the rule is about the one alone */
	size_t offset;         /* of its value in struct doctor_settings */
	bool harms;            /* else it does nothing */
	const char *cure;      /* NULL: not to set it */
	/* Writes what the setting does: "does not shorten TIME_WAIT". Returns whether there is
	 * anything to say. */
	bool (*judge)(const struct setting_view *view, char text[SETTING_REMARK]);
};

extern const struct setting_rule setting_rules[];
extern const size_t setting_rule_count;

int64_t setting_rule_value(const struct setting_rule *rule, const struct doctor_settings *settings);

#endif
