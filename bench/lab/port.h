/* Verbs for a port of the client: when connect() finds one. */
#ifndef BENCH_LAB_PORT_H
#define BENCH_LAB_PORT_H

#include "bench/lab/wire_verbs.h"

/* Connects once from a port that the kernel chooses; both ends reset what comes of it. Returns 0 or
 * connect(2)'s errno. */
int lab_connect_errno(struct lab *lab);

/* "worked", or "failed with EADDRNOTAVAIL". */
const char *lab_errno_text(int error);

/* Connects from a port that the kernel chooses as soon as it finds one, while an older connection
 * is in TIME-WAIT at the client. NULL: it found none for give_up_ms. */
struct pair *lab_reuse(struct pair *old, unsigned give_up_ms);

/* The same. Returns how long TIME-WAIT has lasted by then, counted from the FIN that began it; 0:
 * it lasted for give_up_ms. The new connection is shown, carries an exchange, and is closed. */
double lab_reused_after_ms(struct pair *old, unsigned give_up_ms, const char *caption);

#endif
