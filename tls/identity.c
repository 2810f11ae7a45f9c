#include "tls/identity.h"

#include "tls/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_S (24L * 60 * 60)
#define DAYS_VALID 3650
#define SERIAL_BITS 127

struct made {
	EVP_PKEY *key;
	X509 *certificate;
};

static void made_finish(struct made *made)
{
	EVP_PKEY_free(made->key);
	X509_free(made->certificate);
}

static bool serial_set(X509 *certificate)
{
	BIGNUM *serial = BN_new();
	bool done = serial &&
		    BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
		    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate)) != NULL;
	BN_free(serial);
	return done;
}

/* The subject is its own issuer. */
static bool names_set(X509 *certificate)
{
	X509_NAME *name = X509_get_subject_name(certificate);
	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		       (const unsigned char *)"teardown", -1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1;
}

static bool extension_add(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
	bool done = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

static bool certificate_fill(X509 *certificate, EVP_PKEY *key)
{
	/* 2 stands for version 3 of X.509 (RFC 5280, 4.1). The clock of a client may be late. */
	return X509_set_version(certificate, 2) == 1 && serial_set(certificate) &&
	       X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S) != NULL &&
	       X509_gmtime_adj(X509_getm_notAfter(certificate), DAYS_VALID * DAY_S) != NULL &&
	       names_set(certificate) && X509_set_pubkey(certificate, key) == 1 &&
	       extension_add(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	       extension_add(
		       certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

static int made_init(struct made *made, struct error *error)
{
	made->key = EVP_EC_gen("P-256");
	made->certificate = X509_new();
	if (made->key && made->certificate && certificate_fill(made->certificate, made->key))
		return 0;
	return error_set(error, STATUS_FAILED, "cannot make a certificate: %s", tls_reason());
}

int tls_identity_make(struct ssl_ctx_st *ctx, struct error *error)
{
	struct made made = {0};
	int status = made_init(&made, error);
	if (status == 0 && (SSL_CTX_use_certificate(ctx, made.certificate) != 1 ||
				   SSL_CTX_use_PrivateKey(ctx, made.key) != 1))
		status = error_set(
			error, STATUS_FAILED, "cannot use the certificate made: %s", tls_reason());
	made_finish(&made);
	return status;
}

/* Nobody can type a passphrase into a server: the key counts as one that cannot be read. */
static int passphrase_refuse(char *text, int size, int writing, void *argument)
{
	return -1;
}

static int key_check(int fd, const char *path, struct error *error)
{
	struct stat status;
	if (fstat(fd, &status) == -1)
		return error_set_errno(error, STATUS_USAGE, "key %s", path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, STATUS_USAGE, "key %s is not a regular file", path);
	if (status.st_uid != 0 && status.st_uid != geteuid())
		return error_set(error, STATUS_USAGE,
			"key %s is owned by uid %u, neither by root nor by you (uid %u)", path,
			(unsigned)status.st_uid, (unsigned)geteuid());
	if (status.st_mode & (S_IRWXO | S_IWGRP))
		return error_set(error, STATUS_USAGE,
			"key %s can be read or written by others (mode %04o): chmod g-w,o=", path,
			(unsigned)status.st_mode & 07777);
	return 0;
}

/* The key of an open file; or NULL with `error`. */
static EVP_PKEY *key_read(int fd, const char *path, struct error *error)
{
	BIO *file = BIO_new_fd(fd, BIO_NOCLOSE);
	EVP_PKEY *key = file ? PEM_read_bio_PrivateKey(file, NULL, passphrase_refuse, NULL) : NULL;
	BIO_free(file);
	if (!key)
		error_set(error, STATUS_USAGE,
			"key %s holds no PEM key that can be read without a passphrase: %s", path,
			tls_reason());
	return key;
}

static int key_use(SSL_CTX *ctx, const char *path, struct error *error)
{
	/* A FIFO would keep an open(2) without O_NONBLOCK waiting. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1)
		return error_set_errno(error, STATUS_USAGE, "key %s", path);
	EVP_PKEY *key = key_check(fd, path, error) == 0 ? key_read(fd, path, error) : NULL;
	close(fd);
	if (!key)
		return -1;
	int status = 0;
	/* Compares the key with the certificate, which is there already. */
	if (SSL_CTX_use_PrivateKey(ctx, key) != 1 || SSL_CTX_check_private_key(ctx) != 1)
		status = error_set(error, STATUS_USAGE,
			"key %s is not the certificate's, or cannot be used: %s", path,
			tls_reason());
	EVP_PKEY_free(key);
	return status;
}

int tls_identity_load(struct ssl_ctx_st *ctx, const char *certificate_path, const char *key_path,
	struct error *error)
{
	struct stat status;
	if (stat(certificate_path, &status) == -1)
		return error_set_errno(error, STATUS_USAGE, "certificate %s", certificate_path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, STATUS_USAGE, "certificate %s is not a regular file",
			certificate_path);
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate_path) != 1)
		return error_set(error, STATUS_USAGE,
			"certificate %s cannot be read as PEM, or is not sound: %s",
			certificate_path, tls_reason());
	return key_use(ctx, key_path, error);
}

int tls_identity_write(int fd, struct error *error)
{
	struct made made = {0};
	int status = made_init(&made, error);
	BIO *file = status == 0 ? BIO_new_fd(fd, BIO_NOCLOSE) : NULL;
	if (status == 0 &&
		(!file ||
			PEM_write_bio_PrivateKey(file, made.key, NULL, NULL, 0, NULL, NULL) != 1 ||
			PEM_write_bio_X509(file, made.certificate) != 1))
		status = error_set(
			error, STATUS_FAILED, "cannot write a certificate: %s", tls_reason());
	BIO_free(file);
	made_finish(&made);
	return status;
}
