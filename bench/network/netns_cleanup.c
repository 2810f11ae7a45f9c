/* The kernel tells nobody when a namespace is gone, but the order is fixed: one worker takes all
 * that were closed since it last looked, as one batch, and the next batch only after that
 * (net/core/net_namespace.c, cleanup_net). In a batch, links go first and sockets last.
 *
 * So a namespace is closed whose only link has its other end in one that stays: when that end
 * disappears, the batch has begun which took it. A second one, made after that, is in a later
 * batch: when its link disappears, all of the earlier batch is gone. */
#include "bench/network/netns_cleanup.h"

#include "bench/network/netlink.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <net/if.h>
#include <unistd.h>

#define MARKER_LINK "td-marker"
#define GIVE_UP_NS (10 * NS_PER_S)

static int marker_tie(struct error *error)
{
	int marker = netns_create(error);
	struct netlink *netlink = marker == -1 ? NULL : netlink_create(error);
	int result = -1;
	if (netlink) {
		netlink_add_veth(netlink, &(struct netlink_veth){.name = MARKER_LINK,
						  .peer_name = MARKER_LINK,
						  .peer_netns = marker,
						  .mac = {2, 0, 0, 0, 0, 1},
						  .peer_mac = {2, 0, 0, 0, 0, 2}});
		result = netlink_commit(netlink, "make a pair of veth links", error);
	}
	netlink_destroy(netlink);
	if (marker != -1)
		close(marker);
	return result;
}

/* In the namespace that stays. */
static int markers_await(void *unused, struct error *error)
{
	uint64_t due_ns = clock_now_ns() + GIVE_UP_NS;
	for (int marker = 0; marker < 2; marker++) {
		if (marker_tie(error) == -1)
			return -1;
		while (if_nametoindex(MARKER_LINK) != 0) {
			if (clock_now_ns() > due_ns)
				return 0;
			clock_pause(NS_PER_MS);
		}
	}
	return 0;
}

int netns_cleanup_await(struct error *error)
{
	int stays = netns_create(error);
	if (stays == -1)
		return -1;
	int result = netns_run(stays, markers_await, NULL, error);
	close(stays);
	return result;
}
