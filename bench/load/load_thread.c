#include "bench/load/load_thread.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>

static void *thread_main(void *argument)
{
	struct load_thread *thread = argument;
	bool entered = netns_enter(thread->netns, &thread->error) == 0;
	pthread_getcpuclockid(pthread_self(), &thread->cpu_clock);
	start_gate_wait(thread->gate);
	if (entered)
		thread->run(thread->argument);
	atomic_store(&thread->cpu_ns, clock_thread_cpu_ns());
	atomic_store(&thread->ended, true);
	if (thread->has_ended)
		thread->has_ended(thread->argument);
	return NULL;
}

int load_thread_start(struct load_thread *thread, struct error *error)
{
	errno = pthread_create(&thread->id, NULL, thread_main, thread);
	thread->runs = errno == 0;
	return thread->runs ? 0 : error_set_errno(error, STATUS_FAILED, "pthread_create");
}

bool load_thread_look(struct load_thread *thread, uint64_t passed_ns, bool is_due)
{
	return atomic_load(&thread->ended) ||
	       hang_look(&thread->hang, thread->mark, passed_ns, is_due);
}

bool load_thread_hangs(const struct load_thread *thread)
{
	return thread->hang.is_certain && !atomic_load(&thread->ended);
}

int load_thread_hook(const struct load_thread *thread)
{
	return load_thread_hangs(thread) ? (int)hook_mark_read(thread->mark) : -1;
}

int load_thread_check(const struct load_thread *thread, struct error *error)
{
	if (!thread->error.text[0])
		return 0;
	*error = thread->error;
	return -1;
}

void load_thread_join(struct load_thread *thread)
{
	if (!thread->runs || load_thread_hangs(thread))
		return;
	pthread_join(thread->id, NULL);
	thread->runs = false;
}

uint64_t load_thread_cpu_ns(const struct load_thread *thread)
{
	struct timespec cpu;
	if (!atomic_load(&thread->ended) && clock_gettime(thread->cpu_clock, &cpu) == 0)
		return clock_timespec_ns(&cpu);
	return atomic_load(&thread->cpu_ns);
}
