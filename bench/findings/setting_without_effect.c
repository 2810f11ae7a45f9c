/* setting-without-effect: a sysctl was set as if it shortened or reused TIME_WAITs, and did nothing
 * here. tcp_tw_reuse concerns connect(2) alone, 2 loopback addresses alone, and no connection
 * without timestamps (net/ipv4/tcp_ipv4.c, tcp_twsk_unique); tcp_fin_timeout bounds orphans in
 * FIN_WAIT_2 (net/ipv4/tcp.c, tcp_fin_time), and TCP_TIMEWAIT_LEN is a constant. */
#include "bench/findings/finding.h"
#include "bench/judge/time_wait_reuse.h"

#include <stdlib.h>
#include <string.h>

#define REUSE "net.ipv4.tcp_tw_reuse"
#define FIN_TIMEOUT "net.ipv4.tcp_fin_timeout"
#define FIN_TIMEOUT_DEFAULT "60"

static void fields(
	struct findings *findings, enum td_who end, const char *setting, const char *value)
{
	finding_word(findings, "end", figures_who(end));
	finding_word(findings, "setting", setting);
	finding_word(findings, "value", value);
}

/* The addresses of a trial are no loopback addresses: the two hosts are joined by veth. */
static void clients_reuse(struct findings *findings, const struct trial *trial)
{
	const char *value = finding_setting(trial, TD_CLIENT, REUSE, "0");
	const char *without = time_wait_reuse_lacks_timestamps(trial);
	if (strcmp(value, "2") == 0)
		finding_add(findings,
			"the client's tcp_tw_reuse = 2 did nothing: it is for loopback "
			"addresses alone, and the server's was none; set it to 1");
	else if (strcmp(value, "1") == 0 && without)
		finding_add(findings,
			"the client's tcp_tw_reuse = 1 did nothing: no TIME_WAIT is reused without "
			"timestamps, and tcp_timestamps are off at the %s; turn these on",
			without);
	else
		return;
	fields(findings, TD_CLIENT, REUSE, value);
}

static void servers_reuse(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const char *value = finding_setting(trial, TD_SERVER, REUSE, "0");
	if (strcmp(value, "0") == 0 || figures->server.counters.active_opens > 0)
		return;
	finding_add(findings,
		"the server's tcp_tw_reuse = %s did nothing: only connect(2) looks at it, and the "
		"server opened no connection; set it at the end that connects",
		value);
	fields(findings, TD_SERVER, REUSE, value);
}

/* Where an orphan in FIN_WAIT_2 met its timeout, or waits for it, the setting has an effect on that
 * one. */
static void fin_timeout(struct findings *findings, const struct trial *trial, enum td_who end,
	const struct end_figures *figures)
{
	const char *value = finding_setting(trial, end, FIN_TIMEOUT, FIN_TIMEOUT_DEFAULT);
	if (strcmp(value, FIN_TIMEOUT_DEFAULT) == 0 || figures->tw_created_least == 0 ||
		!(figures->fin_wait2_expired == 0) || figures->fin_wait2_end > 0)
		return;
	finding_add(findings,
		"the %s's tcp_fin_timeout = %s did nothing to its TIME_WAITs, which last %.0f to "
		"%.2f s whatever it says: it bounds orphans in FIN_WAIT_2, and none met it; leave "
		"it at " FIN_TIMEOUT_DEFAULT,
		figures_who(end), value, trial->time_wait_life.least_s,
		trial->time_wait_life.most_s);
	fields(findings, end, FIN_TIMEOUT, value);
	finding_number(findings, "time_waits", (double)figures->tw_created_least);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	clients_reuse(findings, trial);
	servers_reuse(findings, trial, figures);
	fin_timeout(findings, trial, TD_SERVER, &figures->server);
	fin_timeout(findings, trial, TD_CLIENT, &figures->client);
}

extern const struct finding_kind finding_setting_without_effect;
const struct finding_kind finding_setting_without_effect = {
	.id = "setting-without-effect",
	.summary = "a sysctl that was set to shorten or to reuse TIME_WAITs did nothing",
	.cause = "tcp_tw_reuse is for connect(2), with timestamps, 2 for loopback alone; "
		 "tcp_fin_timeout is for orphans in FIN_WAIT_2",
	.cure = "set tcp_tw_reuse to 1 at the end that connects, with tcp_timestamps on at both, "
		"and leave tcp_fin_timeout alone",
	.detect = detect,
};
