#include "bench/measure/beside_sockets.h"

#include "bench/measure/diag_socket.h"
#include "bench/network/network.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>

int beside_sockets_see_client(struct beside_sockets *sockets, const struct inet_diag_msg *found)
{
	struct counted_address client = diag_socket_local(found);
	/* The kernel keeps an orphan in FIN_WAIT_2 in the same table. */
	if (found->idiag_state != TCP_TIME_WAIT || !network_is_beside_address(client.words))
		return 0;
	return port_set_add(sockets->closed, client.words, ntohs(found->id.idiag_sport));
}

void beside_sockets_see_server(struct beside_sockets *sockets, const struct inet_diag_msg *found)
{
	struct counted_address client = diag_socket_remote(found);
	if (!network_is_beside_address(client.words))
		return;
	bool is_held = found->idiag_state == TCP_ESTABLISHED && found->idiag_inode != 0;
	sockets->open++;
	sockets->reopened += is_held && port_set_has(sockets->closed, client.words,
						ntohs(found->id.idiag_dport));
}
