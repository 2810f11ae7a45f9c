/* Ports of the range that are bound, by what listens or by a bind(2) before connect(2): connect(2)
 * leaves such a port out whatever the destination (__inet_hash_connect,
 * net/ipv4/inet_hashtables.c).
 */
#ifndef BENCH_DOCTOR_BOUND_PORTS_H
#define BENCH_DOCTOR_BOUND_PORTS_H

#include "bench/doctor/records.h"

/* Writes into each pair of the namespace how many ports others have bound. A pure function of its
 * pairs, listeners and settings. */
void bound_ports_tell(struct doctor_namespace *space);

#endif
