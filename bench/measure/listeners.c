#include "bench/measure/listeners.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static size_t find(const struct listeners *listeners, const struct address *address)
{
	size_t at = 0;
	while (at < listeners->count && !address_equals(&listeners->list[at], address))
		at++;
	return at;
}

void listeners_add(struct listeners *listeners, const struct address *address, uint32_t backlog,
	uint64_t drops)
{
	size_t at = find(listeners, address);
	if (at == LISTENERS_MAX)
		return;
	listeners->drops[at] = drops + (at < listeners->count ? listeners->drops[at] : 0);
	if (at < listeners->count) {
		if (backlog < listeners->backlogs[at])
			listeners->backlogs[at] = backlog;
		return;
	}
	listeners->list[at] = *address;
	listeners->backlogs[at] = backlog;
	listeners->ipv6_only[at] = false;
	listeners->count++;
}

void listeners_ipv6_only(struct listeners *listeners, const struct address *address)
{
	size_t at = find(listeners, address);
	if (at < listeners->count)
		listeners->ipv6_only[at] = true;
}

/* Whether connections to the server's address arrive there: an IPv6 socket that is bound to no
 * address takes IPv4, too, unless it is told not to. */
static bool host_takes(
	const struct address *listener, bool is_ipv6_only, const struct address *server)
{
	char text[INET6_ADDRSTRLEN], own[INET6_ADDRSTRLEN];
	address_host(listener, text);
	if (is_ipv6_only && address_family(server) != AF_INET6)
		return false;
	if (strcmp(text, "0.0.0.0") == 0 || strcmp(text, "::") == 0)
		return true;
	const char *mapped = "::ffff:";
	const char *host =
		strncmp(text, mapped, strlen(mapped)) == 0 ? text + strlen(mapped) : text;
	return strcmp(host, address_host(server, own)) == 0;
}

static bool is_reached(const struct listeners *listeners, size_t i, const struct address *server)
{
	return host_takes(&listeners->list[i], listeners->ipv6_only[i], server);
}

bool listeners_take(const struct address *listener, bool is_ipv6_only, const struct address *server)
{
	return address_port(listener) == address_port(server) &&
	       host_takes(listener, is_ipv6_only, server);
}

static bool is_taken(const struct listeners *listeners, size_t i, const struct address *server)
{
	return listeners_take(&listeners->list[i], listeners->ipv6_only[i], server);
}

static uint64_t drops_of(const struct listeners *listeners, const struct address *address)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (address_equals(&listeners->list[i], address))
			return listeners->drops[i];
	return 0;
}

struct listener_drops listeners_drops(const struct listeners *listeners,
	const struct listeners *before, const struct address *server)
{
	struct listener_drops most = {.drops = 0};
	uint32_t dropping = 0;
	uint64_t all = 0, reached = 0;
	for (size_t i = 0; i < listeners->count; i++) {
		const struct address *one = &listeners->list[i];
		bool reaches = is_taken(listeners, i, server);
		uint64_t earlier = drops_of(before, one), now = listeners->drops[i];
		uint64_t drops = now >= earlier ? now - earlier : now;
		dropping += drops > 0;
		all += drops;
		reached += reaches ? drops : 0;
		if (drops > most.drops)
			most = (struct listener_drops){.drops = drops,
				.backlog = listeners->backlogs[i],
				.is_reached = reaches,
				.address = *one};
	}
	most.others = dropping > 0 ? dropping - 1 : 0;
	most.all = all;
	most.reached = reached;
	return most;
}

bool listeners_backlog(
	const struct listeners *listeners, const struct address *server, uint32_t *backlog)
{
	bool found = false;
	for (size_t i = 0; i < listeners->count; i++) {
		if (!is_taken(listeners, i, server))
			continue;
		if (!found || listeners->backlogs[i] < *backlog)
			*backlog = listeners->backlogs[i];
		found = true;
	}
	return found;
}

bool listeners_reach(const struct listeners *listeners, const struct address *server)
{
	uint32_t ignored;
	return listeners_backlog(listeners, server, &ignored);
}

/* Whether one before listener `i` has its port: that of IPv4 and of IPv6 is one. */
static bool port_is_listed(
	const struct listeners *listeners, size_t i, const struct address *server)
{
	for (size_t before = 0; before < i; before++)
		if (is_reached(listeners, before, server) &&
			address_port(&listeners->list[before]) == address_port(&listeners->list[i]))
			return true;
	return false;
}

/* Writes the addresses that clients of `server` reach, or those that they do not, by their ports or
 * whole. Returns how many. */
static size_t list_write(const struct listeners *listeners, const struct address *server,
	bool reached, char *text, size_t size)
{
	size_t used = 0, count = 0;
	for (size_t i = 0; i < listeners->count; i++) {
		const struct address *one = &listeners->list[i];
		char whole[ADDRESS_TEXT_SIZE], shown[ADDRESS_TEXT_SIZE + 16];
		if (is_reached(listeners, i, server) != reached)
			continue;
		if (reached)
			snprintf(shown, sizeof(shown), "%u", address_port(one));
		else
			snprintf(shown, sizeof(shown), "%s%s", address_text(one, whole),
				listeners->ipv6_only[i] ? " (IPv6 only)" : "");
		if (reached && port_is_listed(listeners, i, server))
			continue;
		int more = snprintf(text + used, size - used, "%s%s", count ? ", " : "", shown);
		if (more < 0 || (size_t)more >= size - used)
			break;
		used += (size_t)more;
		count++;
	}
	return count;
}

const char *listeners_advise(const struct listeners *listeners, const struct address *server,
	const char *told, char *text, size_t size)
{
	char list[160] = "", address[ADDRESS_TEXT_SIZE];
	size_t count = list_write(listeners, server, true, list, sizeof(list));
	*text = '\0';
	if (count == 1)
		snprintf(text, size, "; it listens on port %s: --server-port %s", list, list);
	else if (count > 1)
		snprintf(text, size, "; it listens on ports %s: --server-port", list);
	else if (list_write(listeners, server, false, list, sizeof(list)) > 0)
		snprintf(text, size,
			"; it listens on %s, where no client reaches it: %s stands for %s", list,
			told, address_text(server, address));
	return text;
}
