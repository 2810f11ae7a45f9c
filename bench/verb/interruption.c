#include "bench/verb/interruption.h"

#include <stddef.h>

volatile sig_atomic_t interruption_met;

static void on_signal(int number)
{
	(void)number;
	interruption_met = 1;
}

void interruption_catch(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}
