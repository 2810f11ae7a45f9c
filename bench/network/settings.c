#include "bench/network/settings.h"

#include "bench/network/netns.h"
#include "common/options.h"
#include "common/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a trial fixes. Most values are the kernel's defaults: they stand here because a
 * distribution, a later kernel or the host (whose values a new namespace may inherit) could have
 * others. */
static const struct pin {
	enum td_who end;
	const char *name;
	const char *value; /* NULL: recorded, not written */
} pins[] = {
	{TD_SERVER, "net.ipv4.ip_local_port_range", "32768 60999"},
	/* Then as it was asked for. */
	{TD_CLIENT, "net.ipv4.ip_local_port_range", NULL},
	/* The default, 2, is "loopback only": on veth it means 0 and says something else. */
	{TD_BOTH, "net.ipv4.tcp_tw_reuse", "0"},
	{TD_BOTH, "net.ipv4.tcp_tw_reuse_delay", "1000"},
	{TD_BOTH, "net.ipv4.tcp_timestamps", "1"},
	{TD_BOTH, "net.ipv4.tcp_fin_timeout", "60"},
	/* The default depends on the memory, and the cap drops TIME_WAITs in silence. */
	{TD_BOTH, "net.ipv4.tcp_max_tw_buckets", "1048576"},
	{TD_BOTH, "net.ipv4.tcp_rfc1337", "0"},
	{TD_BOTH, "net.ipv4.tcp_syncookies", "1"},
	{TD_BOTH, "net.ipv4.tcp_max_syn_backlog", "65536"},
	/* The accept queue is as long as the server asks for, and no shorter. */
	{TD_BOTH, "net.core.somaxconn", "65535"},
	{TD_BOTH, "net.ipv4.tcp_abort_on_overflow", "0"},
	{TD_BOTH, "net.ipv4.tcp_orphan_retries", "0"},
	{TD_BOTH, "net.ipv4.tcp_migrate_req", "0"},
	{TD_BOTH, "net.ipv4.tcp_syn_retries", "6"},
	{TD_BOTH, "net.ipv4.tcp_synack_retries", "5"},
	{TD_BOTH, "net.ipv4.tcp_retries2", "15"},
	/* One connection must not teach the next. */
	{TD_BOTH, "net.ipv4.tcp_no_metrics_save", "1"},
	{TD_BOTH, "net.ipv4.tcp_fastopen", "0"},
	{TD_BOTH, "net.ipv4.tcp_autocorking", "1"},
	{TD_BOTH, "net.ipv4.tcp_window_scaling", "1"},
	{TD_BOTH, "net.ipv4.tcp_sack", "1"},
	/* Inherited from the host, and they decide how much of a response a reset can take along.
	 */
	{TD_BOTH, "net.ipv4.tcp_rmem", "4096 131072 6291456"},
	{TD_BOTH, "net.ipv4.tcp_wmem", "4096 16384 4194304"},
	{TD_BOTH, "net.ipv4.tcp_congestion_control", NULL},
};

/* Of a NAT between. Replies to its address come by the link that the route to the server leads to,
 * so nothing has to be left out of a source check; it is off so that a strict default of the host
 * decides nothing. */
