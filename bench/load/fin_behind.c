#include "bench/load/fin_behind.h"

#include "bench/measure/ending.h"
#include "common/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

uint64_t fin_behind_ns(const struct connection *c, uint64_t now_ns)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);
	/* A FIN without data counts as an ACK, and not as data (net/ipv4/tcp_input.c,
	 * tcp_data_queue). */
	if (now_ns - c->done_ns < ENDING_LATE_NS ||
		getsockopt(c->teardown.fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1 ||
		info.tcpi_last_data_recv < info.tcpi_last_ack_recv)
		return 0;
	return (info.tcpi_last_data_recv - info.tcpi_last_ack_recv) * NS_PER_MS;
}
