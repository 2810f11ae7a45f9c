#include "bench/ends/port_look.h"

#include "bench/measure/counters.h"
#include "bench/network/netns.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

struct looking {
	struct port_look *look;
	const struct address *address;
	bool is_to_bind;
};

static bool is_in_use(const struct address *address, int reuse)
{
	int fd = socket(address_family(address), SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse));
	bool is_refused =
		bind(fd, address_sockaddr(address), address->length) == -1 && errno == EADDRINUSE;
	close(fd);
	return is_refused;
}

static int look_there(void *argument, struct error *error)
{
	struct looking *looking = argument;
	struct port_look *look = looking->look;
	struct counters_source source;
	struct counters counters;
	if (counters_open(&source, error) == -1)
		return -1;
	int result = counters_read(&source, &counters, error);
	counters_close(&source);
	if (result == -1)
		return -1;
	look->time_waits = counters.gauge_tw;
	if (looking->is_to_bind) {
		look->is_in_use = is_in_use(looking->address, 0);
		look->is_in_use_with_reuse = is_in_use(looking->address, 1);
	}
	return 0;
}

int port_look(struct port_look *look, const struct network *network, const struct address *address,
	bool is_to_bind, struct error *error)
{
	struct looking looking = {look, address, is_to_bind};
	*look = (struct port_look){0};
	return netns_run(network->server_netns, look_there, &looking, error);
}
