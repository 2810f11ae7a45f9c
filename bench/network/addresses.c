#include "bench/network/addresses.h"

#include <arpa/inet.h>
#include <string.h>

/* Set aside for benchmarks: 198.18.0.0/15 (RFC 2544, C.2.2) and 2001:2::/48 (RFC 5180, 8). The
 * first address of each end is on the link; the others of an end are behind its first, so that the
 * other end has one neighbour, not thousands. The second hop has the next of each. */
#define SERVER_ADDRESS 0xc6120001u  /* 198.18.0.1, 198.18.1.1 */
#define CLIENT_ADDRESS 0xc6120002u  /* 198.18.0.2, 198.18.1.2 */
#define EXTRA_ADDRESSES 0xc6130000u /* 198.19.0.0, 198.19.128.0 */
#define EXTRA_SERVERS 0xc6120000u   /* 198.18.128.0 of the second hop */
#define EXTRA_PREFIX 17
#define HOP_SHIFT 8
#define EXTRA_HOP_SHIFT (32 - EXTRA_PREFIX)
#define BESIDE_ADDRESS 0xc6137ffeu /* 198.19.127.254: behind all of the client's */
#define NAT_ADDRESS 0xc6120201u    /* 198.18.2.1 */

#define IPV6_BLOCK 0x20010002u
#define IPV6_SERVER 1u       /* 2001:2::1, 2001:2:0:100::1 */
#define IPV6_CLIENT 2u       /* 2001:2::2, 2001:2:0:100::2 */
#define IPV6_EXTRA_SUBNET 1  /* 2001:2:0:1::, 2001:2:0:101:: */
#define IPV6_SERVER_SUBNET 2 /* 2001:2:0:102:: of the second hop */
#define IPV6_BESIDE 0x7ffeu  /* 2001:2:0:1::7ffe */
#define IPV6_EXTRA_PREFIX 64

static struct address of_ipv4(uint32_t host_order)
{
	return address_ipv4((struct in_addr){htonl(host_order)}, 0);
}

static struct address of_ipv6(uint32_t subnet, uint32_t host)
{
	const uint32_t words[4] = {htonl(IPV6_BLOCK), htonl(subnet), 0, htonl(host)};
	struct in6_addr bytes;
	memcpy(&bytes, words, sizeof(bytes));
	return address_ipv6(&bytes, 0);
}

struct address addresses_server(int family, uint32_t hop)
{
	return family == AF_INET6 ? of_ipv6(hop << HOP_SHIFT, IPV6_SERVER)
				  : of_ipv4(SERVER_ADDRESS + (hop << HOP_SHIFT));
}

struct address addresses_other_server(int family, uint32_t hop, uint32_t index)
{
	return family == AF_INET6 ? of_ipv6((hop << HOP_SHIFT) + IPV6_SERVER_SUBNET, index)
				  : of_ipv4(EXTRA_SERVERS + (hop << EXTRA_HOP_SHIFT) + index);
}

struct address addresses_server_subnet(int family, uint32_t hop, uint8_t *prefix)
{
	*prefix = family == AF_INET6 ? IPV6_EXTRA_PREFIX : EXTRA_PREFIX;
	return addresses_other_server(family, hop, 0);
}

struct address addresses_any(int family)
{
	return family == AF_INET6 ? address_ipv6(&in6addr_any, 0)
				  : address_ipv4((struct in_addr){htonl(INADDR_ANY)}, 0);
}

struct address addresses_beside(int family)
{
	return family == AF_INET6 ? of_ipv6(IPV6_EXTRA_SUBNET, IPV6_BESIDE)
				  : of_ipv4(BESIDE_ADDRESS);
}

struct address addresses_nat(void)
{
	return of_ipv4(NAT_ADDRESS);
}

struct address addresses_client(int family, uint32_t hop, uint32_t index)
{
	bool is_ipv6 = family == AF_INET6;
	if (index == 0)
		return is_ipv6 ? of_ipv6(hop << HOP_SHIFT, IPV6_CLIENT)
			       : of_ipv4(CLIENT_ADDRESS + (hop << HOP_SHIFT));
	return is_ipv6 ? of_ipv6((hop << HOP_SHIFT) + IPV6_EXTRA_SUBNET, index)
		       : of_ipv4(EXTRA_ADDRESSES + (hop << EXTRA_HOP_SHIFT) + index);
}

struct address addresses_client_subnet(int family, uint32_t hop, uint8_t *prefix)
{
	bool is_ipv6 = family == AF_INET6;
	*prefix = is_ipv6 ? IPV6_EXTRA_PREFIX : EXTRA_PREFIX;
	return is_ipv6 ? of_ipv6((hop << HOP_SHIFT) + IPV6_EXTRA_SUBNET, 0)
		       : of_ipv4(EXTRA_ADDRESSES + (hop << EXTRA_HOP_SHIFT));
}

uint8_t addresses_link_prefix(int family)
{
	return family == AF_INET6 ? 126 : 30;
}

uint8_t addresses_alone_prefix(int family)
{
	return family == AF_INET6 ? 128 : 32;
}

bool addresses_is(const struct address *address, const uint32_t words[4])
{
	size_t size;
	uint32_t own[4] = {0};
	const uint8_t *bytes = address_bytes(address, &size);
	memcpy(own, bytes, size <= sizeof(own) ? size : sizeof(own));
	return memcmp(own, words, sizeof(own)) == 0;
}

/* What is behind the first address ends in its number. */
bool addresses_has_client(int family, uint32_t hop, uint32_t count, const uint32_t words[4])
{
	uint8_t prefix;
	size_t size;
	uint32_t last = 0;
	const struct address first = addresses_client(family, hop, 0),
			     subnet = addresses_client_subnet(family, hop, &prefix);
	const uint8_t *bytes = address_bytes(&subnet, &size);
	memcpy(&last, bytes + size - sizeof(last), sizeof(last));
	uint32_t index = ntohl(words[family == AF_INET6 ? 3 : 0]) - ntohl(last);
	if (index == 0 || index >= count)
		return addresses_is(&first, words);
	const struct address other = addresses_client(family, hop, index);
	return addresses_is(&other, words) || addresses_is(&first, words);
}
