#include "bench/judge/time_wait_reuse.h"

#include "bench/judge/figures.h"

#include <stdlib.h>
#include <string.h>

#define DELAY_BEFORE_LINUX_6_14_MS "1000"

const char *time_wait_reuse_lacks_timestamps(const struct trial *trial)
{
	static const enum td_who ends[] = {TD_SERVER, TD_CLIENT};
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(trial_setting(trial, ends[i], "net.ipv4.tcp_timestamps", "1"), "0") == 0)
			return figures_who(ends[i]);
	return NULL;
}

bool time_wait_is_reused(const struct trial *trial)
{
	return strcmp(trial_setting(trial, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "0"), "1") == 0 &&
	       !time_wait_reuse_lacks_timestamps(trial);
}

double time_wait_reuse_delay_s(const struct trial *trial)
{
	return atof(trial_setting(trial, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay",
		       DELAY_BEFORE_LINUX_6_14_MS)) /
	       1e3;
}
