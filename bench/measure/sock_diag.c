#include "bench/measure/sock_diag.h"

#include "bench/measure/diag_dump.h"
#include "bench/measure/diag_socket.h"
#include "bench/measure/listen_dump.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DUMP_ATTEMPTS 4
#define ALL_STATES ((1u << DIAG_STATES) - 1)

struct diag {
	struct diag_dump dump;
	struct load_flow flow;
	enum td_who end;
	struct port_set *load_ports, *other_ports;
	struct destination_ports *destinations; /* of other connections */
};

/* inet_twsk_diag_fill (net/ipv4/inet_diag.c): the timer of a TIME_WAIT, which an orphan in
 * FIN_WAIT_2 has as well. */
#define TIMER_OF_TIME_WAIT 3
/* What has been a connection and is not over. */
#define OPEN_STATES                                                                                \
	(1u << TCP_ESTABLISHED | 1u << TCP_FIN_WAIT1 | 1u << TCP_FIN_WAIT2 |                       \
		1u << TCP_CLOSE_WAIT | 1u << TCP_LAST_ACK | 1u << TCP_CLOSING)

struct diag *diag_create(const struct load_flow *flow, enum td_who end, struct error *error)
{
	struct diag *diag = calloc(1, sizeof(*diag));
	if (!diag) {
		error_set_errno(error, STATUS_FAILED, "sock_diag");
		return NULL;
	}
	diag->flow = *flow;
	diag->end = end;
	diag->load_ports = port_set_create();
	diag->other_ports = port_set_create();
	diag->destinations = destination_ports_create();
	if (!diag->load_ports || !diag->other_ports || !diag->destinations)
		error_set_errno(error, STATUS_FAILED, "sock_diag");
	else if (diag_dump_open(&diag->dump, error) == 0)
		return diag;
	diag_destroy(diag);
	return NULL;
}

void diag_destroy(struct diag *diag)
{
	if (!diag)
		return;
	diag_dump_close(&diag->dump);
	port_set_destroy(diag->load_ports);
	port_set_destroy(diag->other_ports);
	destination_ports_destroy(diag->destinations);
	free(diag);
}

struct count {
	struct diag *diag;
	struct diag_census *load, *others;
};

/* The states of OPEN_STATES, with and without an owner. */
static const struct owner_row {
	enum socket_state owned, not_owned;
	bool may_be_orphan;
} rows[DIAG_STATES] = {
	[TCP_ESTABLISHED] = {SOCKET_ESTABLISHED, SOCKET_ESTABLISHED_UNACCEPTED, false},
	[TCP_FIN_WAIT1] = {SOCKET_FIN_WAIT_1, SOCKET_FIN_WAIT_1, true},
	[TCP_FIN_WAIT2] = {SOCKET_FIN_WAIT_2_OWNED, SOCKET_FIN_WAIT_2_ORPHANED, true},
	[TCP_CLOSE_WAIT] = {SOCKET_CLOSE_WAIT_OWNED, SOCKET_CLOSE_WAIT_UNACCEPTED, false},
	[TCP_LAST_ACK] = {SOCKET_LAST_ACK, SOCKET_LAST_ACK, true},
	[TCP_CLOSING] = {SOCKET_CLOSING, SOCKET_CLOSING, true},
};

static void owner_count(struct diag_census *census, const struct inet_diag_msg *found)
{
	if (!(1u << found->idiag_state & OPEN_STATES))
		return;
	bool is_owned = found->idiag_inode != 0;
	census->by_owner[is_owned ? rows[found->idiag_state].owned
				  : rows[found->idiag_state].not_owned]++;
	census->by_owner[SOCKET_ORPHANED] += !is_owned && rows[found->idiag_state].may_be_orphan;
	census->fin_wait2_in_tw +=
		found->idiag_state == TCP_FIN_WAIT2 && found->idiag_timer == TIMER_OF_TIME_WAIT;
}

static void destination_count(
	struct count *count, const struct inet_diag_msg *found, const struct counted_address *local)
{
	struct counted_address remote = diag_socket_remote(found);
	struct tcp_segment_end own = diag_socket_end(found, local, found->id.idiag_sport);
	struct tcp_segment_end to = diag_socket_end(found, &remote, found->id.idiag_dport);
	destination_ports_add(
		count->diag->destinations, &own, &to, found->idiag_state == TCP_TIME_WAIT);
	if (found->idiag_state == TCP_SYN_SENT)
		connecting_places_add(&count->others->connecting, &to);
}

