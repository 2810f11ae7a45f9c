/* The records of a client of the server under test that speaks TLS: what it has to say is sealed,
 * and what comes is opened. */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include "tls/channel.h"
#include "tls/context.h"

#include <stdbool.h>
#include <stddef.h>

struct records {
	struct tls_channel *channel; /* NULL: the client is plain */
	int fd;                      /* the client's own */
	bool cut;                    /* the socket had no room for all that was to be sent */
};

/* Sends the hello. */
void records_open(struct records *records, struct tls_context *context, int fd);
void records_close(struct records *records);

/* Whether something can be sealed by now. */
bool records_are_open(const struct records *records);

/* Each is sent as far as the socket takes it. */
void records_seal(struct records *records, const char *bytes, size_t length);
void records_notify(struct records *records);

/* Opens what has come, and sends what the handshake says to that. The plaintext lies in `plain`
 * until the next call. */
enum tls_status records_take(
	struct records *records, const char *bytes, size_t length, struct tls_buffer *plain);

#endif
