#include "server/host/listen_addresses.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* As long as a name may be (RFC 1035, 2.3.4), and its NUL. */
#define NAME_SIZE 254
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* "HOST:PORT" in its two parts. */
struct place {
	char name[NAME_SIZE];
	uint16_t port;
};

/* A name has a letter (RFC 3696, 2), and is none of the old notations of an IPv4 address, which
 * getaddrinfo(3) would read: "127.1", "0x7f.1". */
static bool is_name(const char *text)
{
	struct in_addr ignored;
	size_t length = strlen(text);
	return length > 0 && strpbrk(text, LETTERS) &&
	       strspn(text, LETTERS "0123456789-._") == length && inet_aton(text, &ignored) == 0;
}

/* Returns whether it is a name and a port. */
static bool place_parse(struct place *place, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	if (length == 0 || length >= sizeof(place->name))
		return false;
	memcpy(place->name, text, length);
	place->name[length] = '\0';
	return is_name(place->name) && address_parse_port(colon + 1, &place->port) == 0;
}

static bool has(const struct listen_addresses *found, const struct address *address)
{
	for (size_t i = 0; i < found->count; i++)
		if (address_equals(&found->list[i], address))
			return true;
	return false;
}

bool listen_addresses_add(struct listen_addresses *addresses, const struct address *address)
{
	if (has(addresses, address))
		return true;
	if (addresses->count == LISTEN_ADDRESSES_MAX)
		return false;
	addresses->list[addresses->count++] = *address;
	return true;
}

const char *listen_addresses_text(
	const struct listen_addresses *addresses, char text[LISTEN_ADDRESSES_TEXT_SIZE])
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < addresses->count; i++) {
		char one[ADDRESS_TEXT_SIZE];
		used += (size_t)snprintf(text + used, LISTEN_ADDRESSES_TEXT_SIZE - used, "%s%s",
			i ? ", " : "", address_text(&addresses->list[i], one));
	}
	return text;
}

/* A file of hosts may list an address twice. Returns whether there was room for it. */
static bool take(struct listen_addresses *found, const struct addrinfo *info, uint16_t port)
{
	struct address address = {.length = info->ai_addrlen};
	memcpy(&address.storage, info->ai_addr, info->ai_addrlen);
	address_set_port(&address, port);
	return listen_addresses_add(found, &address);
}

static int look_up(struct listen_addresses *found, const char *option, const struct place *place,
	struct error *error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *all = NULL;
	int failed = getaddrinfo(place->name, NULL, &hints, &all);
	if (failed != 0)
		return error_set(error, STATUS_FAILED, "--%s: cannot find the address of %s: %s",
			option, place->name, gai_strerror(failed));
	bool has_room = true;
	for (const struct addrinfo *one = all; one && has_room; one = one->ai_next)
		has_room = take(found, one, place->port);
	freeaddrinfo(all);
	return has_room ? 0
			: error_set(error, STATUS_FAILED,
				  "--%s: %s stands for more than %d addresses", option, place->name,
				  LISTEN_ADDRESSES_MAX);
}

int listen_addresses_find(
	struct listen_addresses *found, const char *option, const char *text, struct error *error)
{
	struct place place;
	*found = (struct listen_addresses){.count = 0};
	if (address_parse(text, &found->list[0]) == 0) {
		found->count = 1;
		return 0;
	}
	if (place_parse(&place, text))
		return look_up(found, option, &place, error);
	return error_set(error, STATUS_USAGE,
		"--%s %s: is not ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080, "
		"[fe80::1%%eth0]:8080 or localhost:8080",
		option, text);
}
