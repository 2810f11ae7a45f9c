#include "bench/doctor/sockets.h"

#include "bench/doctor/bound_ports.h"
#include "bench/doctor/pair_table.h"
#include "bench/doctor/walk_worth.h"
#include "bench/measure/diag_dump.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#define LISTENERS_FIRST 16
#define LISTENERS_MAX 1024
#define GROUPS_MAX 64
/* Of these, one for each state holds what the others have no room for. */
#define GROUPS_OF_REST 3
/* Fewer sockets of one state are not asked for their ages. */
#define AGES_LEAST 8
/* inet_twsk_diag_fill (net/ipv4/inet_diag.c): an orphan in FIN_WAIT_2 has it, too. */
#define TIMER_OF_TIME_WAIT 3
#define GROUPED_STATES (1u << TCP_CLOSE_WAIT | 1u << TCP_FIN_WAIT2 | 1u << TCP_SYN_SENT)
#define WALKED_STATES                                                                              \
	(1u << TCP_ESTABLISHED | 1u << TCP_SYN_SENT | 1u << TCP_FIN_WAIT1 | 1u << TCP_FIN_WAIT2 |  \
		1u << TCP_CLOSE_WAIT | 1u << TCP_LAST_ACK | 1u << TCP_CLOSING |                    \
		1u << TCP_TIME_WAIT)

struct walk {
	struct doctor_namespace *space;
	struct pair_table *pairs; /* NULL: this walk is for groups alone */
	uint64_t listened[PORT_RANGE_WORDS];
	struct doctor_group *latest;
	size_t listener_room;
	bool has_ages; /* this walk is for the ages of groups alone */
};

/* Where no more are taken, the ports are seen all the same. */
static bool listener_has_room(struct walk *walk)
{
	struct doctor_namespace *space = walk->space;
	if (space->listener_count < walk->listener_room)
		return true;
	size_t room = walk->listener_room ? 2 * walk->listener_room : LISTENERS_FIRST;
	struct doctor_listener *list =
		room > LISTENERS_MAX ? NULL : realloc(space->listeners, room * sizeof(*list));
	if (!list)
		return false;
	space->listeners = list;
	walk->listener_room = room;
	return true;
}

const char *sockets_module_missing(int error_number)
{
	/* sock_create (net/socket.c), sock_diag_rcv_msg (net/core/sock_diag.c), and
	 * inet_diag_lock_handler (net/ipv4/inet_diag.c). */
	switch (error_number) {
	case EPROTONOSUPPORT:
		return "sock_diag";
	case EOPNOTSUPP:
		return "inet_diag";
	case ENOENT:
		return "tcp_diag";
	default:
		return NULL;
	}
}

/* tcp_diag_get_info (net/ipv4/tcp_diag.c): the queue of a listener is sk_ack_backlog, and its limit
 * sk_max_ack_backlog. */
static int listener_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct walk *walk = argument;
	struct doctor_namespace *space = walk->space;
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	uint16_t port = ntohs(found->id.idiag_sport);
	if (found->idiag_state != TCP_LISTEN)
		return 0;
	walk->listened[port / 64] |= UINT64_C(1) << (port % 64);
	if (!listener_has_room(walk))
		return 0;
	diag_dump_extension(message, INET_DIAG_SKMEMINFO, memory, sizeof(memory));
	space->listeners[space->listener_count++] = (struct doctor_listener){
		.address = diag_dump_address(found),
		.waiting = found->idiag_rqueue,
		.backlog = found->idiag_wqueue,
		.inode = found->idiag_inode,
		.drops = memory[SK_MEMINFO_DROPS],
	};
	return 0;
}

static bool is_group_of(const struct doctor_group *group, unsigned state, bool is_accepted,
	const struct tcp_segment_end *place)
{
	return group && group->state == state && !group->is_rest &&
	       group->is_accepted == is_accepted && tcp_segment_end_equals(&group->place, place);
}

/* NULL: there is none of that state. */
static struct doctor_group *rest_find(struct doctor_namespace *space, unsigned state)
{
	for (size_t i = 0; i < space->group_count; i++)
		if (space->groups[i].is_rest && space->groups[i].state == state)
			return &space->groups[i];
	return NULL;
}

