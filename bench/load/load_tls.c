#include "bench/load/load_tls.h"

#include <stdio.h>
#include <string.h>

static const char *word_add(const char *sum, const char *part)
{
	if (!sum || !part)
		return sum ? sum : part;
	return strcmp(sum, part) == 0 ? sum : "mixed";
}

static void key_add(char sum[TLS_KEY_TEXT_SIZE], const char *part)
{
	const char *both = part[0] ? word_add(sum[0] ? sum : NULL, part) : sum;
	if (both != sum)
		snprintf(sum, TLS_KEY_TEXT_SIZE, "%s", both);
}

void load_tls_add(struct load_tls *sum, const struct load_tls *part)
{
	sum->handshakes += part->handshakes;
	sum->resumed += part->resumed;
	sum->failed += part->failed;
	sum->broken += part->broken;
	sum->notified += part->notified;
	sum->peer_notified += part->peer_notified;
	sum->truncated += part->truncated;
	sum->alerts_sent += part->alerts_sent;
	sum->alerts_received += part->alerts_received;
	sum->handshake_cpu_ns += part->handshake_cpu_ns;
	sum->version = word_add(sum->version, part->version);
	sum->cipher = word_add(sum->cipher, part->cipher);
	sum->failure = sum->failure ? sum->failure : part->failure;
	key_add(sum->key, part->key);
}
