/* What a count is made of, as a clause: "10 came behind its FIN, 4 were reset". */
#ifndef BENCH_FINDINGS_TERMS_H
#define BENCH_FINDINGS_TERMS_H

#include <stddef.h>

struct term {
	double count;
	const char *words; /* of what: they follow the count */
};

#define TERMS_SIZE 240

/* The terms with a comma between; one of which there is none is left out. Returns `text`. */
const char *terms_text(const struct term *terms, size_t count, char text[TERMS_SIZE]);

#endif