static const struct pin nat_pins[] = {
	{TD_NONE, "net.ipv4.ip_forward", "1"},
	{TD_NONE, "net.ipv4.conf.all.rp_filter", "0"},
	{TD_NONE, "net.ipv4.conf.default.rp_filter", "0"},
	/* How long a connection that is over holds its port: behind a FIN, and behind a RST. */
	{TD_NONE, "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "120"},
	{TD_NONE, "net.netfilter.nf_conntrack_tcp_timeout_close", "10"},
};

/* Of IPv6; what stands in net.ipv4.tcp_* is of both families. */
static const struct pin ipv6_pins[] = {
	{TD_BOTH, "net.ipv6.conf.all.disable_ipv6", "0"},
	{TD_BOTH, "net.ipv6.bindv6only", "0"},
	{TD_BOTH, "net.ipv6.auto_flowlabels", "1"},
	/* The client's addresses but the first are a local route, and no address of a link. */
	{TD_CLIENT, "net.ipv6.ip_nonlocal_bind", "1"},
};

static const char *end_name(const struct network_setting *setting)
{
	return setting->of_proxy           ? "proxy"
	       : setting->end == TD_NONE   ? "nat"
	       : setting->end == TD_SERVER ? "server"
					   : "client";
}

static int write_refused(const struct network_setting *asked, struct error *error)
{
	if (errno == EROFS)
		return error_set(error, STATUS_HOST_CANNOT,
			"cannot set %s:%s=%s: /proc/sys is mounted read-only here", end_name(asked),
			asked->name, asked->value);
	return error_set_errno(error, STATUS_HOST_CANNOT, "cannot set %s:%s=%s", end_name(asked),
		asked->name, asked->value);
}

static int unknown_refused(const struct network_setting *asked, struct error *error)
{
	char near[SYSCTL_NAME_MAX];
	bool is_near = sysctl_nearest(asked->name, near, sizeof(near));
	return error_set(error, STATUS_HOST_CANNOT,
		"%s:%s: no network namespace of this kernel has such a setting%s%s%s",
		end_name(asked), asked->name, is_near ? "; did you mean " : "", is_near ? near : "",
		is_near ? "?" : "");
}

/* Records the value as it is now; a later one of the same end and name takes the earlier one's
 * place. */
static int setting_record(
	struct network *network, const struct network_setting *setting, struct error *error)
{
	size_t at = 0;
	while (at < network->setting_count &&
		(network->settings[at].end != setting->end ||
			strcmp(network->settings[at].name, setting->name) != 0))
		at++;
	if (at == NETWORK_SETTINGS_MAX)
		return error_set(
			error, STATUS_USAGE, "more than %d settings", NETWORK_SETTINGS_MAX);
	network->settings[at] = *setting;
	if (at == network->setting_count)
		network->setting_count++;
	return 0;
}

static int setting_apply(
	struct network *network, const struct network_setting *asked, struct error *error)
{
	struct network_setting found = *asked;
	if (sysctl_is_host_wide(asked->name))
		return error_set(error, STATUS_USAGE,
			"%s is host-wide: a trial would change the whole host", asked->name);
	if (netns_prove_private(error) == -1)
		return -1;
	if (sysctl_read(asked->name, found.value, sizeof(found.value)) == -1) {
		if (errno == ENOENT)
			return unknown_refused(asked, error);
		return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read %s:%s",
			end_name(asked), asked->name);
	}
	if (strcmp(found.value, asked->value) != 0) {
		if (sysctl_write(asked->name, asked->value) == -1)
			return write_refused(asked, error);
		if (sysctl_read(asked->name, found.value, sizeof(found.value)) == -1)
			return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read back %s:%s",
				end_name(asked), asked->name);
	}
	if (strcmp(found.value, asked->value) != 0)
		return error_set(error, STATUS_HOST_CANNOT,
			"%s:%s was set to \"%s\" and reads \"%s\"", end_name(asked), asked->name,
			asked->value, found.value);
	return setting_record(network, &found, error);
}

/* A pinned setting that this kernel does not have, or does not show here, is left out. */
static int pin_apply(
	struct network *network, enum td_who end, const struct pin *pin, struct error *error)
{
	struct network_setting setting = {.end = end};
	char now[sizeof(setting.value)];
	if (sysctl_read(pin->name, now, sizeof(now)) == -1)
		return 0;
	snprintf(setting.name, sizeof(setting.name), "%s", pin->name);
	snprintf(setting.value, sizeof(setting.value), "%s", pin->value ? pin->value : now);
	return setting_apply(network, &setting, error);
}

static int pins_apply(struct network *network, enum td_who end, const struct pin *of, size_t count,
	struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (of[i].end != end && of[i].end != TD_BOTH)
			continue;
		if (pin_apply(network, end, &of[i], error) == -1)
			return -1;
	}
	return 0;
}

static int ipv6_pins_apply(struct network *network, enum td_who end, struct error *error)
{
	char value[SYSCTL_VALUE_MAX];
	if (sysctl_read(ipv6_pins[0].name, value, sizeof(value)) == -1)
		return error_set(error, STATUS_HOST_CANNOT,
			"IPv6: this kernel has none, or was started with ipv6.disable=1");
	return pins_apply(network, end, ipv6_pins, sizeof(ipv6_pins) / sizeof(ipv6_pins[0]), error);
}

static int end_pins_apply(struct network *network, enum td_who end, const struct network_spec *spec,
	struct error *error)
{
	if (end == TD_NONE)
		return pins_apply(
			network, end, nat_pins, sizeof(nat_pins) / sizeof(nat_pins[0]), error);
	return pins_apply(network, end, pins, sizeof(pins) / sizeof(pins[0]), error) == -1 ||
			       (spec->family == AF_INET6 &&
				       ipv6_pins_apply(network, end, error) == -1)
		       ? -1
		       : 0;
}

