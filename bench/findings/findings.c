/* The list of findings; here, those that the kernel's counters and settings show. */
#include "bench/findings/findings.h"

#include "bench/findings/detect.h"
#include "bench/statistics/statistics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* net/ipv4: TCP_TIMEWAIT_LEN. */
#define TIME_WAIT_S 60

struct finding *findings_add(struct findings *findings, const char *id, const char *format, ...)
{
	if (findings->count == FINDINGS_MAX)
		return NULL;
	struct finding *finding = &findings->list[findings->count++];
	va_list args;
	va_start(args, format);
	*finding = (struct finding){.id = id};
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	return finding;
}

static struct finding_field *field_add(struct finding *finding, const char *name)
{
	static struct finding_field nowhere;
	if (!finding || finding->field_count == FINDING_FIELDS_MAX)
		return &nowhere;
	struct finding_field *field = &finding->fields[finding->field_count++];
	*field = (struct finding_field){.name = name};
	return field;
}

void finding_number(struct finding *finding, const char *name, double number)
{
	field_add(finding, name)->number = number;
}

void finding_word(struct finding *finding, const char *name, const char *word)
{
	struct finding_field *field = field_add(finding, name);
	snprintf(field->word, sizeof(field->word), "%s", word);
}

double findings_t_s(const struct trial *trial, uint64_t at_ns)
{
	return ((double)at_ns - (double)trial->started_ns) / 1e9;
}

const char *findings_setting(
	const struct trial *trial, enum td_who end, const char *name, const char *otherwise)
{
	for (size_t i = 0; i < trial->setting_count; i++)
		if (trial->settings[i].end == end && strcmp(trial->settings[i].name, name) == 0)
			return trial->settings[i].value;
	return otherwise;
}

double findings_median(double *values, size_t count)
{
	return statistics_median(values, count);
}

/* When a counter of one end was first seen above its value before the trial: the sample's time, or
 * that of the reading after the load. */
static double first_seen_t_s(const struct trial *trial, enum td_who end, size_t offset)
{
	uint64_t at_ns = trial->after.at_ns;
	for (size_t i = trial->sample_count + 1; i-- > 0;) {
		const struct sample *s = i ? &trial->samples[i - 1] : &trial->before;
		const struct counters *now =
			end == TD_SERVER ? &s->server.counters : &s->client.counters;
		const struct counters *then = end == TD_SERVER ? &trial->before.server.counters
							       : &trial->before.client.counters;
		if (*(const uint64_t *)((const char *)now + offset) ==
			*(const uint64_t *)((const char *)then + offset))
			break;
		at_ns = s->at_ns;
	}
	return findings_t_s(trial, at_ns);
}

static void cap_of(struct findings *findings, const struct trial *trial, enum td_who end,
	const struct end_figures *figures)
{
	uint64_t skipped = figures->counters.tw_overflow;
	if (skipped == 0)
		return;
	const char *who = figures_who(end);
	double cap = atof(findings_setting(trial, end, "net.ipv4.tcp_max_tw_buckets", "0"));
	double t_s = first_seen_t_s(trial, end, offsetof(struct counters, tw_overflow));
	struct finding *f = findings_add(findings, "tw-cap-reached",
		"the %s had tcp_max_tw_buckets = %.0f TIME_WAITs after %.1f s and skipped %llu: "
		"they protect nobody, and the peer's FIN gets a RST; raise the cap, or stay below "
		"%.0f closes/s (cap / %d s)",
		who, cap, t_s, (unsigned long long)skipped, cap / TIME_WAIT_S, TIME_WAIT_S);
	finding_number(f, "t_s", t_s);
	finding_word(f, "end", who);
	finding_number(f, "cap", cap);
	finding_number(f, "skipped", (double)skipped);
	finding_number(f, "time_wait_peak", (double)figures->tw_peak);
	finding_number(f, "lasting_rate_per_s", cap / TIME_WAIT_S);
}

static void cap_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	cap_of(findings, trial, TD_SERVER, &figures->server);
	cap_of(findings, trial, TD_CLIENT, &figures->client);
}

static void listen_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	if (s->listen_overflows == 0)
		return;
	const char *somaxconn = findings_setting(trial, TD_SERVER, "net.core.somaxconn", "?");
	double t_s = first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, listen_overflows));
	struct finding *f = findings_add(findings, "listen-overflow",
		"the server's accept queue was full %llu times, first after %.1f s, with "
		"net.core.somaxconn = %s, and %llu connection requests were dropped: each costs "
		"its client a second or more; accept faster, or raise somaxconn and the backlog "
		"of listen(2)",
		(unsigned long long)s->listen_overflows, t_s, somaxconn,
		(unsigned long long)s->listen_drops);
	finding_number(f, "t_s", t_s);
	finding_number(f, "overflows", (double)s->listen_overflows);
	finding_number(f, "drops", (double)s->listen_drops);
	finding_number(f, "syn_retransmits", (double)figures->client.counters.syn_retrans);
	finding_number(f, "somaxconn", atof(somaxconn));
}

static void congestion_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	static const char name[] = "net.ipv4.tcp_congestion_control", usual[] = "cubic";
	const char *server = findings_setting(trial, TD_SERVER, name, usual);
	const char *client = findings_setting(trial, TD_CLIENT, name, usual);
	if (strcmp(server, usual) == 0 && strcmp(client, usual) == 0)
		return;
	struct finding *f = findings_add(findings, "congestion-control",
		"tcp_congestion_control is %s at the server and %s at the client, where "
		"distributions have %s, and rates and latencies depend on it; for figures that "
		"others can compare, set it to %s on the host: a new namespace inherits it "
		"(--sysctl END:%s=%s does where tcp_allowed_congestion_control lists it)",
		server, client, usual, usual, name, usual);
	finding_word(f, "server", server);
	finding_word(f, "client", client);
	finding_word(f, "usual", usual);
}

struct findings findings_of(const struct trial *trial, const struct figures *figures)
{
	static findings_detector *const detectors[] = {findings_truncated, findings_hidden_policy,
		findings_parity, findings_exhausted, findings_too_young, cap_detect, listen_detect,
		findings_loader_bound, findings_server_bound, findings_omission,
		findings_lost_connections, findings_close_race, findings_no_handshake,
		findings_ended_early, congestion_detect};
	struct findings findings = {.count = 0};
	for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++)
		detectors[i](&findings, trial, figures);
	return findings;
}
