/* Opens an alert's record: AEAD ciphers of TLS 1.2 (RFC 5288, RFC 7905) and of 1.3 (RFC 8446, 5.2
 * and 7.3). */
#include "tls/keylog_parts.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define HEADER_BYTES 5
#define TAG_BYTES 16
#define NONCE_BYTES 12
#define SALT_BYTES 4 /* of GCM in TLS 1.2: the rest of a nonce is in the record */
#define EXPLICIT_BYTES 8
#define KEY_BYTES_MAX 32
#define PLAIN_BYTES_MAX 64 /* an alert is 2, with 1.3's type 3; padding is for others */
#define CONTENT_ALERT 21
/* In 1.3 records of the handshake are encrypted, too, with keys of their own: so many of them at
 * most stand before the first one of the data's. */
#define HANDSHAKE_RECORDS_MAX 16

struct cipher {
	uint16_t number;
	bool is_13;
	const char *name, *digest;
	size_t key_bytes;
};

static const struct cipher ciphers[] = {
	{0x1301, true, "AES-128-GCM", "SHA256", 16},
	{0x1302, true, "AES-256-GCM", "SHA384", 32},
	{0x1303, true, "ChaCha20-Poly1305", "SHA256", 32},
	{0xc02b, false, "AES-128-GCM", "SHA256", 16},
	{0xc02f, false, "AES-128-GCM", "SHA256", 16},
	{0xc02c, false, "AES-256-GCM", "SHA384", 32},
	{0xc030, false, "AES-256-GCM", "SHA384", 32},
	{0x009c, false, "AES-128-GCM", "SHA256", 16},
	{0x009d, false, "AES-256-GCM", "SHA384", 32},
	{0x009e, false, "AES-128-GCM", "SHA256", 16},
	{0x009f, false, "AES-256-GCM", "SHA384", 32},
	{0xcca8, false, "ChaCha20-Poly1305", "SHA256", 32},
	{0xcca9, false, "ChaCha20-Poly1305", "SHA256", 32},
	{0xccaa, false, "ChaCha20-Poly1305", "SHA256", 32},
};

struct keys {
	uint8_t key[KEY_BYTES_MAX], iv[NONCE_BYTES];
};

static const struct cipher *cipher_find(uint16_t number, bool is_13)
{
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (ciphers[i].number == number && ciphers[i].is_13 == is_13)
			return &ciphers[i];
	return NULL;
}

static bool derive(const char *kdf_name, const OSSL_PARAM *params, uint8_t *bytes, size_t size)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, kdf_name, NULL);
	EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool works = context && EVP_KDF_derive(context, bytes, size, params) == 1;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return works;
}

/* HKDF-Expand-Label with no context (RFC 8446, 7.1). */
static bool label_expand(const struct cipher *cipher, const struct keylog_secret *secret,
	const char *label, uint8_t *bytes, size_t size)
{
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	uint8_t info[32];
	size_t length = strlen(label);
	info[0] = 0;
	info[1] = (uint8_t)size;
	info[2] = (uint8_t)(sizeof("tls13 ") - 1 + length);
	memcpy(info + 3, "tls13 ", sizeof("tls13 ") - 1);
	memcpy(info + 9, label, length);
	info[9 + length] = 0;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)cipher->digest, 0),
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_KEY, (void *)secret->bytes, secret->size),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, 10 + length),
		OSSL_PARAM_construct_end()};
	return derive("HKDF", params, bytes, size);
}

/* The key block (RFC 5246, 6.3): both keys, then both ends' part of the nonce. */
static bool block_expand(const struct cipher *cipher, const struct keylog_secret *secret,
	const struct tls_hellos *hellos, uint8_t *block, size_t size)
{
	uint8_t seed[13 + 2 * TLS_RANDOM_BYTES] = "key expansion";
	memcpy(seed + 13, hellos->server_random, TLS_RANDOM_BYTES);
	memcpy(seed + 13 + TLS_RANDOM_BYTES, hellos->client_random, TLS_RANDOM_BYTES);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)cipher->digest, 0),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_SECRET, (void *)secret->bytes, secret->size),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
		OSSL_PARAM_construct_end()};
	return derive("TLS1-PRF", params, block, size);
}

static bool has_explicit_nonce(const struct cipher *cipher)
{
	return !cipher->is_13 && cipher->name[0] == 'A';
}

static bool keys_make(const struct cipher *cipher, const struct keylog_secret *secret,
	const struct tls_hellos *hellos, bool by_client, struct keys *keys)
{
	uint8_t block[2 * (KEY_BYTES_MAX + NONCE_BYTES)];
	size_t iv_bytes = has_explicit_nonce(cipher) ? SALT_BYTES : NONCE_BYTES;
	size_t key = cipher->key_bytes;
	if (cipher->is_13)
		return label_expand(cipher, secret, "key", keys->key, key) &&
		       label_expand(cipher, secret, "iv", keys->iv, NONCE_BYTES);
	if (!block_expand(cipher, secret, hellos, block, 2 * (key + iv_bytes)))
		return false;
	memcpy(keys->key, block + (by_client ? 0 : key), key);
	memcpy(keys->iv, block + 2 * key + (by_client ? 0 : iv_bytes), iv_bytes);
	return true;
}

