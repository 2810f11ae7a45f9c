/* Surplus: what the server sends behind the end of a response, and nobody asked for. */
#ifndef BENCH_LOAD_SURPLUS_H
#define BENCH_LOAD_SURPLUS_H

#include <stdint.h>

struct connection;

/* Discards what has arrived, up to 8 MiB, and returns how many bytes that were; over TLS, of
 * plaintext. A FIN or an error behind it stays for the next read. Left unread, the bytes would be
 * taken for the next response, and close(2) would send a RST. */
uint64_t surplus_discard(struct connection *c);

#endif
