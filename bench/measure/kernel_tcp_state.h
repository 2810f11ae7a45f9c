/* The kernel's numbers of a connection's states, as sock_diag tells them. */
#ifndef BENCH_MEASURE_KERNEL_TCP_STATE_H
#define BENCH_MEASURE_KERNEL_TCP_STATE_H

#include "bench/trace/tcp_states.h"

/* STATE_UNKNOWN of LISTEN, CLOSE, and of what is no such number. */
enum tcp_state kernel_tcp_state(unsigned number);

#endif