static int pins_note(struct network *network, enum td_who end, const struct pin *of, size_t count,
	struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		struct network_setting setting = {.end = end};
		if ((of[i].end != end && of[i].end != TD_BOTH) ||
			sysctl_read(of[i].name, setting.value, sizeof(setting.value)) == -1)
			continue;
		snprintf(setting.name, sizeof(setting.name), "%s", of[i].name);
		if (setting_record(network, &setting, error) == -1)
			return -1;
	}
	return 0;
}

int settings_note(struct network *network, enum td_who end, struct error *error)
{
	if (pins_note(network, end, pins, sizeof(pins) / sizeof(pins[0]), error) == -1)
		return -1;
	return pins_note(network, end, ipv6_pins, sizeof(ipv6_pins) / sizeof(ipv6_pins[0]), error);
}

int settings_apply(struct network *network, enum td_who end, const struct network_spec *spec,
	struct error *error)
{
	if (end_pins_apply(network, end, spec, error) == -1)
		return -1;
	if (end == TD_CLIENT) {
		struct network_setting range = {TD_CLIENT, "net.ipv4.ip_local_port_range", ""};
		snprintf(
			range.value, sizeof(range.value), "%u %u", spec->port_low, spec->port_high);
		if (setting_apply(network, &range, error) == -1)
			return -1;
	}
	for (size_t i = 0; i < spec->setting_count; i++) {
		struct network_setting setting = spec->settings[i];
		if (setting.end != end)
			continue;
		sysctl_normalise(setting.value);
		if (setting_apply(network, &setting, error) == -1)
			return -1;
	}
	return 0;
}

static int name_check(const char *name, struct error *error)
{
	if (!sysctl_is_of_network(name))
		return error_set(error, STATUS_USAGE,
			"%s: only settings that begin with \"net.\" belong to a namespace", name);
	if (!sysctl_is_name(name))
		return error_set(error, STATUS_USAGE, "%s is not the name of a setting", name);
	if (sysctl_is_host_wide(name))
		return error_set(error, STATUS_USAGE,
			"%s is host-wide: a trial would change the whole host", name);
	return 0;
}

/* Who a setting is for, as it is written. */
static const struct prefix {
	const char *text;
	enum td_who end;
	bool of_proxy;
} prefixes[] = {
	{"client:", TD_CLIENT, false},
	{"server:", TD_SERVER, false},
	{"upstream:", TD_SERVER, false},
	{"proxy:", TD_CLIENT, true},
	{"nat:", TD_NONE, false},
};
#define PREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

static const struct prefix *prefix_find(const char *text)
{
	for (size_t i = 0; i < PREFIXES; i++)
		if (strncmp(text, prefixes[i].text, strlen(prefixes[i].text)) == 0)
			return &prefixes[i];
	return NULL;
}

/* "natt:net.ipv4.…": whose setting it is to be is not known. */
static int prefix_refused(const char *text, struct error *error)
{
	const char *names[PREFIXES];
	char asked[16] = "";
	for (size_t i = 0; i < PREFIXES; i++)
		names[i] = prefixes[i].text;
	if (!prefix_find(text) && strcspn(text, ":=") < sizeof(asked) - 1 &&
		text[strcspn(text, ":=")] == ':')
		snprintf(asked, sizeof(asked), "%.*s", (int)strcspn(text, ":=") + 1, text);
	const char *near = *asked ? options_nearest(asked, names, PREFIXES) : NULL;
	return error_set(error, STATUS_USAGE,
		"\"%s\": write client:net.ipv4.NAME=VALUE or server:net.ipv4.NAME=VALUE "
		"(proxy:… with --proxy-command, nat:… with --nat)%s%s%s",
		text, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

int settings_parse(const char *text, struct network_setting *setting, struct error *error)
{
	const char *equals = strchr(text, '=');
	memset(setting, 0, sizeof(*setting));
	const struct prefix *prefix = prefix_find(text);
	if (!prefix || !equals)
		return prefix_refused(text, error);
	setting->end = prefix->end;
	setting->of_proxy = prefix->of_proxy;
	const char *name = text + strlen(prefix->text);
	size_t length = (size_t)(equals - name);
	if (length >= sizeof(setting->name) || strlen(equals + 1) >= sizeof(setting->value))
		return error_set(error, STATUS_USAGE, "\"%s\" is too long", text);
	memcpy(setting->name, name, length);
	memcpy(setting->value, equals + 1, strlen(equals + 1) + 1);
	sysctl_normalise(setting->value);
	if (setting->value[0] == '\0')
		return error_set(error, STATUS_USAGE, "\"%s\" has no value", text);
	return name_check(setting->name, error);
}
