/* What connection tracking has refused: /proc/net/stat/nf_conntrack. */
#ifndef BENCH_DOCTOR_CONNTRACK_H
#define BENCH_DOCTOR_CONNTRACK_H

#include <stdint.h>

/* Of all processors together. */
struct conntrack_counts {
	uint64_t insert_failed; /* entries that met another one of the same addresses and ports */
	uint64_t drop;       /* packets: the table was full, or two asked for one entry at once */
	uint64_t early_drop; /* entries that gave way to a new one */
};

/* By the text of the file, which is written over: a line of names, a line a processor. */
struct conntrack_counts conntrack_counts_parse(char *text);

/* Of the calling thread's namespace; all 0 without connection tracking. */
struct conntrack_counts conntrack_counts_read(void);

#endif