/* A walk for ages makes none: NULL then, where the first walk has seen none. */
static struct doctor_group *group_find(
	struct walk *walk, unsigned state, bool is_accepted, const struct tcp_segment_end *place)
{
	struct doctor_namespace *space = walk->space;
	if (is_group_of(walk->latest, state, is_accepted, place))
		return walk->latest;
	for (size_t i = 0; i < space->group_count; i++)
		if (is_group_of(&space->groups[i], state, is_accepted, place))
			return walk->latest = &space->groups[i];
	bool is_rest = space->group_count >= GROUPS_MAX - GROUPS_OF_REST;
	struct doctor_group *rest = rest_find(space, state);
	if (rest || walk->has_ages)
		return rest;
	struct doctor_group *group = &space->groups[space->group_count++];
	*group = (struct doctor_group){
		.state = state, .is_rest = is_rest, .youngest_ms = UINT64_MAX};
	if (is_rest)
		return group;
	group->is_accepted = is_accepted;
	group->place = *place;
	return walk->latest = group;
}

/* tcpi_last_ack_recv: the last acknowledgement came with the peer's FIN. */
static void age_take(struct doctor_group *group, const struct nlmsghdr *message)
{
	struct tcp_info info = {.tcpi_state = 0};
	diag_dump_extension(message, INET_DIAG_INFO, &info, sizeof(info));
	uint64_t age_ms = info.tcpi_last_ack_recv;
	group->oldest_ms = age_ms > group->oldest_ms ? age_ms : group->oldest_ms;
	group->youngest_ms = age_ms < group->youngest_ms ? age_ms : group->youngest_ms;
}

static void group_add(struct walk *walk, const struct nlmsghdr *message, bool is_accepted,
	const struct tcp_segment_end *place)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct doctor_group *group = group_find(walk, found->idiag_state, is_accepted, place);
	if (!group)
		return;
	if (walk->has_ages) {
		age_take(group, message);
		return;
	}
	group->count++;
	if (found->idiag_state == TCP_SYN_SENT && found->idiag_retrans > group->most_retries)
		group->most_retries = found->idiag_retrans;
	if (found->idiag_inode == 0) {
		group->orphans += found->idiag_state == TCP_FIN_WAIT2;
		group->not_accepted += found->idiag_state == TCP_CLOSE_WAIT;
	} else if (group->inode_count < DOCTOR_INODES) {
		group->inodes[group->inode_count++] = found->idiag_inode;
	}
}

static void orphan_count(struct doctor_namespace *space, const struct inet_diag_msg *found)
{
	bool is_orphan =
		found->idiag_inode == 0 &&
		(found->idiag_state == TCP_FIN_WAIT1 || found->idiag_state == TCP_CLOSING ||
			found->idiag_state == TCP_LAST_ACK || found->idiag_state == TCP_FIN_WAIT2);
	space->orphans += is_orphan;
	space->fin_wait2_orphans += is_orphan && found->idiag_state == TCP_FIN_WAIT2;
}

static int pair_add(struct walk *walk, const struct inet_diag_msg *found,
	const struct counted_address *local, const struct counted_address *remote)
{
	bool is_mapped = found->idiag_family == AF_INET6 &&
			 IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)found->id.idiag_dst);
	const struct pair_socket socket = {
		.source = *local,
		.destination = *remote,
		.own_port = ntohs(found->id.idiag_sport),
		.port = ntohs(found->id.idiag_dport),
		.is_ipv6 = found->idiag_family == AF_INET6 && !is_mapped,
		.is_time_wait = found->idiag_state == TCP_TIME_WAIT,
		.left_ms = found->idiag_expires,
		.inode = found->idiag_inode,
	};
	return pair_table_add(walk->pairs, &socket);
}

/* inet_sk_diag_fill (net/ipv4/inet_diag.c): how often what waits for its ACK was sent again, which
 * is the SYN here. */
static bool is_grouped(const struct inet_diag_msg *found)
{
	return found->idiag_state == TCP_CLOSE_WAIT || found->idiag_state == TCP_FIN_WAIT2 ||
	       (found->idiag_state == TCP_SYN_SENT && found->idiag_retrans > 0);
}

