#include "bench/load/load_tls.h"

#include <string.h>

static const char *word_add(const char *sum, const char *part)
{
	if (!sum || !part)
		return sum ? sum : part;
	return strcmp(sum, part) == 0 ? sum : "mixed";
}

void load_tls_add(struct load_tls *sum, const struct load_tls *part)
{
	sum->handshakes += part->handshakes;
	sum->resumed += part->resumed;
	sum->failed += part->failed;
	sum->notified += part->notified;
	sum->peer_notified += part->peer_notified;
	sum->truncated += part->truncated;
	sum->version = word_add(sum->version, part->version);
	sum->cipher = word_add(sum->cipher, part->cipher);
}
