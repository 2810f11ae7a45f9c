#include "bench/measure/refusals.h"

#include <string.h>

void refusals_finish(struct refusals *refusals)
{
	moments_finish(&refusals->moments);
}

/* To what has no ACK (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset): of all segments, a SYN. */
bool refusals_is_one(const struct first_closer_segment *segment)
{
	return segment->rst && segment->has_ack && segment->seq == 0 && segment->from == TD_SERVER;
}

void refusals_count(struct refusals *refusals, uint64_t at_ns)
{
	if (refusals->count++ == 0)
		moments_init(&refusals->moments, at_ns);
	moments_note(&refusals->moments, at_ns);
}

void refusals_keep_early(struct refusals *refusals, const struct first_closer_segment *segment)
{
	refusals->early[refusals->early_count++ % REFUSALS_EARLY_MAX] = *segment;
}

static bool answers(const struct first_closer_segment *rst, const struct first_closer_segment *syn)
{
	return rst->client_port == syn->client_port && rst->ack == syn->seq + 1 &&
	       memcmp(rst->client_address, syn->client_address, sizeof(rst->client_address)) == 0;
}

bool refusals_take_early(struct refusals *refusals, const struct first_closer_segment *syn,
	struct first_closer_segment *rst)
{
	size_t kept = refusals->early_count < REFUSALS_EARLY_MAX ? refusals->early_count
								 : REFUSALS_EARLY_MAX;
	for (size_t i = 0; i < kept; i++) {
		struct first_closer_segment *early = &refusals->early[i];
		if (!early->rst || !answers(early, syn))
			continue;
		*rst = *early;
		early->rst = false;
		return true;
	}
	return false;
}

void refusals_sum(struct refusals *refusals)
{
	moments_sum(&refusals->moments);
}

uint64_t refusals_between(const struct refusals *refusals, uint64_t from_ns, uint64_t until_ns)
{
	if (refusals->count == 0)
		return 0;
	/* The last moment has begun by then. */
	uint64_t by = moments_by(&refusals->moments, until_ns + refusals->moments.length_ns);
	uint64_t before = moments_by(&refusals->moments, from_ns);
	return by > before ? by - before : 0;
}
