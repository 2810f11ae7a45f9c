#include "bench/load/crowd.h"

#include "bench/load/crowd_loop.h"
#include "bench/load/hang.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct crowd {
	pthread_t id;
	bool runs;
	atomic_bool ended;
	atomic_uint_fast64_t cpu_ns; /* of the thread, once it has ended */
	clockid_t cpu_clock;         /* known when the gate opens */
	int netns;
	struct start_gate *gate;
	struct hook_mark mark;
	struct hang hang;
	struct crowd_loop *loop;
	struct error error; /* text[0] is 0 where there is none */
};

static void *crowd_main(void *argument)
{
	struct crowd *crowd = argument;
	bool entered = netns_enter(crowd->netns, &crowd->error) == 0;
	pthread_getcpuclockid(pthread_self(), &crowd->cpu_clock);
	start_gate_wait(crowd->gate);
	if (entered)
		crowd_loop_run(crowd->loop);
	atomic_store(&crowd->cpu_ns, clock_thread_cpu_ns());
	atomic_store(&crowd->ended, true);
	return NULL;
}

struct crowd *crowd_create(const struct builtin_loader_spec *spec, const struct client_list *list,
	const struct load_span *span, struct start_gate *gate, struct error *error)
{
	struct crowd *crowd = calloc(1, sizeof(*crowd));
	if (!crowd) {
		error_set(error, STATUS_FAILED, "no memory for the clients");
		return NULL;
	}
	crowd->netns = spec->network->client_netns;
	crowd->gate = gate;
	crowd->loop = crowd_loop_create(spec, list, span, &crowd->mark, error);
	if (!crowd->loop) {
		free(crowd);
		return NULL;
	}
	errno = pthread_create(&crowd->id, NULL, crowd_main, crowd);
	crowd->runs = errno == 0;
	if (crowd->runs)
		return crowd;
	error_set_errno(error, STATUS_FAILED, "pthread_create");
	crowd_destroy(crowd);
	return NULL;
}

uint64_t crowd_started(const struct crowd *crowd)
{
	return crowd_loop_started(crowd->loop);
}

void crowd_allow(struct crowd *crowd, uint64_t connections)
{
	crowd_loop_allow(crowd->loop, connections);
}

bool crowd_is_there(const struct crowd *crowd)
{
	return atomic_load(&crowd->ended) || crowd_loop_is_there(crowd->loop);
}

bool crowd_look(struct crowd *crowd, uint64_t passed_ns, bool is_due)
{
	return atomic_load(&crowd->ended) ||
	       hang_look(&crowd->hang, &crowd->mark, passed_ns, is_due);
}

static bool is_hanging(const struct crowd *crowd)
{
	return crowd->hang.is_certain && !atomic_load(&crowd->ended);
}

int crowd_hangs(const struct crowd *crowd)
{
	return is_hanging(crowd) ? (int)hook_mark_read(&crowd->mark) : -1;
}

int crowd_check(const struct crowd *crowd, struct error *error)
{
	if (!crowd->error.text[0])
		return 0;
	*error = crowd->error;
	return -1;
}

int crowd_join(struct crowd *crowd, struct load_totals *totals, struct error *error)
{
	if (crowd->runs && !is_hanging(crowd)) {
		pthread_join(crowd->id, NULL);
		crowd->runs = false;
	}
	if (crowd_check(crowd, error) == -1)
		return -1;
	crowd_loop_add(crowd->loop, totals);
	totals->cpu_ns += atomic_load(&crowd->cpu_ns);
	return 0;
}

void crowd_count(const struct crowd *crowd, uint32_t index, struct client_count *count)
{
	crowd_loop_count(crowd->loop, index, count);
}

void crowd_progress(const struct crowd *crowd, struct sample_progress *progress, uint32_t *bins)
{
	struct timespec cpu;
	crowd_loop_progress(crowd->loop, progress, bins);
	bool ended = atomic_load(&crowd->ended);
	if (!ended && clock_gettime(crowd->cpu_clock, &cpu) == 0)
		progress->loader_cpu_ns += clock_timespec_ns(&cpu);
	else
		progress->loader_cpu_ns += atomic_load(&crowd->cpu_ns);
}

void crowd_destroy(struct crowd *crowd)
{
	if (!crowd || is_hanging(crowd))
		return;
	if (crowd->runs)
		pthread_join(crowd->id, NULL);
	crowd_loop_destroy(crowd->loop);
	free(crowd);
}
