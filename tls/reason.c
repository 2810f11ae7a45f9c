#include "tls/reason.h"

#include <openssl/err.h>
#include <string.h>

const char *tls_reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *text = ERR_reason_error_string(code);
	ERR_clear_error();
	if (text)
		return text;
	/* strerrordesc_np returns static memory, which strerror(3) does not. */
	text = code != 0 && ERR_SYSTEM_ERROR(code) ? strerrordesc_np(ERR_GET_REASON(code)) : NULL;
	return text ? text : "no reason given";
}
