/* The addresses of a trial, of either family: known to this file's functions alone. */
#ifndef BENCH_NETWORK_ADDRESSES_H
#define BENCH_NETWORK_ADDRESSES_H

#include "common/address.h"

#include <stdbool.h>
#include <stdint.h>

/* Of a hop of a network, without a port. `family` is AF_INET or AF_INET6. */
struct address addresses_server(int family, uint32_t hop);

/* Of a server that has several: number `index`, from 1, behind the first one; and their subnet. */
struct address addresses_other_server(int family, uint32_t hop, uint32_t index);
struct address addresses_server_subnet(int family, uint32_t hop, uint8_t *prefix);

/* All addresses of a host, as a server listens on them. */
struct address addresses_any(int family);

/* Whether these are its bytes; as in6_addr's words, of which an IPv4 address is the first. */
bool addresses_is(const struct address *address, const uint32_t words[4]);

/* On the link is number 0; the others, from 1, are behind it. */
struct address addresses_client(int family, uint32_t hop, uint32_t index);

/* The subnet of the client's others. */
struct address addresses_client_subnet(int family, uint32_t hop, uint8_t *prefix);

/* Of the first hop: the one that the client has for connections that are not the load's, in the
 * subnet of its others; and that of the NAT, which is of IPv4. */
struct address addresses_beside(int family);
struct address addresses_nat(void);

/* The prefix of a link's two ends, and of an address that is no subnet. */
uint8_t addresses_link_prefix(int family);
uint8_t addresses_alone_prefix(int family);

/* Whether these are the bytes of one of the client's first `count` addresses; as in6_addr's words,
 * of which an IPv4 address is the first. */
bool addresses_has_client(int family, uint32_t hop, uint32_t count, const uint32_t words[4]);

#endif
