/* The connection tracking of one namespace (net/netfilter/nf_conntrack_core.c), read through
 * ctnetlink: what it holds, by TCP state, and what it counts. */
#ifndef BENCH_NAT_CONNTRACK_H
#define BENCH_NAT_CONNTRACK_H

#include "common/error.h"

#include <stdint.h>

/* TCP states of an entry, by the kernel's numbers (linux/netfilter/nf_conntrack_tcp.h). An entry is
 * in the state that the segments which passed say; no socket has to be in it. */
enum {
	CONNTRACK_SYN_SENT = 1,
	CONNTRACK_SYN_RECV,
	CONNTRACK_ESTABLISHED,
	CONNTRACK_FIN_WAIT,
	CONNTRACK_CLOSE_WAIT,
	CONNTRACK_LAST_ACK,
	CONNTRACK_TIME_WAIT,
	CONNTRACK_CLOSE,
	CONNTRACK_STATES = 10
};

/* Of each of these states, as /proc/net/nf_conntrack writes it. */
extern const char *const conntrack_state_names[CONNTRACK_STATES];

/* All entries of a namespace. */
struct conntrack_entries {
	uint64_t tcp[CONNTRACK_STATES];
	uint64_t udp, other;
};

struct conntrack_census {
	/* TCP entries whose source is translated. Each holds a port of the NAT, for as long as it
	 * is there. */
	uint64_t ports;
	uint64_t states[CONNTRACK_STATES]; /* of these */
};

/* Since the namespace is there, of all its processors. */
struct conntrack_counters {
	/* New entries that were not taken, since there was one of the same addresses and ports: the
	 * segment that would have begun it was dropped. */
	uint64_t insert_failed;
	uint64_t drop;       /* segments dropped, those of insert_failed among them */
	uint64_t early_drop; /* entries given up for new ones, at nf_conntrack_max */
	uint64_t invalid;    /* segments that fit no entry: forwarded as they are */
};

struct conntrack;

/* In the calling thread's namespace, for good. Returns NULL on failure. */
struct conntrack *conntrack_create(struct error *error);
void conntrack_destroy(struct conntrack *conntrack);

/* A dump walks the table of the whole host. Returns 0 or -1. */
int conntrack_census(
	struct conntrack *conntrack, struct conntrack_census *census, struct error *error);

/* IPv4 and IPv6. As costly as a census: some 2 us an entry. */
int conntrack_entries_read(
	struct conntrack *conntrack, struct conntrack_entries *entries, struct error *error);

int conntrack_counters(
	struct conntrack *conntrack, struct conntrack_counters *counters, struct error *error);

#endif
