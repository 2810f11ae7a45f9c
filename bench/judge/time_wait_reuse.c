#include "bench/judge/time_wait_reuse.h"

#include "bench/judge/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The delay counts milliseconds, and one of 0 takes a part of the first. */
#define DELAY_LEAST_S 0.001
#define DELAY_BEFORE_LINUX_6_14_MS "1000"

static bool are_off(const struct trial *trial, enum td_who end)
{
	return strcmp(trial_setting(trial, end, "net.ipv4.tcp_timestamps", "1"), "0") == 0;
}

const char *time_wait_reuse_lacks_timestamps(const struct trial *trial)
{
	bool at_server = are_off(trial, TD_SERVER), at_client = are_off(trial, TD_CLIENT);
	if (at_server && at_client)
		return "server and at the client";
	if (at_server)
		return figures_who(TD_SERVER);
	return at_client ? figures_who(TD_CLIENT) : NULL;
}

bool time_wait_is_reused_by(const struct trial *trial, enum td_who end, bool over_loopback)
{
	const char *reuse = trial_setting(trial, end, "net.ipv4.tcp_tw_reuse", "0");
	if (over_loopback)
		return strcmp(reuse, "0") != 0 && !are_off(trial, end);
	return strcmp(reuse, "1") == 0 && !time_wait_reuse_lacks_timestamps(trial);
}

bool time_wait_is_reused(const struct trial *trial)
{
	return time_wait_is_reused_by(trial, TD_CLIENT, false);
}

double time_wait_reuse_delay_s(const struct trial *trial, enum td_who end)
{
	return atof(trial_setting(
		       trial, end, "net.ipv4.tcp_tw_reuse_delay", DELAY_BEFORE_LINUX_6_14_MS)) /
	       1e3;
}

double time_wait_reuse_hold_s(const struct trial *trial, enum td_who end)
{
	return fmax(time_wait_reuse_delay_s(trial, end), DELAY_LEAST_S);
}
