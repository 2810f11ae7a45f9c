/* A key and its certificate of a trial, for a server of a third party: P-256, signed by itself, and
 * in memory only, so that nothing of it stays, however the trial ends. */
#ifndef BENCH_PROCESS_CERTIFICATE_H
#define BENCH_PROCESS_CERTIFICATE_H

#include "common/error.h"

#define CERTIFICATE_PATH_SIZE 64

struct certificate {
	int fd; /* -1: there is none */
	/* A file of this user's alone, in PEM, with both, the key first: programs that want the two
	 * in one file read it as well as those that want two. It is there while this process runs
	 * and the certificate is not destroyed, also for a program in another process namespace
	 * that sees the same /proc. */
	char path[CERTIFICATE_PATH_SIZE];
};

/* Returns 0; or -1 with `fd` -1: STATUS_HOST_CANNOT where this program was built without TLS. */
int certificate_create(struct certificate *certificate, struct error *error);

void certificate_destroy(struct certificate *certificate);

#endif
