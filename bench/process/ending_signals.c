#include "bench/process/ending_signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

volatile bool ending_signals_met;

/* What ends the program by default, and is caught unless whoever started it has it ignored, as
 * nohup(1) has SIGHUP. SIGINT and SIGTERM are caught in any case. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDINGS (sizeof(ending) / sizeof(ending[0]))
static void (*volatile before_the_end)(void);
static char sentence[96];
static sigset_t held_before;

/* The first one says so, every other one ends the program as the signal does by default. */
static void on_signal(int signal_number)
{
	if (ending_signals_met || signal_number == SIGQUIT) {
		before_the_end();
		signal(signal_number, SIG_DFL);
		raise(signal_number);
		return;
	}
	ending_signals_met = true;
	ssize_t ignored = write(STDERR_FILENO, sentence, strlen(sentence));
	(void)ignored;
}

void ending_signals_catch(const char *what, void (*give_up)(void))
{
	/* Without SA_RESTART: what waits for a reader is to end. */
	struct sigaction before, action = {.sa_handler = on_signal};
	before_the_end = give_up;
	snprintf(sentence, sizeof(sentence), "\nteardown: ending this %s; once more ends at once\n",
		what);
	for (size_t i = 0; i < ENDINGS; i++) {
		sigaction(ending[i], NULL, &before);
		if (ending[i] == SIGINT || ending[i] == SIGTERM || before.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

void ending_signals_hold(void)
{
	sigset_t all;
	sigemptyset(&all);
	for (size_t i = 0; i < ENDINGS; i++)
		sigaddset(&all, ending[i]);
	pthread_sigmask(SIG_BLOCK, &all, &held_before);
}

void ending_signals_release(void)
{
	pthread_sigmask(SIG_SETMASK, &held_before, NULL);
}
