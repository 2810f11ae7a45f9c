/* A trial whose own thread is held up, so that nothing in its process can end it: by a signal
 * handler that a hook has run there and that never returns. */
#include "bench/trial/trial_process.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "strategies/core/registry.h"
#include "tests/unit/bench/network/namespaces.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define HELD_UP "strategy graceful: the trial's process did not end in its time, and was killed"
#define MUTE "strategy graceful: the trial's process closed all that it had open, and was killed"

static struct shared {
	atomic_uint calls;
	atomic_bool is_held_up;
} * shared;

/* What the trial's thread does for good. */
static void (*holds_up)(void);
static volatile bool interrupted;
static enum td_verdict (*closes)(const struct td_view *view);

static void sleep_on(void)
{
	for (;;)
		pause();
}

/* As a program does that has taken the trial's place. */
static void close_and_sleep(void)
{
	close_range(0, ~0U, 0);
	sleep_on();
}

/* As a trial does that is over and gets no processor: it is runnable, whether or not it runs. */
static void close_and_run(void)
{
	close_range(0, ~0U, 0);
	for (;;)
		;
}

static void hold_up(int signal_number)
{
	shared->is_held_up = true;
	holds_up();
}

static enum td_verdict hook(const struct td_view *view)
{
	if (shared->calls++ == 0) {
		signal(SIGUSR1, hold_up);
		syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	}
	return closes(view);
}

static void interrupt_once_held_up(void *argument, const struct trial_live *lives, size_t count)
{
	interrupted = shared->is_held_up;
}

static void play(struct trial *trial, uint64_t duration_ns, void (*holds)(void),
	void (*tick)(void *argument, const struct trial_live *lives, size_t count),
	const char *failure)
{
	struct run_options options;
	struct error error = {.text = ""};
	const struct td_strategy *graceful = registry_resolve("graceful", &error);
	assert_non_null(graceful);
	struct td_strategy strategy = *graceful;
	closes = graceful->client.exchange_done;
	strategy.client.exchange_done = hook;
	run_options_set_defaults(&options);
	options.duration_ns = duration_ns;
	options.timeout_ns = 100 * NS_PER_MS;
	options.connections = 4;
	options.rate = 500; /* What is looked at needs few of them. */
	struct options_given none = {.table = &run_option_table};
	assert_int_equal(run_options_complete(&options, &none, &error), 0);
	*shared = (struct shared){0};
	holds_up = holds;
	interrupted = false;
	struct trial_spec spec = {.options = &options,
		.strategy = &strategy,
		.repeat = 1,
		.order = 1,
		.interrupted = &interrupted,
		.grace_ns = 4 * NS_PER_S,
		.tick = tick};
	if (trial_run(&spec, trial, &error) == -1)
		fail_msg("%s", error.text);
	assert_true(shared->is_held_up);
	assert_true(trial->is_cut_off);
	if (strncmp(trial->failure, failure, strlen(failure)) != 0)
		fail_msg("%s", trial->failure);
}

/* What the loader counted is there: its threads were not held up. */
static void loader_counted(const struct trial *trial)
{
	assert_true(trial->totals.outcomes[OUTCOME_COMPLETED] > 0);
	assert_true(load_totals_balances(&trial->totals));
}

static void after_its_time(void **state)
{
	struct trial trial;
	play(&trial, 200 * NS_PER_MS, sleep_on, NULL, HELD_UP);
	assert_false(trial.interrupted);
	loader_counted(&trial);
	trial_finish(&trial);
}

static void at_the_first_signal(void **state)
{
	struct trial trial;
	play(&trial, 3600 * NS_PER_S, sleep_on, interrupt_once_held_up, HELD_UP);
	assert_true(trial.interrupted);
	loader_counted(&trial);
	trial_finish(&trial);
}

static void soon_when_it_sleeps_and_cannot_answer(void **state)
{
	struct trial trial;
	play(&trial, 3600 * NS_PER_S, close_and_sleep, interrupt_once_held_up, MUTE);
	trial_finish(&trial);
}

static void not_as_mute_while_it_is_runnable(void **state)
{
	struct trial trial;
	play(&trial, 3600 * NS_PER_S, close_and_run, interrupt_once_held_up, HELD_UP);
	trial_finish(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(after_its_time),
		cmocka_unit_test(at_the_first_signal),
		cmocka_unit_test(soon_when_it_sleeps_and_cannot_answer),
		cmocka_unit_test(not_as_mute_while_it_is_runnable)};
	int missing = namespaces_missing();
	if (missing)
		return missing;
	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
