/* What a full accept queue does to the ACK of a handshake where tcp_abort_on_overflow is set: the
 * kernel resets the connection (net/ipv4/tcp_minisocks.c, tcp_check_req) instead of waiting for the
 * ACK to come again. */
#ifndef BENCH_FINDINGS_OVERFLOW_RESETS_H
#define BENCH_FINDINGS_OVERFLOW_RESETS_H

#include "bench/judge/figures.h"

#include <stdbool.h>
#include <stdint.h>

/* The setting of the server's namespace; NULL: it is off, and ACKs are dropped. */
const char *overflow_aborts(const struct trial *trial);

/* Connections that were reset so: the client's kernel counts them as established ones that were
 * reset, and the server's has no other class for them. 0 where the setting is off. */
uint64_t overflow_resets(const struct trial *trial, const struct figures *figures);

#endif
