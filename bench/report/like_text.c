#include "bench/report/like_text.h"

#include <ctype.h>
#include <string.h>

size_t like_text_number(const char *text, const char *begin)
{
	static const char pid[] = "pid ";
	size_t before = sizeof(pid) - 1;
	if ((size_t)(text - begin) >= before && memcmp(text - before, pid, before) == 0)
		return 0;
	if (!isdigit((unsigned char)*text) || (text > begin && isalnum((unsigned char)text[-1])))
		return 0;
	size_t length = strspn(text, "0123456789.");
	while (text[length - 1] == '.')
		length--;
	return isalpha((unsigned char)text[length]) ? 0 : length;
}

bool like_text_is(const char *a, const char *b)
{
	const char *a_begin = a, *b_begin = b;
	while (*a && *b) {
		size_t of_a = like_text_number(a, a_begin), of_b = like_text_number(b, b_begin);
		if ((of_a == 0) != (of_b == 0) || (of_a == 0 && *a != *b))
			return false;
		a += of_a ? of_a : 1;
		b += of_b ? of_b : 1;
	}
	return *a == *b;
}
