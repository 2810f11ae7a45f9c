#include "bench/network/spare.h"

#include "bench/network/link.h"
#include "bench/network/link_use.h"
#include "bench/network/netlink.h"
#include "bench/network/netns.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct loan {
	const char *link;
	bool was_up;
};

/* The kernel gives each link that is up an IPv6 address of that link by itself. */
static bool is_of_host(const struct ifaddrs *entry)
{
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)entry->ifa_addr;
	if (!entry->ifa_addr)
		return false;
	return entry->ifa_addr->sa_family == AF_INET ||
	       (entry->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&ipv6->sin6_addr));
}

/* An IPv4 address may have a label: eth0:1. */
static bool is_of_link(const struct ifaddrs *entry, const char *link)
{
	size_t length = strcspn(entry->ifa_name, ":");
	return length == strlen(link) && strncmp(entry->ifa_name, link, length) == 0;
}

static int loan_look(struct loan *loan, struct error *error)
{
	struct ifaddrs *all;
	bool has_address = false;
	if (getifaddrs(&all) == -1)
		return error_set_errno(error, STATUS_FAILED, "getifaddrs");
	for (const struct ifaddrs *entry = all; entry; entry = entry->ifa_next)
		if (is_of_link(entry, loan->link)) {
			has_address |= is_of_host(entry);
			loan->was_up |= (entry->ifa_flags & IFF_UP) != 0;
		}
	freeifaddrs(all);
	return has_address ? error_set(error, STATUS_HOST_CANNOT,
				     "--spare: %s has an address of this host: it is not spare",
				     loan->link)
			   : 0;
}

static int use_check(unsigned ifindex, const char *link, struct error *error)
{
	int is_used = link_use(ifindex, error);
	if (is_used != 1)
		return is_used;
	return error_set(error, STATUS_HOST_CANNOT,
		"--spare: %s is part of another link of this host, or below one: it is not spare",
		link);
}

static int move(
	struct netlink *netlink, unsigned ifindex, const char *link, int netns, struct error *error)
{
	char what[80];
	snprintf(what, sizeof(what), "move %s", link);
	netlink_move(netlink, ifindex, netns);
	return netlink_commit(netlink, what, error);
}

/* Where there is nobody to tell, what fails is seen by the link. */
static void give_back(const void *argument, int netns)
{
	const struct loan *loan = argument;
	struct error unsaid;
	unsigned ifindex;
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct netlink *at_home = netlink_create(&unsaid);
	struct netlink *there = netns_enter(netns, &unsaid) == 0 ? netlink_create(&unsaid) : NULL;
	if (there && link_find(loan->link, &ifindex, &unsaid) == 0)
		move(there, ifindex, loan->link, home, &unsaid);
	if (at_home && loan->was_up && netns_enter(home, &unsaid) == 0 &&
		link_find(loan->link, &ifindex, &unsaid) == 0) {
		netlink_set_up(at_home, ifindex);
		netlink_commit(at_home, "set it up", &unsaid);
	}
}

static int lend(struct restorer *restorer, struct netlink *netlink, struct loan *loan, int netns,
	struct error *error)
{
	unsigned ifindex;
	const struct restorer_work work = {give_back, loan, sizeof(*loan), netns};
	if (link_find(loan->link, &ifindex, error) == -1 || loan_look(loan, error) == -1 ||
		use_check(ifindex, loan->link, error) == -1 ||
		restorer_start(restorer, &work, error) == -1)
		return -1;
	if (move(netlink, ifindex, loan->link, netns, error) == 0)
		return 0;
	restorer_end(restorer);
	return -1;
}

int spare_lend(struct restorer *restorer, const char *link, int netns, struct error *error)
{
	struct loan loan = {.link = link};
	struct netlink *netlink = netlink_create(error);
	int result = netlink ? lend(restorer, netlink, &loan, netns, error) : -1;
	netlink_destroy(netlink);
	return result;
}
