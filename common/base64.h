/* Base64 (RFC 4648, section 4). */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include <stddef.h>
#include <stdio.h>

void base64_write(const unsigned char *bytes, size_t size, FILE *out);

/* The bytes that the text stands for, and how many they are; to be freed. NULL with errno: EINVAL
 * where it is no base64, else ENOMEM. */
unsigned char *base64_read(const char *text, size_t *size);

#endif
