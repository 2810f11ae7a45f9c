#include "bench/lab/kernel_look.h"

#include "bench/measure/kernel_tcp_state.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct kernel_look {
	struct mnl_socket *socket;
	unsigned sequence;
	char buffer[8192] __attribute__((aligned(8)));
};

struct kernel_look *kernel_look_create(struct error *error)
{
	struct kernel_look *look = calloc(1, sizeof(*look));
	if (look)
		look->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!look || !look->socket || mnl_socket_bind(look->socket, 0, MNL_SOCKET_AUTOPID) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot ask for sockets by sock_diag");
		kernel_look_destroy(look);
		return NULL;
	}
	return look;
}

void kernel_look_destroy(struct kernel_look *look)
{
	if (look && look->socket)
		mnl_socket_close(look->socket);
	free(look);
}

static void socket_name(
	struct inet_diag_sockid *id, const struct address *local, const struct address *remote)
{
	size_t size;
	const uint8_t *bytes = address_bytes(local, &size);
	memcpy(id->idiag_src, bytes, size);
	bytes = address_bytes(remote, &size);
	memcpy(id->idiag_dst, bytes, size);
	id->idiag_sport = htons(address_port(local));
	id->idiag_dport = htons(address_port(remote));
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

/* Asks, and has the answer in the buffer. Returns its size; 0: there is no such connection; -1 with
 * errno. */
static ssize_t ask(
	struct kernel_look *look, const struct address *local, const struct address *remote)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(look->buffer);
	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_flags = NLM_F_REQUEST;
	message->nlmsg_seq = ++look->sequence;
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	*request = (struct inet_diag_req_v2){
		.sdiag_family = (uint8_t)address_family(local),
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_states = UINT32_MAX,
	};
	socket_name(&request->id, local, remote);
	if (mnl_socket_sendto(look->socket, message, message->nlmsg_len) == -1)
		return -1;
	ssize_t size = mnl_socket_recvfrom(look->socket, look->buffer, sizeof(look->buffer));
	if (size <= 0)
		return -1;
	const struct nlmsghdr *answer = (const struct nlmsghdr *)look->buffer;
	if (answer->nlmsg_type != NLMSG_ERROR)
		return size;
	const struct nlmsgerr *refusal = mnl_nlmsg_get_payload(answer);
	errno = -refusal->error;
	return errno == 0 || errno == ENOENT ? 0 : -1;
}

int kernel_look_at(struct kernel_look *look, const struct address *local,
	const struct address *remote, struct lab_kernel_view *view, struct error *error)
{
	ssize_t size = ask(look, local, remote);
	*view = (struct lab_kernel_view){.state = STATE_CLOSED};
	if (size == -1)
		return error_set_errno(error, STATUS_FAILED, "sock_diag");
	if (size == 0)
		return 0;
	const struct inet_diag_msg *found =
		mnl_nlmsg_get_payload((const struct nlmsghdr *)look->buffer);
	enum tcp_state state = kernel_tcp_state(found->idiag_state);
	/* Where there is no connection, the kernel shows the listener. */
	if (state == STATE_UNKNOWN)
		return 0;
	*view = (struct lab_kernel_view){state, found->idiag_timer, found->idiag_expires,
		found->idiag_rqueue, found->idiag_wqueue, found->idiag_inode != 0};
	return 0;
}
