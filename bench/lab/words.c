/* Words of the sentences that verdicts have. */
#include "bench/lab/application_verbs.h"
#include "bench/lab/port.h"

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

const char *lab_errno_text(int error)
{
	return error == 0               ? "worked"
	       : error == EADDRNOTAVAIL ? "failed with EADDRNOTAVAIL"
					: "failed";
}
