/* Where OpenSSL reads and writes: the caller's buffers. For the files of this room. */
#ifndef TLS_MEMORY_BIO_H
#define TLS_MEMORY_BIO_H

#include "tls/channel.h"

#include <stddef.h>

struct bio_st;

/* Set around each call of OpenSSL; lives as long as the BIO. */
struct memory_io {
	const char *in;
	size_t in_length;
	struct tls_buffer *out; /* NULL: nothing can be written */
};

/* Returns NULL where there is no memory. */
struct bio_st *memory_bio_create(struct memory_io *io);

#endif
