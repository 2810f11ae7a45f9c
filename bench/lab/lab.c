#include "bench/lab/lab.h"

#include "bench/lab/kernel_look.h"
#include "bench/lab/pair.h"
#include "bench/lab/story.h"
#include "bench/measure/counters.h"
#include "bench/network/netns.h"
#include "common/clock.h"
#include "common/sysctl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

double lab_now_s(const struct lab *lab)
{
	return (double)(clock_now_ns() - lab->began_ns) / 1e9;
}

int lab_netns(const struct lab *lab, enum lab_end end)
{
	return end == SERVER ? lab->network.server_netns : lab->network.client_netns;
}

bool lab_is_slow(const struct lab *lab)
{
	return lab->options->slow;
}

uint64_t lab_deadline_ns(void)
{
	return clock_now_ns() + LAB_DEADLINE_NS;
}

/* Counters ---------------------------------------------------------------------------------- */

static int counters_take(void *argument, struct error *error)
{
	struct counters_source source;
	if (counters_open(&source, error) == -1)
		return -1;
	int result = counters_read(&source, argument, error);
	counters_close(&source);
	return result;
}

unsigned lab_counter(struct lab *lab, enum lab_end end, const char *name)
{
	struct counters counters;
	struct error error = {0};
	if (lab_is_over(lab))
		return 0;
	if (netns_run(lab_netns(lab, end), counters_take, &counters, &error) == -1) {
		lab_fail(lab, "%s", error.text);
		return 0;
	}
	for (size_t i = 0; i < counters_row_count; i++)
		if (strcmp(counters_rows[i].name, name) == 0)
			return (unsigned)*(const uint64_t *)((const char *)&counters +
							     counters_rows[i].offset);
	lab_fail(lab, "no counter is called %s", name);
	return 0;
}

/* The stage --------------------------------------------------------------------------------- */

struct look_job {
	struct kernel_look **look;
	struct rest_source *rest;
};

static int look_open(void *argument, struct error *error)
{
	struct look_job *job = argument;
	*job->look = kernel_look_create(error);
	return *job->look ? rest_open(job->rest, error) : -1;
}

static int stage_make(struct lab *lab, struct error *error)
{
	const struct network_spec wired = {.family = lab->options->is_ipv6 ? AF_INET6 : AF_INET,
		.client_addresses = 1,
		.port_low = 32768,
		.port_high = 60999,
		.has_wire = true};
	const struct wire_spec plain = {.keeps_record = true};
	if (network_create(&lab->network, &wired, error) == -1)
		return -1;
	lab->wire = wire_create(&lab->network, &plain, error);
	if (!lab->wire)
		return -1;
	for (unsigned end = 0; end < LAB_ENDS; end++) {
		struct look_job job = {&lab->looks[end], &lab->rests[end]};
		if (netns_run(lab_netns(lab, end), look_open, &job, error) == -1)
			return -1;
	}
	lab_listen(lab);
	return 0;
}

static void stage_clear(struct lab *lab)
{
	pairs_close(lab);
	lab_stop_listening(lab);
	wire_destroy(lab->wire);
	pairs_free(lab);
	lab_tls_destroy(lab->tls);
	for (unsigned end = 0; end < LAB_ENDS; end++) {
		kernel_look_destroy(lab->looks[end]);
		rest_close(&lab->rests[end]);
	}
	network_destroy(&lab->network);
}

int lab_play(const struct lesson *lesson, const struct lab_options *options,
	struct lesson_outcome *outcome, struct error *error)
{
	struct lab lab = {
		.lesson = lesson,
		.options = options,
		.network = NETWORK_NONE,
		.rests = {{.links = -1}, {.links = -1}},
		.listener = -1,
		.accepts = true,
		.outcome = outcome,
		.began_ns = clock_now_ns(),
	};
	outcome_init(outcome, lesson);
	outcome->is_ipv6 = options->is_ipv6;
	int result = stage_make(&lab, error);
	if (result == 0 && !lab_is_over(&lab))
		lesson->play(&lab);
	if (result == 0 && lab.wire)
		result = story_tell(&lab, error);
	lab_decide_rest(&lab);
	stage_clear(&lab);
	outcome->seconds = lab_now_s(&lab);
	return result;
}
