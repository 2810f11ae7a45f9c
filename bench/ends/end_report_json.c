/* What the server's end comes to, by name. */
#include "bench/ends/end_json.h"
#include "bench/ends/server_end.h"

#define FIELDS(name) name, sizeof(name) / sizeof((name)[0])
#define FIELD(name, kind, type, member)                                                            \
	{                                                                                          \
		name, kind, offsetof(type, member), 0, NULL, 0                                     \
	}
#define TEXT(name, type, member)                                                                   \
	{                                                                                          \
		name, RECORD_TEXT, offsetof(type, member), sizeof(((type *)0)->member), NULL, 0    \
	}
#define ONE(name, type, member, record)                                                            \
	{                                                                                          \
		name, RECORD_ONE, offsetof(type, member), 0, record, 0                             \
	}
#define ONE_OR_NULL(name, type, member, record)                                                    \
	{                                                                                          \
		name, RECORD_ONE_OR_NULL, offsetof(type, member), 0, record, 0                     \
	}
#define LIST(name, type, list, number, most, record)                                               \
	{                                                                                          \
		name, RECORD_LIST, offsetof(type, list), most, record, offsetof(type, number)      \
	}

#define IS(name, kind, member) FIELD(name, kind, struct holder, member)
static const struct record_field holder_fields[] = {
	IS("pid", RECORD_U32, pid),
	TEXT("name", struct holder, name),
	IS("held", RECORD_U64, held),
	IS("processes", RECORD_U32, processes),
};
#undef IS
static const struct record holder_record = {FIELDS(holder_fields), sizeof(struct holder), false};

