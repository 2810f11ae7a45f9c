/* nat-ports-exhausted: the NAT between the ends dropped SYNs, since each port that it tried was
 * held. Nothing answers such a SYN: the client's kernel sends it again after a second, then two,
 * and the loader may give up meanwhile. */
#include "bench/findings/finding.h"
#include "bench/findings/terms.h"

#include "common/address.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The kernel tries 240 ports at random of a wide range (net/netfilter/nf_nat_core.c,
 * nf_nat_l4proto_unique_tuple): of one that is held to less than this, it finds a free one. */
#define HELD_LEAST 0.9
#define HARM_MAX 80
#define CURE_MAX 240
#define OPEN "open connections"

/* With nearly all ports in TIME_WAIT, which newer kernels give away, a SYN may find none whose last
 * sequence number its own lies beyond (net/netfilter/nf_nat_core.c, nf_seq_has_advanced: one in
 * two), and is dropped: with 16 at once on 40 ports, one of hundreds at most. */
#define REFUSED_LEAST 0.05

/* Whether it was for want of a port that entries were not taken: nearly all were held, by what does
 * not give way; or too many were not taken for another reason. */
static bool is_out_of_ports(const struct nat_figures *nat, uint64_t syns)
{
	const struct nat_held *held = &nat->peak;
	bool is_open =
		(double)(held->open + held->closing) >= HELD_LEAST * (double)nat->ports_available;
	return nat->refused > 0 && nat->ports_held_share >= HELD_LEAST &&
	       (is_open || (double)nat->refused >= REFUSED_LEAST * (double)syns);
}

static const char *holder_of(const struct nat_held *held)
{
	uint64_t alive = held->open + held->closing;
	if (alive >= held->time_wait && alive >= held->reset)
		return OPEN;
	return held->time_wait >= held->reset ? "TIME_WAIT" : "connections that were reset";
}

/* What would have lasted, and the cure. */
static void cure_write(const struct nat_figures *nat, double lasting, char text[CURE_MAX])
{
	if (strcmp(holder_of(&nat->peak), OPEN) == 0)
		snprintf(text, CURE_MAX,
			"at most %llu connections at once have one each: open fewer, or give the "
			"NAT more ports (--nat-ports) or addresses",
			(unsigned long long)nat->ports_available);
	else
		snprintf(text, CURE_MAX,
			"%.*f/s last for good (ports / %.0f s of "
			"nf_conntrack_tcp_timeout_time_wait): keep connections alive, or give the "
			"NAT more ports (--nat-ports) or addresses",
			finding_rate_digits(lasting), finding_rate_floor(lasting),
			nat->time_wait_s);
}

/* What the clients got of it. */
static void harm_write(const struct trial *trial, char text[HARM_MAX])
{
	unsigned long long unconnected = trial->totals.unconnected;
	*text = '\0';
	if (unconnected > 0)
		snprintf(
			text, HARM_MAX, ", and %llu connections were given up before", unconnected);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct nat_figures *nat = &figures->nat;
	const struct nat_held *held = &nat->peak;
	char to[ADDRESS_TEXT_SIZE], words[TERMS_SIZE], harm[HARM_MAX], cure[CURE_MAX];
	uint64_t syns = figures->client.load.active_opens + figures->client.load.syn_retrans;
	if (!is_out_of_ports(nat, syns))
		return;
	double t_s = finding_t_s(trial, trial->nat.failed_ns);
	double lasting = (double)nat->ports_available / nat->time_wait_s;
	const struct term terms[] = {
		{(double)held->time_wait, "by TIME_WAITs of its own"},
		{(double)(held->open + held->closing), "by connections"},
		{(double)held->reset, "by connections that were reset"},
	};
	harm_write(trial, harm);
	cure_write(nat, lasting, cure);
	finding_add(findings,
		"the NAT dropped %llu of %llu SYNs without an answer (insert_failed of conntrack "
		"-S, first seen at %.1f s), since it found no port: %llu of its %llu to %s:%u were "
		"held, %s; a client sends such a SYN again after a second%s; %s",
		(unsigned long long)nat->refused, (unsigned long long)syns, t_s,
		(unsigned long long)held->ports, (unsigned long long)nat->ports_available,
		address_url_host(&trial->server.address, to), (unsigned)trial->server.port,
		terms_text(terms, sizeof(terms) / sizeof(terms[0]), words), harm, cure);
	finding_word(findings, "end", "nat");
	finding_word(findings, "held_by", holder_of(held));
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "syns", (double)syns);
	finding_number(findings, "refused", (double)nat->refused);
	finding_number(findings, "unconnected", (double)trial->totals.unconnected);
	finding_number(findings, "ports_held", (double)held->ports);
	finding_number(findings, "ports_available", (double)nat->ports_available);
	finding_number(findings, "time_waits", (double)held->time_wait);
	finding_number(findings, "lasting_rate_per_s", lasting);
}

extern const struct finding_kind finding_nat_ports_exhausted;
const struct finding_kind finding_nat_ports_exhausted = {
	.id = "nat-ports-exhausted",
	.summary = "the NAT found no port for new connections, and dropped their SYNs",
	.cause = "each connection to one destination holds a port of the NAT, and the NAT's own "
		 "TIME_WAIT holds it for two minutes more",
	.cure = "keep connections alive, open fewer at once, or give the NAT more ports or "
		"addresses",
	.detect = detect,
};
