/* The TLS handshakes of the load, by the server's hellos that the packet tap sees. Pure functions.
 */
#ifndef BENCH_MEASURE_SERVER_HELLOS_H
#define BENCH_MEASURE_SERVER_HELLOS_H

#include "bench/trace/server_hello.h"

#include <stdbool.h>
#include <stdint.h>

/* Of connections that were looked at, those whose hello told it. */
struct server_hellos {
	uint64_t told;
	uint64_t resumed;  /* of these, those that resumed a session */
	uint16_t version;  /* of the first one; server_hello.h has the numbers */
	bool has_versions; /* there were others, too */
};

void server_hellos_add(struct server_hellos *hellos, const struct server_hello *hello);

/* "TLSv1.3"; "mixed"; NULL: none was told, or it is none that is known. */
const char *server_hellos_version(const struct server_hellos *hellos);

#endif
