/* nat-share: how many ports of an address translation that this host is behind its connections
 * hold, for each public destination: a gateway gives a host so many (--nat-ports), and keeps each
 * for a while after its connection has closed. */
#include "bench/doctor/check.h"
#include "bench/doctor/destination_sums.h"
#include "bench/doctor/words.h"

#include <arpa/inet.h>
#include <string.h>

/* What gateways keep a closed connection's port for, as nf_conntrack_tcp_timeout_time_wait does. */
#define KEPT_S 120
#define SHARE_WARNING 0.8

/* Private, shared, loopback and link-local addresses (RFC 1918, 6598, 1122, 3927) are reached
 * without a translation; IPv6 needs none. */
static bool is_public(const struct tcp_segment_end *place)
{
	static const struct {
		uint32_t network, bits;
	} inner[] = {{0x0a000000, 8}, {0xac100000, 12}, {0xc0a80000, 16}, {0x64400000, 10},
		{0x7f000000, 8}, {0xa9fe0000, 16}};
	uint32_t address;
	memcpy(&address, place->address, sizeof(address));
	address = ntohl(address);
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
		if (address >> (32 - inner[i].bits) == inner[i].network >> (32 - inner[i].bits))
			return false;
	return !place->is_ipv6;
}

struct share {
	const struct doctor_destination *first;
	double live, rate_per_s;
};

/* All namespaces of this host are one to the gateway. Where a namespace before has that
 * destination, too, `first` is that one's. */
static struct share share_of(const struct doctor_host *host, const struct tcp_segment_end *place)
{
	struct share share = {.first = NULL};
	for (size_t i = 0; i < host->namespace_count; i++) {
		const struct doctor_destination *found =
			destination_sums_find(&host->namespaces[i], place);
		if (!found)
			continue;
		share.first = share.first ? share.first : found;
		share.live += found->live;
		share.rate_per_s +=
			(double)found->made / doctor_windows_s[DOCTOR_DESTINATION_WINDOW];
	}
	return share;
}

static void share_check(struct diagnosis *diagnosis, const struct share *share, double ports)
{
	double held = share->live + share->rate_per_s * KEPT_S;
	char where[TCP_SEGMENT_END_TEXT];
	struct word count, of, rate, lasts;
	if (held < SHARE_WARNING * ports)
		return;
	diagnosis_add(diagnosis, held >= ports ? LEVEL_CRITICAL : LEVEL_WARNING, held / ports,
		"the gateway's ports for this host run out");
	diagnosis_line(diagnosis, "%s: %s of %s ports (--nat-ports): %s/s, each kept for %d s",
		tcp_segment_end_text(&share->first->place, where), word_count(&count, held),
		word_count(&of, ports), word_rate(&rate, share->rate_per_s), KEPT_S);
	diagnosis_cure(diagnosis,
		"keep connections; or more ports of the gateway; up to %s/s go on for "
		"good",
		word_rate(&lasts, ports / KEPT_S));
	diagnosis_number(diagnosis, "held", held);
	diagnosis_number(diagnosis, "available", ports);
	diagnosis_number(diagnosis, "rate_per_s", share->rate_per_s);
}

static bool applies(const struct doctor_host *host)
{
	return host->nat_ports > 0;
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	for (size_t i = 0; i < space->destination_count; i++) {
		const struct doctor_destination *here = &space->destinations[i];
		if (!is_public(&here->place))
			continue;
		struct share share = share_of(host, &here->place);
		if (share.first == here)
			share_check(diagnosis, &share, (double)host->nat_ports);
	}
}

extern const struct doctor_check doctor_check_nat_share;
const struct doctor_check doctor_check_nat_share = {
	.id = "nat-share",
	.means = "Behind a gateway that translates addresses, all connections of this host to one "
		 "public "
		 "destination share the ports that the gateway gives the host. A closed connection "
		 "keeps its port there longer than here.",
	.source = "sock_diag: open connections, and the TIME_WAITs of the last 30 s, of all "
		  "namespaces, "
		  "by public IPv4 destination; times 120 s, for which gateways keep a port; "
		  "--nat-ports. Connections that the other end closed first are not seen.",
	.cure = "Keep connections; more ports or addresses of the gateway; a private way to that "
		"destination.",
	.fine = "the gateway's ports",
	.applies = applies,
	.check = check,
};
