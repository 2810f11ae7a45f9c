#include "bench/doctor/forecast.h"

#include <math.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Fewer ports than these tell nothing of who chose them. */
#define CHOICE_LEAST 16

const unsigned doctor_windows_s[DOCTOR_WINDOWS] = {5, 30, 60};

static bool is_loopback(const struct doctor_pair *pair, const struct counted_address *address)
{
	if (!pair->is_ipv6)
		return ((const uint8_t *)address->words)[0] == 127;
	return memcmp(address->words, &in6addr_loopback, sizeof(in6addr_loopback)) == 0;
}

/* tcp_twsk_unique (net/ipv4/tcp_ipv4.c): 2 is for addresses of the loopback alone. */
bool forecast_reuses(const struct doctor_pair *pair, const struct doctor_settings *settings)
{
	if (settings->timestamps == 0)
		return false;
	return settings->tw_reuse == 1 ||
	       (settings->tw_reuse == 2 &&
		       (is_loopback(pair, &pair->source) || is_loopback(pair, &pair->destination)));
}

enum port_choice forecast_choice(const struct doctor_pair *pair, const struct port_range *ports)
{
	uint32_t first = pair->held[0], other = pair->held[1], held = first + other;
	if (held < CHOICE_LEAST || 10 * first >= 9 * ports->available[0])
		return CHOICE_CONNECT;
	if (10 * other >= 9 * held)
		return CHOICE_BIND;
	return 10 * other >= 4 * held ? CHOICE_OTHER : CHOICE_CONNECT;
}

/* Of late: the shortest window, or the time since the oldest that there is, where that is shorter.
 */
static double rate_of(const struct doctor_pair *pair)
{
	uint32_t oldest_ms =
		pair->oldest_ms[0] > pair->oldest_ms[1] ? pair->oldest_ms[0] : pair->oldest_ms[1];
	double window_s = doctor_windows_s[0];
	if (oldest_ms < 1000 * doctor_windows_s[0])
		window_s = oldest_ms < 1000 ? 1 : oldest_ms / 1000.0;
	return pair->made[0] / window_s;
}

/* How ports fill up. */
struct filling {
	double capacity, held, live, rate_per_s, life_s;
	const struct doctor_pair *pair;
	bool ends[2]; /* the parities whose TIME_WAITs end meanwhile */
};

static double ending_of(const struct filling *filling, size_t second)
{
	double count = 0;
	for (size_t parity = 0; parity < 2; parity++)
		if (filling->ends[parity] && second < DOCTOR_ENDING_BINS)
			count += filling->pair->ending[second][parity];
	return count;
}

/* When `capacity` is held; NAN: it never is. Second by second, since TIME_WAITs that are there end
 * meanwhile; those that are made meanwhile do not before their life is over, and then as many end
 * as are made. */
static double filled_in_s(const struct filling *filling)
{
	double held = filling->held;
	if (held >= filling->capacity)
		return 0;
	if (filling->live + filling->rate_per_s * filling->life_s < filling->capacity)
		return NAN;
	for (size_t second = 0; second < (size_t)filling->life_s; second++) {
		double more = filling->rate_per_s - ending_of(filling, second);
		if (held + more >= filling->capacity)
			return (double)second + (filling->capacity - held) / more;
		held += more;
	}
	return filling->life_s;
}

/* What is common to both questions: all ports, and those of the parity that is filled first. */
static struct filling filling_of(const struct doctor_pair *pair, const struct forecast *forecast,
	const struct doctor_settings *settings, const struct time_wait_life *life)
{
	struct filling filling = {
		.live = pair->live, .rate_per_s = forecast->rate_per_s, .pair = pair};
	/* include/net/tcp.h: the setting came with Linux 6.14, the second is older. */
	double delay_s =
		settings->tw_reuse_delay_ms < 0 ? 1 : (double)settings->tw_reuse_delay_ms / 1000;
	filling.life_s = forecast->reuses ? delay_s : life->most_s;
	return filling;
}

static void exhaustion_foretell(
	struct forecast *forecast, const struct doctor_pair *pair, struct filling filling)
{
	filling.capacity = forecast->available;
	filling.held = forecast->held;
	filling.ends[0] = filling.ends[1] = !forecast->reuses;
	forecast->exhausted_in_s = filled_in_s(&filling);
	if (isnan(forecast->exhausted_in_s))
		forecast->levels_off_at = pair->live + filling.rate_per_s * filling.life_s;
	forecast->lasts_per_s =
		fmax(0, ((double)forecast->available - pair->live) / filling.life_s);
}

static void cliff_foretell(struct forecast *forecast, const struct doctor_pair *pair,
	const struct port_range *ports, struct filling filling)
{
	size_t first = forecast->choice == CHOICE_BIND;
	const uint32_t *held = forecast->reuses ? pair->held_young : pair->held;
	if (forecast->choice == CHOICE_OTHER)
		return;
	filling.capacity = ports->available[first] - pair->bound_by_others[first];
	filling.held = held[first];
	/* Connections that are open lie in the parity that is filled first, until it is full. */
	filling.live = filling.live < held[first] ? filling.live : held[first];
	filling.ends[first] = !forecast->reuses;
	forecast->cliff_in_s = filled_in_s(&filling);
	if (forecast->cliff_in_s == 0 && !forecast->reuses && pair->oldest_ms[!first] > 0)
		forecast->slow_since_s = pair->oldest_ms[!first] / 1000.0;
}

struct forecast forecast_of(const struct doctor_pair *pair, const struct doctor_settings *settings,
	const struct time_wait_life *life)
{
	struct forecast forecast = {
		.choice = forecast_choice(pair, &settings->ports),
		.reuses = forecast_reuses(pair, settings),
		.available = port_range_count(&settings->ports) - pair->bound_by_others[0] -
			     pair->bound_by_others[1],
		.rate_per_s = rate_of(pair),
		.lasts_per_s = NAN,
		.exhausted_in_s = NAN,
		.levels_off_at = NAN,
		.cliff_in_s = NAN,
		.slow_since_s = NAN,
	};
	const uint32_t *held = forecast.reuses ? pair->held_young : pair->held;
	forecast.held = held[0] + held[1];
	struct filling filling = filling_of(pair, &forecast, settings, life);
	exhaustion_foretell(&forecast, pair, filling);
	cliff_foretell(&forecast, pair, &settings->ports, filling);
	return forecast;
}
