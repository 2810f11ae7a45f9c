/* ports-run-out: the ports from which one address connects to one place are nearly all held, or
 * will be. A TIME_WAIT holds its port for this pair alone, so the sum over all places says nothing:
 * a proxy with 40,000 TIME_WAITs over ten backends is fine, one with 27,000 to one backend is not.
 * Kernel: __inet_hash_connect and __inet_check_established (net/ipv4/inet_hashtables.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/forecast.h"
#include "bench/doctor/openers.h"
#include "bench/doctor/words.h"

#include <math.h>
#include <stdio.h>

/* A pair that is to last has to be emptier than this, or its rate has to be lower. */
#define HELD_SHARE_FULL 0.95
/* It is critical when nobody can change anything any more before it happens. */
#define SOON_S 60
/* A notice of what is slow soon, from such a share on. */
#define HELD_SHARE_LEAST 0.05

struct case_of {
	const struct doctor_host *host;
	const struct doctor_namespace *space;
	const struct doctor_pair *pair;
	const struct doctor_settings *settings;
	const struct time_wait_life *life;
	struct forecast forecast;
};

static bool is_exhausted(const struct forecast *forecast)
{
	return forecast->held >= HELD_SHARE_FULL * forecast->available;
}

static bool runs_out(const struct forecast *forecast)
{
	return is_exhausted(forecast) || !isnan(forecast->exhausted_in_s);
}

static bool is_slow(const struct forecast *forecast)
{
	return forecast->cliff_in_s == 0;
}

/* Returns whether there is anything to say. */
static bool level_of(const struct forecast *forecast, enum diagnosis_level *level)
{
	if (forecast->available == 0 || forecast->held < HELD_SHARE_LEAST * forecast->available)
		return false;
	*level = runs_out(forecast) && (is_exhausted(forecast) || forecast->exhausted_in_s < SOON_S)
			 ? LEVEL_CRITICAL
		 : runs_out(forecast) || is_slow(forecast) ? LEVEL_WARNING
							   : LEVEL_NOTICE;
	return *level != LEVEL_NOTICE || !isnan(forecast->cliff_in_s);
}

static double urgency_of(const struct forecast *forecast)
{
	double share = (double)forecast->held / forecast->available;
	if (is_exhausted(forecast))
		return 1e6 + share;
	return isnan(forecast->exhausted_in_s) ? share : 1e6 / (1 + forecast->exhausted_in_s);
}

static void headline_add(
	struct diagnosis *diagnosis, const struct case_of *it, enum diagnosis_level level)
{
	const struct forecast *forecast = &it->forecast;
	double urgency = urgency_of(forecast);
	struct word when;
	if (forecast->held >= forecast->available)
		diagnosis_add(diagnosis, level, urgency, "ports have run out");
	else if (!isnan(forecast->exhausted_in_s))
		diagnosis_add(diagnosis, level, urgency, "ports run out in %s",
			word_seconds(&when, forecast->exhausted_in_s));
	else if (is_exhausted(forecast))
		diagnosis_add(diagnosis, level, urgency, "nearly all ports are held");
	else if (is_slow(forecast))
		diagnosis_add(diagnosis, level, urgency, "connect() is slow for lack of ports");
	else
		diagnosis_add(diagnosis, level, urgency,
			"connect() is slow in %s for lack of ports",
			word_seconds(&when, forecast->cliff_in_s));
}

static void held_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	const struct doctor_pair *pair = it->pair;
	uint32_t held = pair->held[0] + pair->held[1];
	struct word place, count, available, waiting;
	diagnosis_line(diagnosis, "%s: %s of %s ports held (%.0f %%), %s of them TIME_WAIT",
		word_pair(&place, pair), word_count(&count, held),
		word_count(&available, it->forecast.available),
		100.0 * held / it->forecast.available, word_count(&waiting, pair->time_wait));
}

