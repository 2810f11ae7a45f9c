#include "bench/doctor/check.h"

#include <string.h>

/* A check is named here, and in meson.build: the most harmful first. */
#define CHECKS(X)                                                                                  \
	X(ports_run_out)                                                                           \
	X(listen_overflow)                                                                         \
	X(close_wait_leak)                                                                         \
	X(fin_wait_2_pile)                                                                         \
	X(conntrack)                                                                               \
	X(nat_share)                                                                               \
	X(orphans)                                                                                 \
	X(tcp_memory)                                                                              \
	X(syn_retransmits)                                                                         \
	X(tw_cap)                                                                                  \
	X(range_parity)                                                                            \
	X(settings)                                                                                \
	X(listener_in_range)                                                                       \
	X(sysctl_file)

#define CHECK_DECLARE(name) extern const struct doctor_check doctor_check_##name;
CHECKS(CHECK_DECLARE)
#undef CHECK_DECLARE

#define CHECK_LIST(name) &doctor_check_##name,
const struct doctor_check *const doctor_checks[] = {CHECKS(CHECK_LIST)};
#undef CHECK_LIST
const size_t doctor_check_count = sizeof(doctor_checks) / sizeof(doctor_checks[0]);

bool doctor_check_has_settings(const struct doctor_namespace *space)
{
	return port_range_count(&space->settings.ports) > 0;
}

static bool can_judge(const struct doctor_check *check, const struct doctor_host *host)
{
	for (size_t i = 0; i < host->namespace_count; i++)
		if (!check->can_judge || check->can_judge(&host->namespaces[i]))
			return true;
	return false;
}

bool doctor_check_applies(const struct doctor_check *check, const struct doctor_host *host)
{
	return check->is_of_files == (host->lines != NULL) && can_judge(check, host) &&
	       (!check->applies || check->applies(host));
}

const struct doctor_check *doctor_check_find(const char *id)
{
	for (size_t i = 0; i < doctor_check_count; i++)
		if (strcmp(doctor_checks[i]->id, id) == 0)
			return doctor_checks[i];
	return NULL;
}