static int socket_count(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct count *count = argument;
	struct diag *diag = count->diag;
	struct counted_address local = diag_socket_local(found);
	bool of_load = diag_socket_is_of_load(&diag->flow, diag->end, found);
	struct diag_census *census = of_load ? count->load : count->others;
	if (found->idiag_state < DIAG_STATES) {
		census->states[found->idiag_state]++;
		owner_count(census, found);
	}
	/* The kernel lists what listens first (net/ipv4/inet_diag.c, inet_diag_dump_icsk). */
	if (found->idiag_state == TCP_LISTEN) {
		census->waiting += found->idiag_rqueue;
		destination_ports_listen(diag->destinations, ntohs(found->id.idiag_sport));
		return 0;
	}
	if (!of_load)
		destination_count(count, found, &local);
	if (of_load && diag->end == TD_CLIENT)
		load_flow_pair(
			&diag->flow, local.words, diag_socket_remote(found).words, local.words);
	return port_set_add(of_load ? diag->load_ports : diag->other_ports, local.words,
		ntohs(found->id.idiag_sport));
}

int diag_census(struct diag *diag, struct diag_census *load, struct diag_census *others,
	struct error *error)
{
	struct count count = {diag, load, others};
	for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		bool interrupted = false;
		memset(load, 0, sizeof(*load));
		memset(others, 0, sizeof(*others));
		port_set_clear(diag->load_ports);
		port_set_clear(diag->other_ports);
		destination_ports_clear(diag->destinations);
		if (diag_dump(&diag->dump, ALL_STATES, 0, socket_count, &count, &interrupted) == -1)
			return error_set_errno(
				error, STATUS_HOST_CANNOT, "cannot list TCP sockets by sock_diag");
		if (!interrupted)
			break;
	}
	load->ports_in_use = port_set_count(diag->load_ports);
	others->ports_in_use = port_set_count(diag->other_ports);
	others->busiest = destination_ports_busiest(diag->destinations);
	others->exclusive = destination_ports_exclusive(diag->destinations);
	return 0;
}

static int list_with_info(struct diag *diag, uint32_t states, diag_dump_visit *visit,
	void *argument, struct error *error)
{
	bool interrupted = false;
	if (diag_dump(&diag->dump, states, 1u << (INET_DIAG_INFO - 1), visit, argument,
		    &interrupted) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot list open TCP sockets by sock_diag");
	return 0;
}

struct open {
	struct diag *diag;
	struct port_set *connections;
	struct held_sockets *held;
	uint64_t oldest_ms;
};

/* As the kernel writes it (linux/tcp.h, which cannot be included beside netinet/tcp.h), up to what
 * is read here; 0 where the kernel does not say. */
union kernel_tcp_info {
	struct tcp_info info;
	struct {
		uint8_t before[120];
		uint64_t bytes_acked;
	} later;
};

static union kernel_tcp_info info_of(const struct nlmsghdr *message)
{
	union kernel_tcp_info info;
	memset(&info, 0, sizeof(info));
	diag_dump_extension(message, INET_DIAG_INFO, &info, sizeof(info));
	return info;
}

static void held_add(struct held_sockets *held, const struct inet_diag_msg *found,
	const union kernel_tcp_info *of, const struct counted_address *client, uint16_t client_port)
{
	if (found->idiag_inode == 0 || held->count == HELD_SOCKETS_MAX)
		return;
	uint64_t sent_ms = of->info.tcpi_last_data_sent, came_ms = of->info.tcpi_last_data_recv;
	uint64_t quiet_ms = sent_ms < came_ms ? sent_ms : came_ms;
	held->quiet_ms[held->count] = of->later.bytes_acked > 0 ? quiet_ms : 0;
	memcpy(held->client_addresses[held->count], client->words, sizeof(client->words));
	held->client_ports[held->count] = client_port;
	held->unread_bytes[held->count] = found->idiag_rqueue;
	held->unacknowledged_bytes[held->count] = found->idiag_wqueue;
	held->inodes[held->count] = found->idiag_inode;
	held->states[held->count++] = (uint8_t)rows[found->idiag_state].owned;
}

static int open_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct open *open = argument;
	const struct inet_diag_sockid *id = &found->id;
	bool is_server = open->diag->end == TD_SERVER;
	if (!diag_socket_is_of_load(&open->diag->flow, open->diag->end, found))
		return 0;
	struct counted_address local = diag_socket_local(found), remote = diag_socket_remote(found);
	struct counted_address client = is_server ? remote : local;
	load_flow_pair(&open->diag->flow, client.words, is_server ? local.words : remote.words,
		client.words);
	union kernel_tcp_info info = info_of(message);
	/* The last acknowledgement came with the peer's FIN. */
	uint64_t age_ms = info.info.tcpi_last_ack_recv;
	if (found->idiag_state == TCP_CLOSE_WAIT && age_ms > open->oldest_ms)
		open->oldest_ms = age_ms;
	uint16_t client_port = ntohs(is_server ? id->idiag_dport : id->idiag_sport);
	held_add(open->held, found, &info, &client, client_port);
	return port_set_add(open->connections, client.words, client_port);
}

