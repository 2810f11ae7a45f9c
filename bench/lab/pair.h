/* Connections of a scene, for the files of this room. */
#ifndef BENCH_LAB_PAIR_H
#define BENCH_LAB_PAIR_H

#include "bench/lab/lab.h"

/* Whether the scene may go on with the end's socket; one that it has closed fails it. */
bool pair_is_open(const struct pair *pair, enum lab_end end);

/* Waits until the descriptor is ready (poll(2)). Returns false where it was not by the deadline. */
bool pair_await(struct lab *lab, int fd, short events);

/* Gives the client's socket what the scene has chosen for the next one, before it connects. */
void pair_prepare(struct pair *pair);

/* Where the server listens. */
struct address pair_server_address(const struct lab *lab);

/* Gives the next connection that waits to be accepted to the pair that it belongs to. */
void pair_accept(struct lab *lab);

/* The place of the connection's SYN in the record, or the record's end. What came from its ports
 * before is a late answer to an older connection: the kernel may send one behind a reset. */
uint64_t pair_begin(const struct pair *pair, const struct frame_record *record);

/* Whether the segment at this place is one that its end has sent since `begin` already: it has the
 * same numbers. What it acknowledges may be more by now, unless that is all that it says. */
bool pair_is_again(const struct frame_record *record, uint64_t begin, uint64_t at);

/* All of these bytes are given to the kernel, as send(2) is with the flags. */
void pair_send(struct pair *pair, enum lab_end end, const char *bytes, size_t length, int flags);

/* Frees what TLS has of the connection. */
void pair_tls_finish(struct pair *pair);
/* Takes NULL, too. */
void lab_tls_destroy(struct lab_tls *tls);

void pairs_close(struct lab *lab);
void pairs_free(struct lab *lab);

#endif
