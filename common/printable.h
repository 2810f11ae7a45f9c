/* Text that may be shown on a terminal whatever it comes from. What can move the cursor, change
 * colours, hide text or turn the direction of writing is not shown: bytes that are no UTF-8,
 * control characters (C0, DEL, C1), and the Unicode characters that set directions (U+061C, U+200E,
 * U+200F, U+202A to U+202E, U+2066 to U+2069), separate lines (U+2028, U+2029) or have no width
 * (U+200B to U+200D, U+2060 to U+206F, U+FEFF, U+E0000 to U+E0FFF). */
#ifndef COMMON_PRINTABLE_H
#define COMMON_PRINTABLE_H

#include <stddef.h>
#include <stdint.h>

enum printable_lines {
	PRINTABLE_ONE_LINE,
	PRINTABLE_LINES, /* line feeds and tabs are shown */
};

/* The first character that is not shown: its place in the text and its code point, which is the
 * byte's value where it is no UTF-8. Returns NULL when all of it is shown. */
const char *printable_fault(const char *text, enum printable_lines lines, uint32_t *code_point);

/* Puts "?" in the place of each character, or byte that is no UTF-8, that is not shown. The text
 * does not grow. */
void printable_clean(char *text, enum printable_lines lines);

#endif
