/* What doctor has read of a host, as plain records: the checks are pure functions of these. */
#ifndef BENCH_DOCTOR_RECORDS_H
#define BENCH_DOCTOR_RECORDS_H

#include "bench/doctor/conntrack.h"
#include "bench/doctor/port_range.h"
#include "bench/measure/counters.h"
#include "bench/measure/diag_socket.h"
#include "bench/measure/time_wait_life.h"
#include "bench/nat/conntrack.h"
#include "common/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The windows over which TIME_WAITs made are counted: 5, 30 and 60 s. */
#define DOCTOR_WINDOWS 3
extern const unsigned doctor_windows_s[DOCTOR_WINDOWS];

/* A TIME_WAIT ends within so many seconds, whatever HZ is. */
#define DOCTOR_ENDING_BINS 68

/* Sockets of a group whose owner is looked for. */
#define DOCTOR_INODES 4

/* Connections to one place whose SYN was sent again; fewer are nothing. */
#define DOCTOR_UNANSWERED_LEAST 4

/* A process, as it was when it was looked at. */
struct doctor_process {
	pid_t pid;       /* 0: not known */
	char name[32];   /* printable */
	char unit[96];   /* "nginx.service", "container 0123456789ab", "pod …"; "": not known */
	uint64_t nofile; /* the soft limit of descriptors; 0: not known */
};

/* The connections that this end opens from one address to one place. Only ports that connect(2)
 * may choose are counted. */
struct doctor_pair {
	struct counted_address source, destination;
	uint16_t port;
	bool is_ipv6;
	uint32_t live, time_wait;
	/* All of these by parity: that of the range's low end, which connect(2) tries first; the
	 * other. */
	uint32_t held[2];
	uint32_t held_young[2];        /* without TIME_WAITs that tcp_tw_reuse would give */
	uint32_t bound_by_others[2];   /* ports that it cannot have: what is bound elsewhere */
	uint32_t made[DOCTOR_WINDOWS]; /* TIME_WAITs, within the windows */
	uint32_t oldest_ms[2];         /* of its TIME_WAITs, by parity */
	uint32_t inode_count;          /* of its live sockets */
	uint32_t inodes[DOCTOR_INODES];
	struct doctor_process opener;
	/* TIME_WAITs by the second in which they end, and parity; NULL: the pair holds little.
	 * Owned by the namespace. */
	uint32_t (*ending)[2];
};

/* The window over which TIME_WAITs of a destination are counted: 30 s. */
#define DOCTOR_DESTINATION_WINDOW 1

/* All connections that this end opens to one place. */
struct doctor_destination {
	struct tcp_segment_end place;
	uint32_t live, made; /* made: TIME_WAITs, within the window */
};

/* One socket that listens. */
struct doctor_listener {
	struct address address;
	uint32_t waiting, backlog, inode;
	uint64_t drops, new_drops; /* of its life; between the looks */
	struct doctor_process process;
};

/* Sockets of one state and one local or remote place. */
struct doctor_group {
	/* TCP_CLOSE_WAIT, TCP_FIN_WAIT2; TCP_SYN_SENT of those whose SYN was sent again */
	unsigned state;
	struct tcp_segment_end place; /* where the sockets are connected to, or were accepted */
	bool is_accepted;
	bool is_rest; /* of all places for which there was no room; has none itself */
	/* At the last look; at the one before: the same where that one has listed none. */
	uint32_t count, count_before;
	uint32_t not_accepted;            /* of the count: accept(2) has not taken it */
	uint32_t orphans, orphans_before; /* FIN_WAIT_2s of these counts that no process holds */
	uint64_t oldest_ms, youngest_ms;
	uint32_t most_retries; /* how often the SYN of one was sent again */
	uint32_t inode_count, inodes[DOCTOR_INODES];
	struct doctor_process holder;
};

/* Settings of a namespace. -1: this kernel, or this namespace, has no such setting. */
struct doctor_settings {
	int64_t tw_reuse, tw_reuse_delay_ms, timestamps, fin_timeout, rfc1337, max_tw_buckets,
		tw_recycle, somaxconn, abort_on_overflow, max_orphans, conntrack_max,
		conntrack_count, conntrack_time_wait_s, ehash_entries, port_low,
		memory_pressure_pages, memory_most_pages;
	struct port_range ports;
};

struct doctor_namespace {
	char name[48];   /* "host"; "net:[4026532456]"; "own": of which host it is cannot be seen */
	char owner[160]; /* printable: a process and its unit, or a path; "": none */
	uint64_t inode;  /* of the namespace */
	bool is_own;
	bool was_walked;  /* its sockets were listed; else it has too few to be worth it */
	bool has_groups;  /* groups were listed, so what is not there was not there */
	bool has_entries; /* those of connection tracking were listed, which is asked for */
	double seconds;   /* between the looks; 0: there was one */
	struct doctor_settings settings;
	struct counters counters, added; /* at the last look; between the looks */
	/* IPv4 and IPv6, listeners as well; neither TIME_WAIT nor FIN_WAIT_2 without a holder. */
	uint64_t open_sockets;
	struct doctor_pair *pairs; /* the fullest first */
	size_t pair_count, pairs_left_out;
	struct doctor_destination *destinations; /* of all pairs, those left out too */
	size_t destination_count;
	struct doctor_listener *listeners;
	size_t listener_count;
	struct doctor_group *groups;
	size_t group_count;
	uint64_t orphans, fin_wait2_orphans; /* the namespace's sockets without an owner */
	struct conntrack_counts conntrack, conntrack_added; /* at the last look; between them */
	int64_t conntrack_grown;                            /* entries, between the looks */
	struct conntrack_entries entries;
};

/* Connections of one pair that processes of one name and unit have opened while they were watched.
 */
struct doctor_opener {
	uint64_t space; /* inode of the namespace; 0: not known */
	struct counted_address source, destination;
	uint16_t port;
	bool is_ipv6;
	struct doctor_process process; /* the one that has opened the most; it may be gone */
	uint32_t processes, opened;
};

struct doctor_unseen {
	char text[200];
};

struct sysctl_lines;

struct doctor_host {
	char name[65], kernel[65];
	struct time_wait_life life;
	double seconds, cpu_ms;
	uint64_t nat_ports; /* of an address translation that this host is behind; 0: of none */
	double old_s;       /* a socket that waits for a close is worth a word from this age on */
	struct doctor_namespace *namespaces;
	size_t namespace_count, walked_count;
	struct doctor_unseen *unseen;
	size_t unseen_count;
	/* NULL: the host was looked at; else files were, which would change its settings. */
	const struct sysctl_lines *lines;
	double watched_s;              /* for so long openers were watched; 0: they were not */
	struct doctor_opener *openers; /* the most connections first */
	size_t opener_count;
	uint64_t openers_left_out; /* connections whose opener is in none of these */
	uint64_t records_lost;     /* of what tasks did; some may be connections */
};

#endif
