#include "bench/report/paragraph.h"

#include <string.h>

#define INDENT 2

void paragraph_print(const char *text, size_t width, FILE *out)
{
	size_t used = 0;
	while (*text) {
		size_t word = strcspn(text, " ");
		if (used > INDENT && used + 1 + word > width) {
			fprintf(out, "\n%*s", INDENT, "");
			used = INDENT;
		} else if (used > 0) {
			fputc(' ', out);
			used++;
		}
		fwrite(text, 1, word, out);
		used += word;
		text += word + strspn(text + word, " ");
	}
	fputc('\n', out);
}
