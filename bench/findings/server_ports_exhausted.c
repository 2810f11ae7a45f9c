#include "bench/findings/server_ports_exhausted.h"
#include "bench/findings/terms.h"

#include "bench/judge/server_ports.h"
#include "bench/judge/time_wait_reuse.h"

#include <math.h>
#include <stdio.h>

#define FACT_MAX 160

/* ", where it opened 395 a second before and 0.5 behind", where that is known. */
static void rates_write(const struct server_port_end *end, char text[FACT_MAX])
{
	*text = '\0';
	if (!isnan(end->per_s_before))
		snprintf(text, FACT_MAX, ", and it opened %.0f/s there before and %.2g/s behind",
			end->per_s_before, end->per_s_after);
}

static void failed_write(
	const struct server_port_end *end, const struct trial *trial, char text[FACT_MAX])
{
	*text = '\0';
	if (end->failed > 0)
		snprintf(text, FACT_MAX, "; %llu requests of the load failed%s",
			(unsigned long long)end->failed,
			trial->load.is_third_party ? ", as the loader says" : "");
}

static const char *cure_of(const struct server_port_end *end, bool is_open)
{
	if (end->over_all_places)
		return "set IP_BIND_ADDRESS_NO_PORT before bind(), or leave bind() out, so that "
		       "places share ports";
	return is_open ? "have it open fewer at once, widen its range (--sysctl "
			 "server:net.ipv4.ip_local_port_range), or add addresses at either end"
		       : "keep its connections there alive, have the other end close first, widen "
			 "its range (--sysctl server:net.ipv4.ip_local_port_range), or add "
			 "addresses at either end";
}

static const char *place_of(const struct server_port_end *end, const char *to)
{
	return end->over_all_places ? "several places, each port for one place alone (as bind() "
				      "before connect() takes it),"
				    : to;
}

/* Which tcp_tw_reuse may not have helped. */
static void reuse_write(
	const struct server_port_end *end, const struct trial *trial, char text[FACT_MAX])
{
	snprintf(text, FACT_MAX, "by TIME_WAITs");
	if (!end->over_all_places && end->held.time_waits > 0 &&
		server_ports_are_reused(trial, &end->held.to))
		snprintf(text, FACT_MAX,
			"by TIME_WAITs (tcp_tw_reuse is on, but they were younger than "
			"tcp_tw_reuse_delay, %.0f "
			"ms)",
			time_wait_reuse_delay_s(trial, TD_SERVER) * 1e3);
}

void server_ports_exhausted_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	struct server_port_end end = server_ports_end(trial);
	char to[TCP_SEGMENT_END_TEXT], rates[FACT_MAX], failed[FACT_MAX], reuse[FACT_MAX],
		held[TERMS_SIZE];
	bool is_open = 2 * end.held.time_waits < end.ports;
	if (end.since_ns == 0)
		return;
	double t_s = finding_t_s(trial, end.since_ns);
	snprintf(to, sizeof(to), "several");
	if (!end.over_all_places)
		tcp_segment_end_text(&end.held.to, to);
	rates_write(&end, rates);
	failed_write(&end, trial, failed);
	reuse_write(&end, trial, reuse);
	const struct term terms[] = {{(double)end.held.time_waits, reuse},
		{(double)(end.ports - end.held.time_waits), "by open connections"}};
	finding_add(findings,
		"the server held all %llu ports that it has for connections to %s from %.2f s on, "
		"%s%s%s; %s",
		(unsigned long long)end.ports, place_of(&end, to), t_s,
		terms_text(terms, sizeof(terms) / sizeof(terms[0]), held), rates, failed,
		cure_of(&end, is_open));
	finding_word(findings, "end", figures_who(TD_SERVER));
	finding_word(findings, "held_by", is_open ? "open connections" : "TIME_WAIT");
	finding_number(findings, "t_s", t_s);
	finding_word(findings, "to", to);
	finding_number(findings, "time_waits", (double)end.held.time_waits);
	finding_number(findings, "opened_per_s_before", end.per_s_before);
	finding_number(findings, "opened_per_s_after", end.per_s_after);
	finding_number(findings, "failed", (double)end.failed);
	finding_number(findings, "ports_held", (double)figures->server.others_ports_peak);
	finding_number(findings, "ports_available", (double)end.ports);
}
