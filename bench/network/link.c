#include "bench/network/link.h"

#include "common/clock.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A network card negotiates for seconds. */
#define LINK_WAIT_NS (8 * NS_PER_S)

void link_address(uint8_t mac[NETLINK_MAC_BYTES], const struct address *address)
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);
	mac[0] = 2;
	mac[1] = 0;
	memcpy(mac + 2, bytes + size - 4, 4);
}

int link_find(const char *name, unsigned *ifindex, struct error *error)
{
	*ifindex = if_nametoindex(name);
	if (*ifindex == 0)
		return error_set_errno(error, STATUS_HOST_CANNOT, "link %s", name);
	return 0;
}

/* A link address that is set tells its neighbours, also where it stays the same
 * (dev_set_mac_address, net/core/dev.c). */
void link_announce(unsigned ifindex)
{
	struct ifreq request = {.ifr_flags = 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (if_indextoname(ifindex, request.ifr_name) && ioctl(fd, SIOCGIFHWADDR, &request) == 0)
		ioctl(fd, SIOCSIFHWADDR, &request);
	close(fd);
}

/* The end that came up first learns from a work queue that it has a carrier, and until then it
 * drops what it is to send: the first SYN-ACK would be sent again a second later. (IFF_RUNNING does
 * not tell: it is also set while the state is unknown.) */
int link_wait(struct netlink *netlink, unsigned ifindex, struct error *error)
{
	uint64_t give_up_ns = clock_now_ns() + LINK_WAIT_NS;
	for (;;) {
		int running = netlink_is_running(netlink, ifindex, error);
		if (running != 0)
			return running == 1 ? 0 : -1;
		if (clock_now_ns() > give_up_ns)
			return error_set(error, STATUS_HOST_CANNOT, "a link does not come up");
		clock_pause(NS_PER_MS / 5);
	}
}
