#include "tls/keylog.h"

#include "tls/keylog_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Label, random, secret and what separates them. */
#define LINE_MAX_BYTES 256
#define LABEL_MAX_BYTES 40

struct tls_keylog {
	struct keylog_secret *secrets; /* sorted */
	size_t count, room;
};

static const char *const labels[] = {
	[KEYLOG_MASTER] = "CLIENT_RANDOM",
	[KEYLOG_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
	[KEYLOG_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
};

static int secret_compare(const void *left, const void *right)
{
	const struct keylog_secret *a = left, *b = right;
	int order = memcmp(a->client_random, b->client_random, TLS_RANDOM_BYTES);
	return order != 0 ? order : (int)a->label - (int)b->label;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* Returns how many bytes the text is; 0: it is none, or more than there is room for. */
static size_t hex_read(const char *text, uint8_t *bytes, size_t room)
{
	size_t digits = strlen(text);
	if (digits % 2 != 0 || digits / 2 > room)
		return 0;
	for (size_t i = 0; i < digits; i += 2) {
		int high = digit_of(text[i]), low = digit_of(text[i + 1]);
		if (high == -1 || low == -1)
			return 0;
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	return digits / 2;
}

static bool line_read(const char *line, struct keylog_secret *secret)
{
	/* With room for one more, which makes it none. */
	char label[LABEL_MAX_BYTES + 1], random[2 * TLS_RANDOM_BYTES + 2], rest[LINE_MAX_BYTES];
	if (sscanf(line, "%40s %65s %255s", label, random, rest) != 3 ||
		hex_read(random, secret->client_random, TLS_RANDOM_BYTES) != TLS_RANDOM_BYTES)
		return false;
	secret->size = hex_read(rest, secret->bytes, sizeof(secret->bytes));
	for (secret->label = 0; secret->label < KEYLOG_LABELS; secret->label++)
		if (strcmp(label, labels[secret->label]) == 0)
			return secret->size > 0;
	return false;
}

static int secret_add(struct tls_keylog *keylog, const struct keylog_secret *secret)
{
	if (keylog->count == keylog->room) {
		size_t room = keylog->room ? 2 * keylog->room : 64;
		struct keylog_secret *secrets =
			realloc(keylog->secrets, room * sizeof(*keylog->secrets));
		if (!secrets)
			return -1;
		keylog->secrets = secrets;
		keylog->room = room;
	}
	keylog->secrets[keylog->count++] = *secret;
	return 0;
}

/* A line that is longer than any that is understood is passed over, whatever its pieces hold. */
static int lines_read(struct tls_keylog *keylog, FILE *file)
{
	char line[LINE_MAX_BYTES];
	struct keylog_secret secret;
	bool is_rest = false;
	while (keylog->count < TLS_KEYLOG_SECRETS_MAX && fgets(line, sizeof(line), file)) {
		bool is_whole = strchr(line, '\n') || feof(file);
		if (!is_rest && is_whole && line_read(line, &secret) &&
			secret_add(keylog, &secret) == -1)
			return -1;
		is_rest = !is_whole;
	}
	return ferror(file) ? -1 : 0;
}

struct tls_keylog *tls_keylog_read(const char *path, struct error *error)
{
	FILE *file = fopen(path, "re");
	struct tls_keylog *keylog = file ? calloc(1, sizeof(*keylog)) : NULL;
	int result = keylog ? lines_read(keylog, file) : -1;
	if (result == -1)
		error_set_errno(error, STATUS_FAILED, "--keylog %s", path);
	else if (keylog->count == 0)
		result = error_set(error, STATUS_FAILED,
			"--keylog %s: no line of it is a secret of TLS (SSLKEYLOGFILE)", path);
	if (file)
		fclose(file);
	if (result == -1) {
		tls_keylog_destroy(keylog);
		return NULL;
	}
	qsort(keylog->secrets, keylog->count, sizeof(*keylog->secrets), secret_compare);
	return keylog;
}

void tls_keylog_destroy(struct tls_keylog *keylog)
{
	if (keylog)
		free(keylog->secrets);
	free(keylog);
}

static const struct keylog_secret *secret_find(const struct tls_keylog *keylog,
	const uint8_t client_random[TLS_RANDOM_BYTES], enum keylog_label label)
{
	struct keylog_secret wanted = {.label = label};
	memcpy(wanted.client_random, client_random, TLS_RANDOM_BYTES);
	return bsearch(
		&wanted, keylog->secrets, keylog->count, sizeof(*keylog->secrets), secret_compare);
}

enum tls_alert tls_keylog_alert(const struct tls_keylog *keylog, const struct tls_hellos *hellos,
	bool by_client, const uint8_t *record, size_t size, uint64_t sealed)
{
	if (!hellos->has_client || !hellos->has_server)
		return TLS_ALERT_UNKNOWN;
	const struct keylog_secret *secret = secret_find(keylog, hellos->client_random,
		by_client ? KEYLOG_CLIENT_TRAFFIC : KEYLOG_SERVER_TRAFFIC);
	if (!secret)
		secret = secret_find(keylog, hellos->client_random, KEYLOG_MASTER);
	return secret ? keylog_record_open(secret, hellos, by_client, record, size, sealed)
		      : TLS_ALERT_UNKNOWN;
}
