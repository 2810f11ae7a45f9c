/* What the kernel counted for the load. Its counters are of a whole namespace; what other
 * connections have of them (measure/other_connections.h) is taken off. */
#ifndef BENCH_JUDGE_LOAD_COUNTERS_H
#define BENCH_JUDGE_LOAD_COUNTERS_H

#include "bench/trial/record.h"

/* Of a network that others use, at most as many connections, resets and TIME_WAITs are the load's
 * as its packets show. Differences over the trial. Taken off are shares of ActiveOpens,
 * PassiveOpens, AttemptFails, OutSegs with RetransSegs (OutSegs holds both then), OutRsts, TW and
 * TCPSynRetrans; of the others the kernel alone knows, and they stay the namespace's. */
struct counters load_counters(const struct trial *trial, enum td_who end);

/* Connects of the server's end for others, by ActiveOpens, of which the packet tap saw no SYN,
 * though it lost nothing, and nobody accepted what it did not see: none of their SYNs has left. So
 * it is where no neighbour answers for the address, or a rule drops them. They are no connections,
 * and are taken off, too. */
uint64_t load_counters_unsent(const struct trial *trial, enum td_who end);

/* The same where that is not proven: they are in the load's counters. */
uint64_t load_counters_unseen(const struct trial *trial, enum td_who end);

#endif
