/* The address of a socket: IPv4 or IPv6, and a port. */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for "[…%…]:65535" with the longest IPv6 address and the longest name of a link. */
#define ADDRESS_TEXT_SIZE (INET6_ADDRSTRLEN + IF_NAMESIZE + 9)

struct address {
	struct sockaddr_storage storage;
	socklen_t length; /* of what the family uses; 0: there is no address */
};

struct address address_ipv4(struct in_addr host, uint16_t port);
struct address address_ipv6(const struct in6_addr *host, uint16_t port);

/* Parses "127.0.0.1:8080", "[::1]:8080", or, of a link-local address, "[fe80::1%eth0]:8080" with
 * the name or the number of a link of this namespace (RFC 4007, 11). Returns 0; or -1, and
 * `address` is not changed. */
int address_parse(const char *text, struct address *address);

/* Parses "0" to "65535". Returns 0; or -1, and `port` is not changed. */
int address_parse_port(const char *text, uint16_t *port);

static inline const struct sockaddr *address_sockaddr(const struct address *address)
{
	return (const struct sockaddr *)&address->storage;
}

static inline int address_family(const struct address *address)
{
	return address->storage.ss_family;
}

/* The host's bytes in network byte order, 4 of IPv4 or 16 of IPv6, within `address`. */
const uint8_t *address_bytes(const struct address *address, size_t *size);

/* In the host's byte order. */
uint16_t address_port(const struct address *address);
void address_set_port(struct address *address, uint16_t port);

/* Whether family, host and port are the same; of IPv6 the scope, too. */
bool address_equals(const struct address *a, const struct address *b);

/* Whether only a link gives it a meaning, and none is named: "[fe80::1]:8080". */
bool address_lacks_link(const struct address *address);

/* The host as text, without its link: "127.0.0.1", "::1", "fe80::1". Returns `text`. */
const char *address_host(const struct address *address, char text[INET6_ADDRSTRLEN]);

/* The host as it stands before a port and in a URL: "127.0.0.1", "[::1]"; "[fe80::1%eth0]", or
 * "[fe80::1%2]" where this namespace has no link 2. Returns `text`. */
const char *address_url_host(const struct address *address, char text[ADDRESS_TEXT_SIZE]);

/* Host and port: "127.0.0.1:8080", "[::1]:8080". Returns `text`. */
const char *address_text(const struct address *address, char text[ADDRESS_TEXT_SIZE]);

#endif