int diag_open(struct diag *diag, struct port_set *connections, struct held_sockets *held,
	uint64_t *close_wait_oldest_ms, struct error *error)
{
	struct open open = {diag, connections, held, 0};
	int result = list_with_info(diag, OPEN_STATES, open_see, &open, error);
	*close_wait_oldest_ms = open.oldest_ms;
	return result;
}

struct unaccepted {
	struct diag *diag;
	uint64_t oldest_ms;
};

/* Data came last when the connection was made, or later (net/ipv4/tcp_minisocks.c,
 * tcp_create_openreq_child). */
static int unaccepted_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct unaccepted *of = argument;
	if (found->idiag_inode != 0 ||
		!diag_socket_is_of_load(&of->diag->flow, of->diag->end, found))
		return 0;
	uint64_t age_ms = info_of(message).info.tcpi_last_data_recv;
	of->oldest_ms = age_ms > of->oldest_ms ? age_ms : of->oldest_ms;
	return 0;
}

int diag_unaccepted(struct diag *diag, uint64_t *oldest_ms, struct error *error)
{
	struct unaccepted of = {diag, 0};
	int result = list_with_info(
		diag, 1u << TCP_ESTABLISHED | 1u << TCP_CLOSE_WAIT, unaccepted_see, &of, error);
	*oldest_ms = of.oldest_ms;
	return result;
}

struct close_wait {
	struct diag *diag;
	struct close_waits *waits;
};

/* What listens is listed first, as above. */
static int close_wait_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	struct close_wait *of = argument;
	const struct inet_diag_sockid *id = &found->id;
	struct destination_ports *ports = of->diag->destinations;
	if (found->idiag_state == TCP_LISTEN)
		destination_ports_listen(ports, ntohs(id->idiag_sport));
	if (diag_socket_is_of_load(&of->diag->flow, of->diag->end, found) ||
		found->idiag_inode == 0)
		return 0;
	bool is_accepted = destination_ports_is_listened(ports, ntohs(id->idiag_sport));
	struct counted_address address =
		is_accepted ? diag_socket_local(found) : diag_socket_remote(found);
	struct tcp_segment_end at =
		diag_socket_end(found, &address, is_accepted ? id->idiag_sport : id->idiag_dport);
	close_waits_add(of->waits, &at, is_accepted, info_of(message).info.tcpi_last_ack_recv,
		found->idiag_inode);
	return 0;
}

int diag_close_waits(struct diag *diag, struct close_waits *waits, struct error *error)
{
	struct close_wait of = {diag, waits};
	waits->count = waits->socket_count = 0;
	waits->elsewhere = 0;
	destination_ports_clear(diag->destinations);
	return list_with_info(
		diag, 1u << TCP_LISTEN | 1u << TCP_CLOSE_WAIT, close_wait_see, &of, error);
}

struct beside {
	enum td_who end;
	struct beside_sockets *sockets;
};

static int beside_see(const struct nlmsghdr *message, void *argument)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	const struct beside *of = argument;
	if (of->end == TD_CLIENT)
		return beside_sockets_see_client(of->sockets, found);
	beside_sockets_see_server(of->sockets, found);
	return 0;
}

int diag_beside(struct diag *diag, struct beside_sockets *sockets, struct error *error)
{
	bool interrupted = false;
	struct beside of = {diag->end, sockets};
	uint32_t states = diag->end == TD_CLIENT ? 1u << TCP_TIME_WAIT : OPEN_STATES;
	if (diag_dump(&diag->dump, states, 0, beside_see, &of, &interrupted) == 0)
		return 0;
	return error_set_errno(error, STATUS_HOST_CANNOT,
		"cannot list sockets of clients beside the load by sock_diag");
}

int diag_listeners(struct diag *diag, struct listeners *listeners, struct error *error)
{
	return listen_dump_listeners(&diag->dump, listeners, error);
}
