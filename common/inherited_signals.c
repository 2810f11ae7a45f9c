#include "common/inherited_signals.h"

#include <signal.h>

void inherited_signals_settle(void)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* While SIGCHLD is ignored, the kernel keeps no child for wait(2), which fails (wait(2),
	 * "ECHILD"): how a child ended, and to some callers that it has, stays unknown. */
	signal(SIGCHLD, SIG_DFL);
	/* Its default action ends the program; ignored, write(2) fails. */
	signal(SIGXFSZ, SIG_IGN);
}
