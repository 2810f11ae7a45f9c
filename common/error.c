#include "common/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, enum status status, const char *format, ...)
{
	if (!error)
		return -1;
	va_list args;
	va_start(args, format);
	error->status = status;
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

int error_set_errno(struct error *error, enum status status, const char *format, ...)
{
	int saved = errno;
	if (!error)
		return -1;
	va_list args;
	va_start(args, format);
	error->status = status;
	int length = vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof(error->text))
		snprintf(error->text + length, sizeof(error->text) - (size_t)length, ": %s",
			strerror(saved));
	return -1;
}
