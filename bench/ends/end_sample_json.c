/* Counters and sockets of one end, by name. */
#include "bench/ends/end_json.h"
#include "bench/measure/sampler.h"

#include <netinet/tcp.h>

/* Of the kernel alone (include/net/tcp_states.h). */
#define TCP_NEW_SYN_RECV 12

#define FIELDS(name) name, sizeof(name) / sizeof((name)[0])
#define NUMBER(name, type, member)                                                                 \
	{                                                                                          \
		name, RECORD_U64, offsetof(type, member), 0, NULL, 0                               \
	}
#define ONE(name, type, member, record)                                                            \
	{                                                                                          \
		name, RECORD_ONE, offsetof(type, member), 0, record, 0                             \
	}

static const struct record_field counter_fields[] = {
#define COUNTER(field, group, name) NUMBER(name, struct counters, field),
	COUNTERS(COUNTER)
#undef COUNTER
};
static const struct record counters_record = {
	FIELDS(counter_fields), sizeof(struct counters), true};

static const struct record_field owner_fields[] = {
#define STATE(name, word) {word, RECORD_U64, SOCKET_##name * sizeof(uint64_t), 0, NULL, 0},
	SOCKET_STATE_LIST(STATE)
#undef STATE
};
static const struct record owners_record = {
	FIELDS(owner_fields), SOCKET_STATES * sizeof(uint64_t), true};

static const struct record_field busiest_fields[] = {
	{"to", RECORD_PLACE, offsetof(struct busiest_destination, to), 0, NULL, 0},
	NUMBER("ports", struct busiest_destination, ports),
	NUMBER("time_waits", struct busiest_destination, time_waits),
};
static const struct record busiest_record = {
	FIELDS(busiest_fields), sizeof(struct busiest_destination), false};

static const struct record_field exclusive_fields[] = {
	NUMBER("ports", struct exclusive_ports, ports),
	NUMBER("time_waits", struct exclusive_ports, time_waits),
};
static const struct record exclusive_record = {
	FIELDS(exclusive_fields), sizeof(struct exclusive_ports), true};

static const struct record_field connecting_fields[] = {
	{"to", RECORD_PLACE, 0, 0, NULL, 0},
};
static const struct record connecting_record = {
	FIELDS(connecting_fields), sizeof(struct tcp_segment_end), false};

#define SOCKETS(name, number) NUMBER(name, struct diag_census, states[number])

/* Connections by state; and what else is known of these sockets. */
static const struct record_field census_fields[] = {
	SOCKETS("ESTABLISHED", TCP_ESTABLISHED),
	SOCKETS("SYN-SENT", TCP_SYN_SENT),
	SOCKETS("SYN-RECEIVED", TCP_SYN_RECV),
	SOCKETS("FIN-WAIT-1", TCP_FIN_WAIT1),
	SOCKETS("FIN-WAIT-2", TCP_FIN_WAIT2),
	SOCKETS("TIME-WAIT", TCP_TIME_WAIT),
	SOCKETS("CLOSED", TCP_CLOSE),
	SOCKETS("CLOSE-WAIT", TCP_CLOSE_WAIT),
	SOCKETS("LAST-ACK", TCP_LAST_ACK),
	SOCKETS("CLOSING", TCP_CLOSING),
	SOCKETS("NEW-SYN-RECEIVED", TCP_NEW_SYN_RECV),
	NUMBER("FIN_WAIT_2_in_tw", struct diag_census, fin_wait2_in_tw),
};
static const struct record census_record = {
	FIELDS(census_fields), sizeof(struct diag_census), true};

static const struct record_field detail_fields[] = {
	SOCKETS("listening", TCP_LISTEN),
	ONE("by_owner", struct diag_census, by_owner, &owners_record),
	NUMBER("waiting", struct diag_census, waiting),
	NUMBER("ports_in_use", struct diag_census, ports_in_use),
	ONE("busiest", struct diag_census, busiest, &busiest_record),
	ONE("exclusive", struct diag_census, exclusive, &exclusive_record),
	{"connecting", RECORD_LIST, offsetof(struct diag_census, connecting.list),
		CONNECTING_PLACES_MAX, &connecting_record,
		offsetof(struct diag_census, connecting.count)},
};
static const struct record detail_record = {
	FIELDS(detail_fields), sizeof(struct diag_census), true};

static const struct record_field sample_fields[] = {
	ONE("counters", struct sample_end, counters, &counters_record),
	NUMBER("snmp_curr_estab", struct sample_end, counters.gauge_established),
	NUMBER("sockstat_inuse", struct sample_end, counters.gauge_inuse),
	NUMBER("sockstat_tw", struct sample_end, counters.gauge_tw),
	NUMBER("sockstat_orphans", struct sample_end, counters.gauge_orphans),
	NUMBER("sockstat_memory_pages", struct sample_end, counters.gauge_memory_pages),
	ONE("load", struct sample_end, census, &census_record),
	ONE("others", struct sample_end, others, &census_record),
	ONE("load_detail", struct sample_end, census, &detail_record),
	ONE("others_detail", struct sample_end, others, &detail_record),
	NUMBER("sockstat_low", struct sample_end, sockstat_low),
	NUMBER("sockstat_high", struct sample_end, sockstat_high),
};
const struct record end_sample_record = {FIELDS(sample_fields), sizeof(struct sample_end), false};

static const struct record_field load_sample_fields[] = {
	{"at_ns", RECORD_INSTANT, offsetof(struct sample, at_ns), 0, NULL, 0},
	{"census_fresh", RECORD_BOOL, offsetof(struct sample, census_fresh), 0, NULL, 0},
	NUMBER("cpu_ns", struct sample, progress.server_cpu_ns),
	ONE("sample", struct sample, server, &end_sample_record),
};
const struct record end_load_sample_record = {
	FIELDS(load_sample_fields), sizeof(struct sample), false};
