#include "bench/options/groups/groups.h"

#define GROUP_LIST(name) &(name),
static const struct option_group *const groups[] = {RUN_GROUPS(GROUP_LIST) NULL};
#undef GROUP_LIST

const struct option_table run_option_table = {
	.program = "teardown run",
	.usage = "[OPTION...]",
	.about = "Compares ways of closing a connection under load, each in a fresh private "
		 "network.\n"
		 "Closed loop: the next connection begins when one of --connections is closed.\n"
		 "Open loop (--rate): connections begin on a schedule, as a server's users do.\n\n"
		 "Exit status: 0 ok, 1 failed or, without --fail-if, no trial was valid, 2 usage, "
		 "3 this host cannot, 99 what --fail-if says holds, 130 interrupted.",
	.groups = groups,
	.examples =
		"# six ways of closing, side by side\n"
		"teardown run\n"
		"# two of them, with large responses\n"
		"teardown run -s graceful,reset --response-bytes 1M -r 5 -o result.json\n"
		"# a server of your own\n"
		"teardown run --server-command 'nginx -c /etc/nginx/nginx.conf' --server-port 80\n"
		"# the server on another host\n"
		"teardown run --server-host web1\n"
		"# for CI: exit status 99 when it is slow\n"
		"teardown run -s graceful --fail-if 'graceful.rate_per_s < 10k'",
};
