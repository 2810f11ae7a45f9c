#include "bench/measure/diag_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

static struct counted_address address_of(const struct inet_diag_msg *found, const uint32_t *words)
{
	struct counted_address address;
	memcpy(address.words, words, sizeof(address.words));
	if (found->idiag_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(address.words))
		address = (struct counted_address){{address.words[3]}};
	return address;
}

struct counted_address diag_socket_local(const struct inet_diag_msg *found)
{
	return address_of(found, found->id.idiag_src);
}

struct counted_address diag_socket_remote(const struct inet_diag_msg *found)
{
	return address_of(found, found->id.idiag_dst);
}

struct tcp_segment_end diag_socket_end(const struct inet_diag_msg *found,
	const struct counted_address *address, uint16_t network_port)
{
	struct tcp_segment_end end = {.port = ntohs(network_port)};
	memcpy(end.address, address->words, sizeof(end.address));
	end.is_ipv6 = found->idiag_family == AF_INET6 &&
		      (address->words[1] | address->words[2] | address->words[3]) != 0;
	return end;
}

bool diag_socket_is_of_load(
	const struct load_flow *flow, enum td_who end, const struct inet_diag_msg *found)
{
	struct counted_address local = diag_socket_local(found);
	struct counted_address remote = diag_socket_remote(found);
	if (found->idiag_state == TCP_LISTEN || flow->server_port == 0)
		return true;
	return end == TD_SERVER ? load_flow_has(flow, remote.words, local.words,
					  ntohs(found->id.idiag_sport))
				: load_flow_has(flow, local.words, remote.words,
					  ntohs(found->id.idiag_dport));
}
