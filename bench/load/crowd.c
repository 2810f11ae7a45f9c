#include "bench/load/crowd.h"

#include "bench/load/crowd_loop.h"
#include "bench/load/load_thread.h"

#include <stdatomic.h>
#include <stdlib.h>

struct crowd {
	struct load_thread thread;
	struct hook_mark mark;
	struct crowd_loop *loop;
};

static void crowd_run(void *argument)
{
	crowd_loop_run(((struct crowd *)argument)->loop);
}

struct crowd *crowd_create(const struct builtin_loader_spec *spec, const struct client_list *list,
	const struct load_span *span, struct start_gate *gate, struct error *error)
{
	struct crowd *crowd = calloc(1, sizeof(*crowd));
	if (!crowd) {
		error_set(error, STATUS_FAILED, "no memory for the clients");
		return NULL;
	}
	crowd->thread = (struct load_thread){.netns = spec->network->client_netns,
		.gate = gate,
		.mark = &crowd->mark,
		.run = crowd_run,
		.argument = crowd};
	crowd->loop = crowd_loop_create(spec, list, span, &crowd->mark, error);
	if (crowd->loop && load_thread_start(&crowd->thread, error) == 0)
		return crowd;
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
	return atomic_load(&crowd->thread.ended) || crowd_loop_is_there(crowd->loop);
}

bool crowd_look(struct crowd *crowd, uint64_t passed_ns, bool is_due)
{
	return load_thread_look(&crowd->thread, passed_ns, is_due);
}

int crowd_hangs(const struct crowd *crowd)
{
	return load_thread_hook(&crowd->thread);
}

int crowd_check(const struct crowd *crowd, struct error *error)
{
	return load_thread_check(&crowd->thread, error);
}

int crowd_join(struct crowd *crowd, struct load_totals *totals, struct error *error)
{
	load_thread_join(&crowd->thread);
	if (load_thread_check(&crowd->thread, error) == -1)
		return -1;
	crowd_loop_add(crowd->loop, totals);
	totals->cpu_ns += load_thread_cpu_ns(&crowd->thread);
	return 0;
}

void crowd_count(const struct crowd *crowd, uint32_t index, struct client_count *count)
{
	crowd_loop_count(crowd->loop, index, count);
}

void crowd_progress(const struct crowd *crowd, struct sample_progress *progress, uint32_t *bins)
{
	crowd_loop_progress(crowd->loop, progress, bins);
	progress->loader_cpu_ns += load_thread_cpu_ns(&crowd->thread);
}

void crowd_destroy(struct crowd *crowd)
{
	if (!crowd || load_thread_hangs(&crowd->thread))
		return;
	load_thread_join(&crowd->thread);
	crowd_loop_destroy(crowd->loop);
	free(crowd);
}
