/* The ports that connect(2) of a server is given which connects on, to its upstream or database. */
#ifndef BENCH_JUDGE_SERVER_PORTS_H
#define BENCH_JUDGE_SERVER_PORTS_H

#include "bench/judge/figures.h"

/* How long they last at the trial's rate, for the destination that leaves the server the most
 * TIME_WAITs. All NAN where none does, and where connections to it come from several addresses, of
 * which it is not known how many there would be. The figures but for the runways are made by then.
 */
struct runway server_ports_runway(const struct trial *trial, const struct figures *figures);

#endif
