#include "bench/nat/conntrack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#define ANSWER_BYTES 65536
#define DUMP_ATTEMPTS 4

/* tcp_conntrack_names (net/netfilter/nf_conntrack_proto_tcp.c). */
const char *const conntrack_state_names[CONNTRACK_STATES] = {"NONE", "SYN_SENT", "SYN_RECV",
	"ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2"};

struct conntrack {
	struct mnl_socket *socket;
	unsigned sequence;
	char buffer[ANSWER_BYTES] __attribute__((aligned(8)));
};

struct conntrack *conntrack_create(struct error *error)
{
	struct conntrack *conntrack = calloc(1, sizeof(*conntrack));
	if (!conntrack) {
		error_set_errno(error, STATUS_FAILED, "conntrack");
		return NULL;
	}
	conntrack->socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!conntrack->socket || mnl_socket_bind(conntrack->socket, 0, MNL_SOCKET_AUTOPID) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a ctnetlink socket");
		conntrack_destroy(conntrack);
		return NULL;
	}
	return conntrack;
}

void conntrack_destroy(struct conntrack *conntrack)
{
	if (!conntrack)
		return;
	if (conntrack->socket)
		mnl_socket_close(conntrack->socket);
	free(conntrack);
}

static int request_send(struct conntrack *conntrack, uint16_t type, uint8_t family)
{
	char buffer[MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct nfgenmsg))]
		__attribute__((aligned(8)));
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = ++conntrack->sequence;
	struct nfgenmsg *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->nfgen_family = family;
	header->version = NFNETLINK_V0;
	return mnl_socket_sendto(conntrack->socket, message, message->nlmsg_len) == -1 ? -1 : 0;
}

/* Each message of the answer goes to `see`. Returns 0, or -1 with errno. */
static int dump(
	struct conntrack *conntrack, uint16_t type, uint8_t family, mnl_cb_t see, void *argument)
{
	if (request_send(conntrack, type, family) == -1)
		return -1;
	for (;;) {
		ssize_t got = mnl_socket_recvfrom(
			conntrack->socket, conntrack->buffer, sizeof(conntrack->buffer));
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		int more = mnl_cb_run(conntrack->buffer, (size_t)got, conntrack->sequence,
			mnl_socket_get_portid(conntrack->socket), see, argument);
		if (more <= 0)
			return more;
	}
}

/* What a visit of attributes at one depth looks for. */
struct wanted {
	uint16_t type;
	const struct nlattr *found;
};

static int attribute_see(const struct nlattr *attribute, void *argument)
{
	struct wanted *wanted = argument;
	if (mnl_attr_get_type(attribute) == wanted->type)
		wanted->found = attribute;
	return MNL_CB_OK;
}

static const struct nlattr *nested(const struct nlattr *in, uint16_t type)
{
	struct wanted wanted = {.type = type};
	if (in)
		mnl_attr_parse_nested(in, attribute_see, &wanted);
	return wanted.found;
}

static const struct nlattr *outer(const struct nlmsghdr *message, uint16_t type)
{
	struct wanted wanted = {.type = type};
	mnl_attr_parse(message, sizeof(struct nfgenmsg), attribute_see, &wanted);
	return wanted.found;
}

static int entry_see(const struct nlmsghdr *message, void *argument)
{
	struct conntrack_census *census = argument;
	const struct nlattr *status = outer(message, CTA_STATUS);
	const struct nlattr *tcp = nested(outer(message, CTA_PROTOINFO), CTA_PROTOINFO_TCP);
	const struct nlattr *state = nested(tcp, CTA_PROTOINFO_TCP_STATE);
	if (!status || !state || !(ntohl(mnl_attr_get_u32(status)) & IPS_SRC_NAT))
		return MNL_CB_OK;
	uint8_t at = mnl_attr_get_u8(state);
	census->ports++;
	if (at < CONNTRACK_STATES)
		census->states[at]++;
	return MNL_CB_OK;
}

int conntrack_census(
	struct conntrack *conntrack, struct conntrack_census *census, struct error *error)
{
	/* One that was interrupted by a change of the table's size begins anew. */
	for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		*census = (struct conntrack_census){.ports = 0};
		if (dump(conntrack, IPCTNL_MSG_CT_GET, AF_INET, entry_see, census) == 0)
			return 0;
		if (errno != EINTR)
			break;
	}
	return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read the NAT's connections");
}

static int any_see(const struct nlmsghdr *message, void *argument)
{
	struct conntrack_entries *entries = argument;
	const struct nlattr *protocol =
		nested(nested(outer(message, CTA_TUPLE_ORIG), CTA_TUPLE_PROTO), CTA_PROTO_NUM);
	const struct nlattr *tcp = nested(outer(message, CTA_PROTOINFO), CTA_PROTOINFO_TCP);
	const struct nlattr *state = nested(tcp, CTA_PROTOINFO_TCP_STATE);
	if (state && mnl_attr_get_u8(state) < CONNTRACK_STATES)
		entries->tcp[mnl_attr_get_u8(state)]++;
	else if (protocol && mnl_attr_get_u8(protocol) == IPPROTO_UDP)
		entries->udp++;
	else
		entries->other++;
	return MNL_CB_OK;
}

int conntrack_entries_read(
	struct conntrack *conntrack, struct conntrack_entries *entries, struct error *error)
{
	for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
		*entries = (struct conntrack_entries){.udp = 0};
		if (dump(conntrack, IPCTNL_MSG_CT_GET, AF_UNSPEC, any_see, entries) == 0)
			return 0;
		if (errno != EINTR)
			break;
	}
	return error_set_errno(
		error, STATUS_HOST_CANNOT, "cannot list what connection tracking holds");
}

static int processor_see(const struct nlmsghdr *message, void *argument)
{
	struct conntrack_counters *counters = argument;
	const struct {
		uint16_t type;
		uint64_t *sum;
	} rows[] = {
		{CTA_STATS_INSERT_FAILED, &counters->insert_failed},
		{CTA_STATS_DROP, &counters->drop},
		{CTA_STATS_EARLY_DROP, &counters->early_drop},
		{CTA_STATS_INVALID, &counters->invalid},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nlattr *value = outer(message, rows[i].type);
		if (value)
			*rows[i].sum += ntohl(mnl_attr_get_u32(value));
	}
	return MNL_CB_OK;
}

int conntrack_counters(
	struct conntrack *conntrack, struct conntrack_counters *counters, struct error *error)
{
	*counters = (struct conntrack_counters){.drop = 0};
	if (dump(conntrack, IPCTNL_MSG_CT_GET_STATS_CPU, AF_INET, processor_see, counters) == 0)
		return 0;
	return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read the NAT's counters");
}
