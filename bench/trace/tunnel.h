/* What packets are carried in within IP: IP itself, GRE and what lies in it, and the tunnels that
 * UDP carries. One file for all of them, since each is a few bytes. */
#ifndef BENCH_TRACE_TUNNEL_H
#define BENCH_TRACE_TUNNEL_H

#include "bench/trace/ip.h"

/* The rest begins behind an IP header that names this protocol. Skips to the IP header that lies in
 * it, and answers IP_TCP; IP_OTHER: no tunnel, or one that carries something else. */
enum ip_answer tunnel_skip(uint8_t protocol, struct packet_rest *rest);

#endif
