#include "bench/measure/kernel_tcp_state.h"

#include <netinet/tcp.h>

/* net/tcp_states.h: a connection whose handshake is not over, and which has no socket yet. */
#define KERNEL_NEW_SYN_RECV 12

enum tcp_state kernel_tcp_state(unsigned number)
{
	static const enum tcp_state states[] = {
		[TCP_ESTABLISHED] = STATE_ESTABLISHED,
		[TCP_SYN_SENT] = STATE_SYN_SENT,
		[TCP_SYN_RECV] = STATE_SYN_RECEIVED,
		[TCP_FIN_WAIT1] = STATE_FIN_WAIT_1,
		[TCP_FIN_WAIT2] = STATE_FIN_WAIT_2,
		[TCP_TIME_WAIT] = STATE_TIME_WAIT,
		[TCP_CLOSE_WAIT] = STATE_CLOSE_WAIT,
		[TCP_LAST_ACK] = STATE_LAST_ACK,
		[TCP_CLOSING] = STATE_CLOSING,
		[KERNEL_NEW_SYN_RECV] = STATE_SYN_RECEIVED,
	};
	return number < sizeof(states) / sizeof(states[0]) ? states[number] : STATE_UNKNOWN;
}
