/* For the files of this room: secrets of a keylog, and records that they open. */
#ifndef TLS_KEYLOG_PARTS_H
#define TLS_KEYLOG_PARTS_H

#include "tls/keylog.h"

#define KEYLOG_SECRET_BYTES_MAX 64

enum keylog_label {
	KEYLOG_MASTER, /* of TLS 1.2, of both directions */
	KEYLOG_CLIENT_TRAFFIC,
	KEYLOG_SERVER_TRAFFIC,
	KEYLOG_LABELS,
};

struct keylog_secret {
	uint8_t client_random[TLS_RANDOM_BYTES];
	enum keylog_label label;
	uint8_t bytes[KEYLOG_SECRET_BYTES_MAX];
	size_t size;
};

/* As tls_keylog_alert, by the secret of its direction. */
enum tls_alert keylog_record_open(const struct keylog_secret *secret,
	const struct tls_hellos *hellos, bool by_client, const uint8_t *record, size_t size,
	uint64_t sealed);

#endif
