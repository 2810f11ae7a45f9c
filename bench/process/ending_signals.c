#include "bench/process/ending_signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

volatile bool ending_signals_met;

/* What ends the program by default, and is caught unless whoever started it has it ignored, as
 * nohup(1) has SIGHUP. SIGINT and SIGTERM are caught in any case. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDINGS (sizeof(ending) / sizeof(ending[0]))
static bool is_caught[ENDINGS];
static void (*volatile before_the_end)(void);

/* Ends the program as the signal does by default. */
static void on_last(int signal_number)
{
	before_the_end();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void on_first(int signal_number)
{
	static const char text[] = "\nteardown: ending this trial; once more ends at once\n";
	ending_signals_met = true;
	/* The second one may be of either kind, and may come to another thread as soon as it is
	 * called for. */
	for (size_t i = 0; i < ENDINGS; i++)
		if (is_caught[i])
			signal(ending[i], on_last);
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
}

void ending_signals_catch(void (*give_up)(void))
{
	before_the_end = give_up;
	for (size_t i = 0; i < ENDINGS; i++) {
		struct sigaction before;
		/* Without SA_RESTART: what waits for a reader is to end. */
		struct sigaction action = {.sa_handler = ending[i] == SIGQUIT ? on_last : on_first};
		sigaction(ending[i], NULL, &before);
		is_caught[i] =
			ending[i] == SIGINT || ending[i] == SIGTERM || before.sa_handler != SIG_IGN;
		if (is_caught[i])
			sigaction(ending[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}
