#include "bench/network/offload.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int offload_disable(const char *link, struct error *error)
{
	static const uint32_t commands[] = {
		ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM};
	int result = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "offloads of link %s", link);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]) && result == 0; i++) {
		struct ethtool_value off = {.cmd = commands[i], .data = 0};
		struct ifreq request = {.ifr_data = (char *)&off};
		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", link);
		result = ioctl(fd, SIOCETHTOOL, &request);
	}
	if (result == -1)
		error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot turn the offloads of link %s off", link);
	close(fd);
	return result;
}