static int socket_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct walk *walk = argument;
	uint16_t port = ntohs(found->id.idiag_sport);
	bool is_accepted = walk->listened[port / 64] >> (port % 64) & 1;
	if (found->idiag_state == TCP_LISTEN ||
		(is_accepted && found->idiag_state == TCP_TIME_WAIT))
		return 0;
	struct counted_address local = diag_socket_local(found);
	struct counted_address remote = diag_socket_remote(found);
	if (is_grouped(found)) {
		struct tcp_segment_end place =
			is_accepted ? diag_socket_end(found, &local, found->id.idiag_sport)
				    : diag_socket_end(found, &remote, found->id.idiag_dport);
		group_add(walk, message, is_accepted, &place);
	}
	if (walk->has_ages)
		return 0;
	orphan_count(walk->space, found);
	return is_accepted || !walk->pairs ? 0 : pair_add(walk, found, &local, &remote);
}

static bool wants_ages(const struct doctor_namespace *space)
{
	uint64_t count = 0;
	for (size_t i = 0; i < space->group_count; i++)
		count += space->groups[i].count;
	return count >= AGES_LEAST;
}

static int refusal_tell(int error_number, struct error *error)
{
	const char *module = sockets_module_missing(error_number);
	errno = error_number;
	if (module)
		return error_set(error, STATUS_HOST_CANNOT,
			"cannot list TCP sockets: this kernel lacks the module %s (modprobe %s)",
			module, module);
	return error_set_errno(error, STATUS_HOST_CANNOT, "cannot list TCP sockets by sock_diag");
}

static int walk_all(struct walk *walk, struct diag_dump *dump, const struct time_wait_life *life)
{
	bool interrupted = false;
	walk->space->was_walked = true;
	if (!walk_worth_any(walk->space))
		return 0;
	walk->pairs = pair_table_create(&walk->space->settings);
	if (!walk->pairs ||
		diag_dump(dump, WALKED_STATES, 0, socket_see, walk, &interrupted) == -1 ||
		pair_table_take(
			walk->pairs, DOCTOR_PAIR_PART, DOCTOR_PAIRS_MAX, life, walk->space) == -1)
		return -1;
	bound_ports_tell(walk->space);
	if (!wants_ages(walk->space))
		return 0;
	walk->has_ages = true;
	return diag_dump(dump, 1u << TCP_CLOSE_WAIT | 1u << TCP_FIN_WAIT2,
		1u << (INET_DIAG_INFO - 1), socket_see, walk, &interrupted);
}

/* Of a walk for groups alone; 0: none is worth it. */
static uint32_t states_of_groups(const struct doctor_namespace *space, enum sockets_depth depth)
{
	if (depth == SOCKETS_WAITING && walk_worth_pile(space))
		return GROUPED_STATES;
	if (depth == SOCKETS_UNANSWERED && walk_worth_unanswered(space))
		return 1u << TCP_SYN_SENT;
	return 0;
}

int sockets_read(struct doctor_namespace *space, const struct time_wait_life *life,
	enum sockets_depth depth, struct error *error)
{
	struct diag_dump *dump = malloc(sizeof(*dump));
	struct walk walk = {.space = space};
	bool interrupted = false;
	space->groups = calloc(GROUPS_MAX, sizeof(*space->groups));
	int result = -1;
	if (!dump || !space->groups) {
		error_set(error, STATUS_FAILED, "no memory for the sockets");
	} else if (diag_dump_open(dump, error) == -1) {
		refusal_tell(errno, error);
	} else {
		errno = 0;
		result = diag_dump(dump, 1u << TCP_LISTEN, 1u << (INET_DIAG_SKMEMINFO - 1),
			listener_see, &walk, &interrupted);
		uint32_t states = states_of_groups(space, depth);
		space->has_groups = depth == SOCKETS_ALL || states == GROUPED_STATES;
		if (result == 0 && states)
			result = diag_dump(dump, states, 0, socket_see, &walk, &interrupted);
		if (result == 0 && depth == SOCKETS_ALL)
			result = walk_all(&walk, dump, life);
		if (result == -1)
			refusal_tell(errno, error);
		diag_dump_close(dump);
	}
	pair_table_destroy(walk.pairs);
	free(dump);
	return result;
}
