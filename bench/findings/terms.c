#include "bench/findings/terms.h"

#include <stdio.h>

const char *terms_text(const struct term *terms, size_t count, char text[TERMS_SIZE])
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count && length < TERMS_SIZE; i++) {
		/* Less than one half is printed as 0. */
		if (terms[i].count < 0.5)
			continue;
		length += (size_t)snprintf(text + length, TERMS_SIZE - length, "%s%.0f %s",
			length ? ", " : "", terms[i].count, terms[i].words);
	}
	return text;
}
