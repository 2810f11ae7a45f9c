#include "tls/memory_bio.h"

#include <openssl/bio.h>
#include <pthread.h>
#include <string.h>

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

/* A record is written whole or not at all. */
static int memory_write(BIO *bio, const char *bytes, int length)
{
	const struct memory_io *io = BIO_get_data(bio);
	struct tls_buffer *out = io->out;
	BIO_clear_retry_flags(bio);
	if (length <= 0)
		return 0;
	if (!out || out->size - out->length < (size_t)length) {
		BIO_set_retry_write(bio);
		return -1;
	}
	memcpy(out->bytes + out->length, bytes, (size_t)length);
	out->length += (size_t)length;
	return length;
}

static int memory_read(BIO *bio, char *bytes, int size)
{
	struct memory_io *io = BIO_get_data(bio);
	BIO_clear_retry_flags(bio);
	if (size <= 0)
		return 0;
	if (io->in_length == 0) {
		BIO_set_retry_read(bio);
		return -1;
	}
	size_t length = io->in_length < (size_t)size ? io->in_length : (size_t)size;
	memcpy(bytes, io->in, length);
	io->in += length;
	io->in_length -= length;
	return (int)length;
}

static long memory_control(BIO *bio, int command, long number, void *pointer)
{
	return command == BIO_CTRL_FLUSH;
}

static void method_create(void)
{
	method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "caller's memory");
	if (method && (BIO_meth_set_write(method, memory_write) != 1 ||
			      BIO_meth_set_read(method, memory_read) != 1 ||
			      BIO_meth_set_ctrl(method, memory_control) != 1)) {
		BIO_meth_free(method);
		method = NULL;
	}
}

struct bio_st *memory_bio_create(struct memory_io *io)
{
	pthread_once(&method_once, method_create);
	BIO *bio = method ? BIO_new(method) : NULL;
	if (!bio)
		return NULL;
	BIO_set_data(bio, io);
	BIO_set_init(bio, 1);
	return bio;
}
