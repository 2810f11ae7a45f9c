/* What --listen and --metrics name: an address, or a host name that stands for one or several. */
#ifndef SERVER_HOST_LISTEN_ADDRESSES_H
#define SERVER_HOST_LISTEN_ADDRESSES_H

#include "common/address.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/* More addresses of one name are refused. */
#define LISTEN_ADDRESSES_MAX 8

struct listen_addresses {
	size_t count; /* no two are the same */
	struct address list[LISTEN_ADDRESSES_MAX];
};

/* Reads "127.0.0.1:8080", "[::1]:8080", "[fe80::1%eth0]:8080" or "localhost:8080", which is `text`
 * of the option "--`option`". A name is looked up, as getaddrinfo(3) does, which may take as long
 * as the system's resolver waits. Returns 0, with one address or more, or -1: STATUS_USAGE where
 * the text is none of these, STATUS_FAILED where the name stands for no address. */
int listen_addresses_find(
	struct listen_addresses *found, const char *option, const char *text, struct error *error);

/* Adds an address that is not there yet. Returns whether it is there then: there is room for it. */
bool listen_addresses_add(struct listen_addresses *addresses, const struct address *address);

#define LISTEN_ADDRESSES_TEXT_SIZE ((size_t)LISTEN_ADDRESSES_MAX * (ADDRESS_TEXT_SIZE + 2))

/* "127.0.0.1:8080, [::1]:8080". Returns `text`. */
const char *listen_addresses_text(
	const struct listen_addresses *addresses, char text[LISTEN_ADDRESSES_TEXT_SIZE]);

#endif
