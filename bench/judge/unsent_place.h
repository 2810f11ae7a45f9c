/* Where the connects led whose SYN has not left (load_counters_unsent). */
#ifndef BENCH_JUDGE_UNSENT_PLACE_H
#define BENCH_JUDGE_UNSENT_PLACE_H

#include "bench/trial/record.h"

/* A place for which a census of the trial found a socket of the server's in SYN_SENT, though the
 * packet tap saw no SYN to it. Port 0: none was met, since such a socket may be closed before a
 * census comes, or every SYN was seen. */
struct tcp_segment_end unsent_place(const struct trial *trial);

#endif
