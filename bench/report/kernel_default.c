#include "bench/report/kernel_default.h"

#include <stddef.h>
#include <string.h>

/* Documentation/networking/ip-sysctl.rst, net.rst and nf_conntrack-sysctl.rst of Linux 6.1;
 * tcp_tw_reuse_delay came with 6.14. */
static const struct {
	const char *sysctl, *value;
} defaults[] = {
	{"net.core.somaxconn", "4096"},
	{"net.ipv4.ip_local_port_range", "32768 60999"},
	{"net.ipv4.tcp_abort_on_overflow", "0"},
	{"net.ipv4.tcp_autocorking", "1"},
	{"net.ipv4.tcp_congestion_control", ""},
	{"net.ipv4.tcp_fastopen", "1"},
	{"net.ipv4.tcp_fin_timeout", "60"},
	{"net.ipv4.tcp_max_syn_backlog", ""},
	{"net.ipv4.tcp_max_tw_buckets", ""},
	{"net.ipv4.tcp_migrate_req", "0"},
	{"net.ipv4.tcp_no_metrics_save", "0"},
	{"net.ipv4.tcp_orphan_retries", "0"},
	{"net.ipv4.tcp_retries2", "15"},
	{"net.ipv4.tcp_rfc1337", "0"},
	{"net.ipv4.tcp_rmem", ""},
	{"net.ipv4.tcp_sack", "1"},
	{"net.ipv4.tcp_syn_retries", "6"},
	{"net.ipv4.tcp_synack_retries", "5"},
	{"net.ipv4.tcp_syncookies", "1"},
	{"net.ipv4.tcp_timestamps", "1"},
	{"net.ipv4.tcp_tw_reuse", "2"},
	{"net.ipv4.tcp_tw_reuse_delay", "1000"},
	{"net.ipv4.tcp_window_scaling", "1"},
	{"net.ipv4.tcp_wmem", ""},
	{"net.netfilter.nf_conntrack_tcp_timeout_close", "10"},
	{"net.netfilter.nf_conntrack_tcp_timeout_time_wait", "120"},
};

const char *kernel_default(const char *sysctl)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (strcmp(defaults[i].sysctl, sysctl) == 0)
			return defaults[i].value;
	return NULL;
}

bool kernel_default_differs(const char *sysctl, const char *value)
{
	const char *usual = kernel_default(sysctl);
	return usual && *usual && value && strcmp(value, usual) != 0;
}
