/* Words of the sentences that verdicts have. */
#include "bench/lab/application_verbs.h"
#include "bench/lab/port.h"
#include "bench/lab/tls_verbs.h"

#include <errno.h>

const char *lab_reading_text(enum reading_end end)
{
	static const char *const texts[] = {
		[READ_EOF] = "end of the stream",
		[READ_RESET] = "ECONNRESET",
		[READ_ERROR] = "an error",
		[READ_OPEN] = "no end",
	};
	return texts[end];
}

const char *lab_tls_end_text(enum lab_tls_end end)
{
	static const char *const texts[] = {
		[LAB_TLS_NOTIFIED] = "close_notify",
		[LAB_TLS_CUT] = "end of the stream without close_notify",
		[LAB_TLS_RESET] = "ECONNRESET",
		[LAB_TLS_OPEN] = "no end",
	};
	return texts[end];
}

const char *lab_errno_text(int error)
{
	return error == 0               ? "worked"
	       : error == EADDRNOTAVAIL ? "failed with EADDRNOTAVAIL"
					: "failed";
}
