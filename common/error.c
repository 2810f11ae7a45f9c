#include "common/error.h"

#include "common/bounded_text.h"
#include "common/printable.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

int error_set(struct error *error, enum status status, const char *format, ...)
{
	if (!error)
		return -1;
	va_list args;
	va_start(args, format);
	error->status = status;
	bounded_text_vwrite(error->text, sizeof(error->text), format, args);
	va_end(args);
	printable_clean(error->text, PRINTABLE_ONE_LINE);
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
	/* The text of errno is never cut. */
	char reason[128];
	size_t reason_length = bounded_text_write(reason, sizeof(reason), ": %s", strerror(saved));
	size_t length =
		bounded_text_vwrite(error->text, sizeof(error->text) - reason_length, format, args);
	va_end(args);
	memcpy(error->text + length, reason, reason_length + 1);
	printable_clean(error->text, PRINTABLE_ONE_LINE);
	return -1;
}