/* Connections that are opened now and then have begun long ago, or a while ago. */
static void rate_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	const struct forecast *forecast = &it->forecast;
	const struct doctor_pair *pair = it->pair;
	uint32_t oldest_ms =
		pair->oldest_ms[0] > pair->oldest_ms[1] ? pair->oldest_ms[0] : pair->oldest_ms[1];
	struct word rate, before, lasts, level;
	char began[64] = "";
	if (oldest_ms > 0 && oldest_ms < it->life->least_s * 1000 - 5000)
		snprintf(began, sizeof(began), ", none %s ago",
			word_seconds(&before, oldest_ms / 1000.0 + 1));
	if (isnan(forecast->levels_off_at))
		diagnosis_line(diagnosis, "%s connections/s of late%s; up to %s/s go on for good",
			word_rate(&rate, forecast->rate_per_s), began,
			word_rate(&lasts, forecast->lasts_per_s));
	else
		diagnosis_line(diagnosis,
			"%s connections/s of late%s: levels off at %s ports; up to %s/s go on for "
			"good",
			word_rate(&rate, forecast->rate_per_s), began,
			word_count(&level, forecast->levels_off_at),
			word_rate(&lasts, forecast->lasts_per_s));
}

/* The ports that are tried first. */
static uint32_t first_parity(const struct case_of *it)
{
	size_t first = it->forecast.choice == CHOICE_BIND;
	return it->settings->ports.available[first] - it->pair->bound_by_others[first];
}

static void slowness_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	const struct forecast *forecast = &it->forecast;
	struct word when, ports;
	const char *call = forecast->choice == CHOICE_BIND ? "bind()" : "connect()";
	if (is_slow(forecast))
		diagnosis_line(diagnosis,
			"slow%s%s: all %s ports of one parity are held, and %s tries them all "
			"first",
			isnan(forecast->slow_since_s) ? "" : " for at least ",
			isnan(forecast->slow_since_s) ? ""
						      : word_seconds(&when, forecast->slow_since_s),
			word_count(&ports, first_parity(it)), call);
	else if (!isnan(forecast->cliff_in_s))
		diagnosis_line(diagnosis,
			"slow in %s, when all %s ports of one parity are held: %s tries them first",
			word_seconds(&when, forecast->cliff_in_s),
			word_count(&ports, first_parity(it)), call);
}

/* "opened by cart (pid 4121): 1,079 of 1,080 connect() in 2.0 s"; NULL: nobody was seen to open. */
static const char *watched_opener(struct word *word, const struct case_of *it)
{
	uint32_t all;
	struct word who, opened, of;
	const struct doctor_opener *opener = doctor_opener_of(it->host, it->space, it->pair, &all);
	if (!opener)
		return NULL;
	snprintf(word->text, sizeof(word->text), "%.70s: %s of %s connect() in %.1f s",
		word_opener(&who, opener), word_count(&opened, opener->opened),
		word_count(&of, all), it->host->watched_s);
	return word->text;
}

static void opener_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	struct word who;
	const char *opener = watched_opener(&who, it);
	if (!opener)
		opener = word_process(&who, &it->pair->opener);
	const char *closer = it->pair->time_wait > 0 ? "; this end closes first" : "";
	const char *choice =
		it->forecast.choice == CHOICE_BIND
			? "; binds before it connects, so all destinations share the ports "
			  "(IP_BIND_ADDRESS_NO_PORT)"
			: "";
	if (opener)
		diagnosis_line(diagnosis, "opened by %s%s%s", opener, closer, choice);
	else if (it->pair->inode_count == 0)
		diagnosis_line(diagnosis,
			"opened by a process without a connection at the look%s%s", closer, choice);
	else
		diagnosis_line(
			diagnosis, "opened by a process that is not seen%s%s", closer, choice);
}

