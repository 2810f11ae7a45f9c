#include "bench/doctor/setting_rules.h"

#include "bench/doctor/words.h"
#include "common/bounded_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* TCP_FIN_TIMEOUT and TCP_TIMEWAIT_LEN (include/net/tcp.h), SOMAXCONN (include/linux/socket.h), and
 * the port range and tcp_tw_reuse of a new namespace (net/ipv4/af_inet.c, tcp_ipv4.c). */
#define FIN_TIMEOUT_S 60
#define SOMAXCONN_DEFAULT 4096
#define RANGE_LOW 32768
#define RANGE_HIGH 60999
#define TW_REUSE_DEFAULT 2
/* Kernels before 6.0 do not tell the size of their table: half of the smallest there is in use. */
#define CAP_OF_UNKNOWN 4096
/* Of a TIME_WAIT and its bind buckets. */
#define BYTES_MOST 512

static bool fin_timeout(const struct setting_view *view, char text[SETTING_REMARK])
{
	struct word seconds;
	int64_t value = view->settings->fin_timeout;
	if (value < 0 || value >= FIN_TIMEOUT_S)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"does not shorten TIME_WAIT, which lasts 60 s; ends connections that the peer has "
		"not closed after %s",
		word_seconds(&seconds, (double)value));
	return true;
}

static bool rfc1337(const struct setting_view *view, char text[SETTING_REMARK])
{
	if (view->settings->rfc1337 != 1)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"a client that connects again from a port in TIME_WAIT may wait a minute instead "
		"of "
		"milliseconds");
	return true;
}

static bool reuse_without_timestamps(const struct setting_view *view, char text[SETTING_REMARK])
{
	if (view->settings->tw_reuse != 1 || view->settings->timestamps != 0)
		return false;
	bounded_text_write(
		text, SETTING_REMARK, "does nothing while tcp_timestamps = 0: reuse needs them");
	return true;
}

static bool recycle(const struct setting_view *view, char text[SETTING_REMARK])
{
	if (view->settings->tw_recycle != 1)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"drops SYNs of clients that share an address (NAT); Linux 4.12 has removed it");
	return true;
}

static bool small_cap(const struct setting_view *view, char text[SETTING_REMARK])
{
	const struct doctor_settings *settings = view->settings;
	int64_t entries = settings->ehash_entries;
	/* Negative in a namespace that shares the host's table. */
	int64_t usual = entries != -1 ? (entries < 0 ? -entries : entries) / 2 : CAP_OF_UNKNOWN;
	struct word cap, own, rate;
	if (settings->max_tw_buckets < 0 || settings->max_tw_buckets >= usual)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"beyond %s (%s closes/s) no TIME_WAIT is made; the kernel's own %s would cost %.0f "
		"MB",
		word_count(&cap, (double)settings->max_tw_buckets),
		word_rate(&rate, (double)settings->max_tw_buckets / FIN_TIMEOUT_S),
		word_count(&own, (double)usual), (double)usual * BYTES_MOST / 1e6);
	return true;
}

static bool abort_on_overflow(const struct setting_view *view, char text[SETTING_REMARK])
{
	if (view->settings->abort_on_overflow != 1)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"a full listen queue resets clients that would get in a moment later");
	return true;
}

static uint32_t greatest_backlog(const struct doctor_namespace *space)
{
	uint32_t most = 0;
	for (size_t i = 0; i < space->listener_count; i++)
		if (space->listeners[i].backlog > most)
			most = space->listeners[i].backlog;
	return most;
}

static bool somaxconn(const struct setting_view *view, char text[SETTING_REMARK])
{
	struct word most;
	if (!view->space || view->space->listener_count == 0 ||
		view->settings->somaxconn <= SOMAXCONN_DEFAULT ||
		greatest_backlog(view->space) > SOMAXCONN_DEFAULT)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"no program here asks listen() for more than %s: raise that as well",
		word_count(&most, greatest_backlog(view->space)));
	return true;
}

/* The host's own namespace, where `space` is another one with sockets worth a walk; or NULL. */
static const struct doctor_settings *settings_of_host(const struct setting_view *view)
{
	if (!view->space || !view->space->was_walked || strcmp(view->space->name, "host") == 0)
		return NULL;
	for (size_t i = 0; i < view->host->namespace_count; i++)
		if (strcmp(view->host->namespaces[i].name, "host") == 0)
			return &view->host->namespaces[i].settings;
	return NULL;
}

static bool reuse_of_host(const struct setting_view *view, char text[SETTING_REMARK])
{
	const struct doctor_settings *host = settings_of_host(view);
	if (!host || host->tw_reuse != 1 || view->settings->tw_reuse != TW_REUSE_DEFAULT)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"the host's is 1, but each network namespace has its own: set it there");
	return true;
}

static bool somaxconn_of_host(const struct setting_view *view, char text[SETTING_REMARK])
{
	const struct doctor_settings *host = settings_of_host(view);
	if (!host || host->somaxconn <= SOMAXCONN_DEFAULT ||
		view->settings->somaxconn != SOMAXCONN_DEFAULT)
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"the host's is %lld, but each network namespace has its own: set it there",
		(long long)host->somaxconn);
	return true;
}

static bool range_of_host(const struct setting_view *view, char text[SETTING_REMARK])
{
	const struct doctor_settings *host = settings_of_host(view);
	const struct port_range *ports = &view->settings->ports;
	struct word theirs, own;
	if (!host || ports->low != RANGE_LOW || ports->high != RANGE_HIGH ||
		port_range_count(&host->ports) <= port_range_count(ports))
		return false;
	bounded_text_write(text, SETTING_REMARK,
		"%s ports from there on: the host has %s, but each network namespace has its own "
		"range",
		word_count(&own, port_range_count(ports)),
		word_count(&theirs, port_range_count(&host->ports)));
	return true;
}

#define SETTING(field) offsetof(struct doctor_settings, field)

const struct setting_rule setting_rules[] = {
	{"net.ipv4.tcp_tw_recycle", NULL, SETTING(tw_recycle), true, NULL, recycle},
	{"net.ipv4.tcp_fin_timeout", NULL, SETTING(fin_timeout), false, NULL, fin_timeout},
	{"net.ipv4.tcp_rfc1337", NULL, SETTING(rfc1337), true, NULL, rfc1337},
	{"net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_timestamps", SETTING(tw_reuse), false,
		"net.ipv4.tcp_timestamps=1", reuse_without_timestamps},
	{"net.ipv4.tcp_max_tw_buckets", NULL, SETTING(max_tw_buckets), true, NULL, small_cap},
	{"net.ipv4.tcp_abort_on_overflow", NULL, SETTING(abort_on_overflow), true, NULL,
		abort_on_overflow},
	{"net.core.somaxconn", NULL, SETTING(somaxconn), false, NULL, somaxconn},
	{"net.ipv4.tcp_tw_reuse", NULL, SETTING(tw_reuse), false, NULL, reuse_of_host},
	{"net.core.somaxconn", NULL, SETTING(somaxconn), false, NULL, somaxconn_of_host},
	{"net.ipv4.ip_local_port_range", NULL, SETTING(port_low), false, NULL, range_of_host},
};
const size_t setting_rule_count = sizeof(setting_rules) / sizeof(setting_rules[0]);

int64_t setting_rule_value(const struct setting_rule *rule, const struct doctor_settings *settings)
{
	int64_t value;
	memcpy(&value, (const char *)settings + rule->offset, sizeof(value));
	return value;
}