static const struct record_field holders_fields[] = {
#define STATE(name, word)                                                                          \
	{word, RECORD_ONE, SOCKET_##name * sizeof(struct holder), 0, &holder_record, 0},
	SOCKET_STATE_LIST(STATE)
#undef STATE
};
static const struct record holders_record = {
	FIELDS(holders_fields), SOCKET_STATES * sizeof(struct holder), true};

#define IS(name, kind, member) FIELD(name, kind, struct listener_drops, member)
static const struct record_field drops_fields[] = {
	IS("drops", RECORD_U64, drops),
	IS("backlog", RECORD_U32, backlog),
	IS("is_reached", RECORD_BOOL, is_reached),
	IS("others", RECORD_U32, others),
	IS("address", RECORD_ADDRESS, address),
	IS("all", RECORD_U64, all),
	IS("reached", RECORD_U64, reached),
};
#undef IS
static const struct record drops_record = {
	FIELDS(drops_fields), sizeof(struct listener_drops), false};

#define IS(name, kind, member) FIELD(name, kind, struct unclosed_place, member)
static const struct record_field unclosed_place_fields[] = {
	IS("at", RECORD_PLACE, of.at),
	IS("is_accepted", RECORD_BOOL, of.is_accepted),
	IS("sockets", RECORD_U64, of.sockets),
	IS("oldest_ms", RECORD_U64, of.oldest_ms),
	ONE_OR_NULL("held_by", struct unclosed_place, holder, &holder_record),
};
#undef IS
static const struct record unclosed_place_record = {
	FIELDS(unclosed_place_fields), sizeof(struct unclosed_place), false};
static const struct record_field unclosed_fields[] = {
	LIST("places", struct unclosed, list, count, CLOSE_WAIT_PLACES_MAX, &unclosed_place_record),
	FIELD("elsewhere", RECORD_U64, struct unclosed, elsewhere),
};
static const struct record unclosed_record = {
	FIELDS(unclosed_fields), sizeof(struct unclosed), false};

#define IS(name, kind, member) FIELD(name, kind, struct accept_queue, member)
static const struct record_field queue_fields[] = {
	IS("address", RECORD_ADDRESS, address),
	IS("inode", RECORD_U32, inode),
	IS("waiting", RECORD_U32, waiting),
	IS("backlog", RECORD_U32, backlog),
};
#undef IS
static const struct record queue_record = {
	FIELDS(queue_fields), sizeof(struct accept_queue), false};

#define IS(name, kind, member) FIELD(name, kind, struct accept_watch_report, member)
static const struct record_field accept_fields[] = {
	IS("looks", RECORD_U64, looks),
	IS("listeners_at_once", RECORD_U32, at_once),
	IS("listeners_ever", RECORD_U32, ever),
	IS("listeners_gone", RECORD_U32, gone),
	IS("waiting_peak", RECORD_U64, waiting_peak),
	IS("load_looks", RECORD_U64, load_looks),
	IS("load_waiting", RECORD_U64, load_waiting),
	IS("load_over_ns", RECORD_INSTANT, load_over_ns),
	IS("all_wait_since_ns", RECORD_INSTANT, all_wait_since_ns),
	IS("all_wait_until_ns", RECORD_INSTANT, all_wait_until_ns),
	IS("waiting", RECORD_U64, waiting),
	ONE("longest", struct accept_watch_report, longest, &queue_record),
	IS("beside", RECORD_U32, beside),
	IS("beside_waiting", RECORD_U32, beside_waiting),
	IS("untouched_since_ns", RECORD_INSTANT, untouched_since_ns),
};
#undef IS
static const struct record accept_record = {
	FIELDS(accept_fields), sizeof(struct accept_watch_report), false};

#define IS(name, kind, member) FIELD(name, kind, struct accept_holder, member)
static const struct record_field accept_holder_fields[] = {
	ONE_OR_NULL("held_by", struct accept_holder, holder, &holder_record),
	IS("is_stopped", RECORD_BOOL, is_stopped),
	IS("descriptor_limit", RECORD_U64, descriptor_limit),
	IS("left_pid", RECORD_U32, left_pid),
	IS("left_to_newcomers", RECORD_BOOL, left_to_newcomers),
	IS("left_has_ended", RECORD_BOOL, left_has_ended),
	TEXT("left_name", struct accept_holder, left_name),
};
#undef IS
static const struct record accept_holder_record = {
	FIELDS(accept_holder_fields), sizeof(struct accept_holder), false};

#define IS(name, kind, member) FIELD(name, kind, struct accept_limit, member)
static const struct record_field accept_limit_fields[] = {
	IS("looks", RECORD_U64, looks),
	IS("reached", RECORD_U64, reached),
	IS("first_ns", RECORD_INSTANT, first_ns),
	IS("limit", RECORD_U64, limit),
	ONE_OR_NULL("held_by", struct accept_limit, holder, &holder_record),
};
#undef IS
static const struct record accept_limit_record = {
	FIELDS(accept_limit_fields), sizeof(struct accept_limit), false};

#define IS(name, kind, member) FIELD(name, kind, struct listener_gap, member)
static const struct record_field gap_fields[] = {
	IS("from_ns", RECORD_INSTANT, from_ns),
	IS("gone_ns", RECORD_INSTANT, gone_ns),
	IS("last_ns", RECORD_INSTANT, last_ns),
	IS("until_ns", RECORD_INSTANT, until_ns),
	IS("inode", RECORD_U32, inode),
	{"holder", RECORD_U32, offsetof(struct listener_gap, holder), GAP_HOLDER_RUNS, NULL, 0},
};
#undef IS
static const struct record gap_record = {FIELDS(gap_fields), sizeof(struct listener_gap), false};

#define IS(name, kind, member) FIELD(name, kind, struct listener_wait, member)
static const struct record_field wait_fields[] = {
	IS("at_ns", RECORD_INSTANT, at_ns),
	IS("oldest_ms", RECORD_U64, oldest_ms),
	IS("waiting", RECORD_U64, waiting),
	IS("listeners", RECORD_U32, listeners),
	IS("listeners_waiting", RECORD_U32, listeners_waiting),
	ONE_OR_NULL("held_by", struct listener_wait, holder, &holder_record),
};
#undef IS
static const struct record wait_record = {FIELDS(wait_fields), sizeof(struct listener_wait), false};

#define IS(name, kind, member) FIELD(name, kind, struct close_watch_report, member)
static const struct record_field close_fields[] = {
	IS("looks", RECORD_U64, looks),
	IS("threads", RECORD_U64, threads),
	IS("blocked", RECORD_U64, blocked),
	IS("at_once", RECORD_U64, at_once),
	IS("first_ns", RECORD_INSTANT, first_ns),
	IS("longest_ms", RECORD_U64, longest_ms),
	IS("processes", RECORD_U64, processes),
	IS("pid", RECORD_U32, pid),
	TEXT("name", struct close_watch_report, name),
};
#undef IS
static const struct record close_record = {
	FIELDS(close_fields), sizeof(struct close_watch_report), false};

#define IS(name, kind, member) FIELD(name, kind, struct stop_watch_report, member)
static const struct record_field stop_fields[] = {
	IS("first_ns", RECORD_INSTANT, first_ns),
	IS("stopped_ns", RECORD_U64, stopped_ns),
	IS("processes", RECORD_U64, processes),
	IS("at_end", RECORD_BOOL, at_end),
	IS("pid", RECORD_U32, pid),
	TEXT("name", struct stop_watch_report, name),
};
#undef IS
static const struct record stop_record = {
	FIELDS(stop_fields), sizeof(struct stop_watch_report), false};

#define IS(name, kind, member) FIELD(name, kind, struct descriptor_watch_report, member)
static const struct record_field descriptor_fields[] = {
	IS("looks", RECORD_U64, looks),
	IS("limit_reached", RECORD_U64, reached),
	IS("first_ns", RECORD_INSTANT, first_ns),
	IS("last_ns", RECORD_INSTANT, last_ns),
	IS("limit", RECORD_U64, limit),
	IS("pid", RECORD_U32, pid),
	IS("processes", RECORD_U32, processes),
	TEXT("name", struct descriptor_watch_report, name),
};
#undef IS
static const struct record descriptor_record = {
	FIELDS(descriptor_fields), sizeof(struct descriptor_watch_report), false};

#define IS(name, kind, member) FIELD(name, kind, struct server_end_report, member)
#define HAS(name, member, record) ONE(name, struct server_end_report, member, record)
static const struct record_field report_fields[] = {
	IS("listen_backlog_is_known", RECORD_BOOL, backlog_is_known),
	IS("listen_backlog", RECORD_U32, backlog),
	IS("rss_before_bytes", RECORD_U64, rss_before),
	IS("rss_peak_bytes", RECORD_U64, rss_peak),
	IS("cpu_ns", RECORD_U64, cpu_ns),
	IS("processes_ended", RECORD_U64, ended),
	ONE_OR_NULL("quiet_held_by", struct server_end_report, quiet_holder, &holder_record),
	ONE_OR_NULL("closed_late_by", struct server_end_report, late_holder, &holder_record),
	HAS("open_held_by", holders, &holders_record),
	HAS("listener_drops", listener_drops, &drops_record),
	HAS("unclosed", unclosed, &unclosed_record),
	HAS("accept_queue", accept_watch, &accept_record),
	HAS("accept_queue_held_by", accept_holder, &accept_holder_record),
	HAS("accept_limit", accept_limit, &accept_limit_record),
	LIST("listener_gaps", struct server_end_report, listener_gaps.list, listener_gaps.count,
		LISTENER_GAPS_MAX, &gap_record),
	HAS("listener_wait", listener_wait, &wait_record),
	HAS("close_blocks", close_watch, &close_record),
	HAS("stopped", stop_watch, &stop_record),
	HAS("descriptors", descriptor_watch, &descriptor_record),
};
#undef HAS
#undef IS
const struct record end_report_record = {
	FIELDS(report_fields), sizeof(struct server_end_report), false};