/* By Little's law, so many connections are open at once: as many, kept, would do. */
static void cure_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	const struct doctor_settings *settings = it->settings;
	const struct forecast *forecast = &it->forecast;
	double delay_s =
		settings->tw_reuse_delay_ms < 0 ? 1 : (double)settings->tw_reuse_delay_ms / 1000;
	double open_s = forecast->rate_per_s > 0 ? it->pair->live / forecast->rate_per_s : 0;
	struct word reuse, second, source;
	char keep[96], early[96] = "";
	if (it->pair->time_wait == 0) {
		diagnosis_cure(diagnosis, "all are open: close some, or a second address than %s",
			word_source(&source, it->pair));
		return;
	}
	snprintf(keep, sizeof(keep), "keep connections (%u would do)",
		it->pair->live > 1 ? it->pair->live : 1);
	if (settings->timestamps == 0 && settings->tw_reuse == 1)
		snprintf(early, sizeof(early), "; or tcp_timestamps=1, which tcp_tw_reuse needs");
	else if (!forecast->reuses && forecast->choice != CHOICE_BIND && delay_s + open_s > 0)
		snprintf(early, sizeof(early), "; or tcp_tw_reuse=1%s (%s/s)",
			settings->timestamps == 0 ? " with tcp_timestamps=1" : "",
			word_rate(&reuse, forecast->available / (delay_s + open_s)));
	diagnosis_cure(diagnosis, "%s%s; or a second source address (%s/s)", keep, early,
		word_rate(&second, 2 * forecast->lasts_per_s));
}

static void numbers_tell(struct diagnosis *diagnosis, const struct case_of *it)
{
	const struct forecast *forecast = &it->forecast;
	diagnosis_number(diagnosis, "held", it->pair->held[0] + it->pair->held[1]);
	diagnosis_number(diagnosis, "available", forecast->available);
	diagnosis_number(diagnosis, "time_wait", it->pair->time_wait);
	diagnosis_number(diagnosis, "rate_per_s", forecast->rate_per_s);
	diagnosis_number(diagnosis, "lasts_per_s", forecast->lasts_per_s);
	diagnosis_number(diagnosis, "exhausted_in_s", forecast->exhausted_in_s);
	diagnosis_number(diagnosis, "levels_off_at", forecast->levels_off_at);
	diagnosis_number(diagnosis, "cliff_in_s", forecast->cliff_in_s);
	diagnosis_number(diagnosis, "slow_since_s", forecast->slow_since_s);
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	for (size_t i = 0; i < space->pair_count; i++) {
		enum diagnosis_level level;
		const struct case_of it = {
			.host = host,
			.space = space,
			.pair = &space->pairs[i],
			.settings = &space->settings,
			.life = &host->life,
			.forecast = forecast_of(&space->pairs[i], &space->settings, &host->life),
		};
		if (!level_of(&it.forecast, &level))
			continue;
		headline_add(diagnosis, &it, level);
		held_tell(diagnosis, &it);
		rate_tell(diagnosis, &it);
		slowness_tell(diagnosis, &it);
		opener_tell(diagnosis, &it);
		cure_tell(diagnosis, &it);
		numbers_tell(diagnosis, &it);
	}
}

extern const struct doctor_check doctor_check_ports_run_out;
const struct doctor_check doctor_check_ports_run_out = {
	.id = "ports-run-out",
	.means = "From one address to one place there are only as many connections as ports. A "
		 "TIME_WAIT holds its port for a minute, so a client that closes first and opens "
		 "more connections than the ports divided by that minute has none left: connect() "
		 "fails with EADDRNOTAVAIL. Long before, when the ports of one parity are held, "
		 "each connect() takes milliseconds instead of microseconds.",
	.source =
		"sock_diag: the ports that each pair of a source address and a destination holds, "
		"and when each TIME_WAIT was made (60 s less what is left of its timer); "
		"ip_local_port_range without ip_local_reserved_ports. The forecast is for the "
		"rate of the last 5 s.",
	.cure = "Keep connections; or let the server close first; or tcp_tw_reuse=1, which needs "
		"timestamps at both ends; or more source addresses, destinations or ports.",
	.fine = "ports",
	.can_judge = doctor_check_has_settings,
	.check = check,
};