static void number_write(uint8_t bytes[8], uint64_t number)
{
	for (int i = 7; i >= 0; i--, number >>= 8)
		bytes[i] = (uint8_t)number;
}

static void nonce_write(const struct cipher *cipher, const struct keys *keys, const uint8_t *body,
	uint64_t number, uint8_t nonce[NONCE_BYTES])
{
	uint8_t bytes[8];
	memcpy(nonce, keys->iv, NONCE_BYTES);
	if (has_explicit_nonce(cipher)) {
		memcpy(nonce + SALT_BYTES, body, EXPLICIT_BYTES);
		return;
	}
	number_write(bytes, number);
	for (size_t i = 0; i < sizeof(bytes); i++)
		nonce[NONCE_BYTES - sizeof(bytes) + i] ^= bytes[i];
}

/* What is verified beside the record: its header, and in 1.2 its number, too. Returns its size. */
static size_t beside_write(const struct cipher *cipher, const uint8_t *record, size_t length,
	uint64_t number, uint8_t beside[13])
{
	if (cipher->is_13) {
		memcpy(beside, record, HEADER_BYTES);
		return HEADER_BYTES;
	}
	number_write(beside, number);
	memcpy(beside + 8, record, 3);
	beside[11] = (uint8_t)(length >> 8);
	beside[12] = (uint8_t)length;
	return 13;
}

/* Whether it verifies as the record of that number. */
static bool plain_read(EVP_CIPHER_CTX *context, const struct cipher *cipher,
	const struct keys *keys, const uint8_t *record, size_t length, uint64_t number,
	uint8_t plain[PLAIN_BYTES_MAX])
{
	uint8_t nonce[NONCE_BYTES], beside[13], tag[TAG_BYTES], rest[TAG_BYTES];
	const uint8_t *body = record + HEADER_BYTES;
	const uint8_t *sealed = body + (has_explicit_nonce(cipher) ? EXPLICIT_BYTES : 0);
	int written;
	nonce_write(cipher, keys, body, number, nonce);
	size_t beside_bytes = beside_write(cipher, record, length, number, beside);
	memcpy(tag, sealed + length, TAG_BYTES);
	return EVP_DecryptInit_ex(context, NULL, NULL, keys->key, nonce) == 1 &&
	       EVP_DecryptUpdate(context, NULL, &written, beside, (int)beside_bytes) == 1 &&
	       EVP_DecryptUpdate(context, plain, &written, sealed, (int)length) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
	       EVP_DecryptFinal_ex(context, rest, &written) == 1;
}

/* Of 1.3 the last byte that is not 0 is the type. */
static enum tls_alert alert_of(const struct cipher *cipher, const uint8_t *plain, size_t length)
{
	if (cipher->is_13) {
		while (length > 0 && plain[length - 1] == 0)
			length--;
		if (length == 0 || plain[length - 1] != CONTENT_ALERT)
			return TLS_ALERT_NONE;
		length--;
	}
	return length == 2 && plain[1] == 0 ? TLS_ALERT_NOTIFY : TLS_ALERT_OTHER;
}

/* The number of a record of 1.3 is not known to one: those of the handshake do not count. */
static enum tls_alert record_try(EVP_CIPHER_CTX *context, const struct cipher *cipher,
	const struct keys *keys, const uint8_t *record, size_t length, uint64_t sealed)
{
	uint8_t plain[PLAIN_BYTES_MAX];
	uint64_t most = cipher->is_13 ? HANDSHAKE_RECORDS_MAX : 0;
	for (uint64_t back = 0; back <= most && back <= sealed; back++)
		if (plain_read(context, cipher, keys, record, length, sealed - back, plain))
			return alert_of(cipher, plain, length);
	return TLS_ALERT_UNKNOWN;
}

enum tls_alert keylog_record_open(const struct keylog_secret *secret,
	const struct tls_hellos *hellos, bool by_client, const uint8_t *record, size_t size,
	uint64_t sealed)
{
	const struct cipher *cipher = cipher_find(hellos->cipher, secret->label != KEYLOG_MASTER);
	struct keys keys;
	if (!cipher)
		return TLS_ALERT_UNKNOWN;
	size_t adds = HEADER_BYTES + TAG_BYTES + (has_explicit_nonce(cipher) ? EXPLICIT_BYTES : 0);
	if (size <= adds || size - adds > PLAIN_BYTES_MAX ||
		!keys_make(cipher, secret, hellos, by_client, &keys))
		return TLS_ALERT_UNKNOWN;
	enum tls_alert alert = TLS_ALERT_UNKNOWN;
	EVP_CIPHER *method = EVP_CIPHER_fetch(NULL, cipher->name, NULL);
	EVP_CIPHER_CTX *context = method ? EVP_CIPHER_CTX_new() : NULL;
	if (context && EVP_DecryptInit_ex(context, method, NULL, NULL, NULL) == 1)
		alert = record_try(context, cipher, &keys, record, size - adds, sealed);
	EVP_CIPHER_CTX_free(context);
	EVP_CIPHER_free(method);
	return alert;
}
