/* The kernel's own counters of one namespace: /proc/net/{snmp,netstat,sockstat}. */
#ifndef BENCH_MEASURE_COUNTERS_H
#define BENCH_MEASURE_COUNTERS_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

/* The counters that are recorded, by their kernel names. X(field, group, kernel name). Group is the
 * line's first word in snmp or netstat. */
#define COUNTERS(X)                                                                                \
	X(active_opens, "Tcp", "ActiveOpens")                                                      \
	X(passive_opens, "Tcp", "PassiveOpens")                                                    \
	X(attempt_fails, "Tcp", "AttemptFails")                                                    \
	X(estab_resets, "Tcp", "EstabResets")                                                      \
	X(in_segs, "Tcp", "InSegs")                                                                \
	X(out_segs, "Tcp", "OutSegs")                                                              \
	X(retrans_segs, "Tcp", "RetransSegs")                                                      \
	X(in_errs, "Tcp", "InErrs")                                                                \
	X(out_rsts, "Tcp", "OutRsts")                                                              \
	X(tw, "TcpExt", "TW")                                                                      \
	X(tw_recycled, "TcpExt", "TWRecycled")                                                     \
	X(tw_killed, "TcpExt", "TWKilled")                                                         \
	X(tw_overflow, "TcpExt", "TCPTimeWaitOverflow")                                            \
	X(listen_overflows, "TcpExt", "ListenOverflows")                                           \
	X(listen_drops, "TcpExt", "ListenDrops")                                                   \
	X(syn_retrans, "TcpExt", "TCPSynRetrans")                                                  \
	X(syncookies_sent, "TcpExt", "SyncookiesSent")                                             \
	X(syncookies_recv, "TcpExt", "SyncookiesRecv")                                             \
	X(syncookies_failed, "TcpExt", "SyncookiesFailed")                                         \
	X(syn_queue_drop, "TcpExt", "TCPReqQFullDrop")                                             \
	X(abort_on_data, "TcpExt", "TCPAbortOnData")                                               \
	X(abort_on_close, "TcpExt", "TCPAbortOnClose")                                             \
	X(abort_on_memory, "TcpExt", "TCPAbortOnMemory")                                           \
	X(abort_on_timeout, "TcpExt", "TCPAbortOnTimeout")                                         \
	X(abort_on_linger, "TcpExt", "TCPAbortOnLinger")                                           \
	X(abort_failed, "TcpExt", "TCPAbortFailed")                                                \
	X(paws_timewait, "TcpExt", "PAWSTimewait")                                                 \
	X(paws_active, "TcpExt", "PAWSActive")                                                     \
	X(paws_estab, "TcpExt", "PAWSEstab")                                                       \
	X(challenge_ack, "TcpExt", "TCPChallengeACK")                                              \
	X(deferred_drop, "TcpExt", "TCPDeferAcceptDrop")                                           \
	X(migrate_success, "TcpExt", "TCPMigrateReqSuccess")                                       \
	X(migrate_failure, "TcpExt", "TCPMigrateReqFailure")                                       \
	X(data_segments, "TcpExt", "TCPOrigDataSent")                                              \
	X(to_zero_window, "TcpExt", "TCPToZeroWindowAdv")

struct counters {
#define COUNTERS_FIELD(field, group, name) uint64_t field;
	COUNTERS(COUNTERS_FIELD)
#undef COUNTERS_FIELD
	/* Gauges of sockstat's TCP line; tw includes orphaned FIN_WAIT_2, inuse neither. */
	uint64_t gauge_inuse;
	uint64_t gauge_tw;
	uint64_t gauge_established; /* CurrEstab of snmp: CLOSE_WAITs, too; IPv4 and IPv6 */
	/* Of the whole host, in every namespace: sockets in no process's hands, memory of TCP. */
	uint64_t gauge_orphans;
	uint64_t gauge_memory_pages;
};

/* Open files of one namespace's counters; reading again costs no open. */
struct counters_source {
	int snmp_fd, netstat_fd, sockstat_fd;
};

/* Opens the files of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int counters_open(struct counters_source *source, struct error *error);
void counters_close(struct counters_source *source);

/* A counter that this kernel does not have reads as 0. Returns 0 or -1. */
int counters_read(
	const struct counters_source *source, struct counters *counters, struct error *error);

/* later − earlier for counters; gauges are later's. */
struct counters counters_difference(const struct counters *later, const struct counters *earlier);

/* Names as the kernel spells them, and values, for tables and JSON. */
struct counters_row {
	const char *name;
	size_t length; /* of the name */
	size_t offset; /* of the uint64_t in struct counters */
};
extern const struct counters_row counters_rows[];
extern const size_t counters_row_count;

#endif
