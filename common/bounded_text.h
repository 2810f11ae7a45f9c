/* Text in a room of fixed size. What does not fit is cut, and the text says so: its last character
 * is then "…". */
#ifndef COMMON_BOUNDED_TEXT_H
#define COMMON_BOUNDED_TEXT_H

#include <stdarg.h>
#include <stddef.h>

/* The room of "…" alone. */
#define BOUNDED_TEXT_LEAST 4

/* Writes at most `size` bytes, the '\0' included; `size` is at least BOUNDED_TEXT_LEAST. A UTF-8
 * character is not cut in two. Returns the length. */
size_t bounded_text_write(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t bounded_text_vwrite(char *text, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
