/* The sockets of clients beside the load, once these have left: what the server has of them still,
 * and which of it no client has.
 *
 * A SYN cookie is the sum of a hash and of both ends' sequence numbers, so an ACK passes as the
 * answer to one wherever both have moved on alike (net/ipv4/syncookies.c, check_tcp_syn_cookie):
 * with a FIN each and no data, too. A second ACK of the server's FIN, which comes when the
 * connection is over, is such a one, for up to two minutes after the SYN queue was full. The
 * kernel makes a socket in ESTABLISHED of it, which accept(2) returns, and no client has its other
 * end. */
#ifndef BENCH_MEASURE_BESIDE_SOCKETS_H
#define BENCH_MEASURE_BESIDE_SOCKETS_H

#include "bench/measure/port_set.h"

#include <linux/inet_diag.h>
#include <stdint.h>

struct beside_sockets {
	/* The clients' ends in TIME_WAIT: these have had the server's FIN. */
	struct port_set *closed;
	uint64_t open; /* at the server, whose connection is not over */
	/* Of these, in ESTABLISHED with a descriptor, while the client's end is `closed`: this
	 * socket is not the one that sent the FIN. */
	uint64_t reopened;
};

/* A socket of the client's end, in TIME_WAIT. Returns 0, or -1 when there is no memory. */
int beside_sockets_see_client(struct beside_sockets *sockets, const struct inet_diag_msg *found);

/* A socket of the server's end that stands for a connection that is not over. After all of the
 * client's. */
void beside_sockets_see_server(struct beside_sockets *sockets, const struct inet_diag_msg *found);

#endif
