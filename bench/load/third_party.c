#include "bench/load/third_party.h"

#include "common/clock.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KILL_AFTER_NS (2 * NS_PER_S)
#define LOOK_AGAIN_NS (5 * NS_PER_MS)

struct outside {
	int netns_fd;
	bool wants_wrk;
	struct command command;
	struct process process;
	atomic_bool started;             /* the sampler asks before, too */
	uint64_t started_ns, stopped_ns; /* 0: not yet */
	struct outside_report report;
};

static int start(void *self, struct error *error)
{
	struct outside *outside = self;
	outside->started_ns = clock_now_ns();
	if (process_start(&outside->process,
		    &(struct process_spec){
			    .netns_fd = outside->netns_fd,
			    .argv = outside->command.argv,
			    .is_family = true,
		    },
		    error) == -1)
		return -1;
	atomic_store(&outside->started, true);
	return 0;
}

static bool is_done(void *self)
{
	struct outside *outside = self;
	struct outside_report *report = &outside->report;
	if (process_poll(&outside->process)) {
		if (outside->stopped_ns && !report->killed &&
			clock_now_ns() > outside->stopped_ns + KILL_AFTER_NS) {
			report->killed = true;
			kill(outside->process.pid, SIGKILL);
		}
		return false;
	}
	if (report->ran_ns == 0)
		report->ran_ns = clock_now_ns() - outside->started_ns;
	return true;
}

static void stop(void *self)
{
	struct outside *outside = self;
	if (outside->stopped_ns || is_done(outside))
		return;
	outside->stopped_ns = clock_now_ns();
	outside->report.ran_ns = outside->stopped_ns - outside->started_ns;
	outside->report.stopped = true;
	kill(outside->process.pid, SIGINT);
}

static int join(void *self, struct tally *tally, struct error *error)
{
	struct outside *outside = self;
	struct outside_report *report = &outside->report;
	if (tally_init(tally) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	while (!is_done(outside))
		nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_NS}, NULL);
	tally->cpu_ns = process_cpu_ns(&outside->process);
	report->exit_status = process_exit_status(&outside->process);
	if (report->exit_status == 0)
		snprintf(report->end, sizeof(report->end), "exited with status 0");
	else
		process_describe_end(&outside->process, report->end, sizeof(report->end));
	memcpy(report->output, outside->process.output, sizeof(report->output));
	report->is_wrk = outside->wants_wrk && wrk_parse(report->output, &report->wrk) == 0;
	return 0;
}

static uint64_t window_ns(const void *self)
{
	return ((const struct outside *)self)->report.ran_ns;
}

static void progress(void *self, struct sample_progress *sample)
{
	struct outside *outside = self;
	if (atomic_load(&outside->started))
		sample->loader_cpu_ns = process_cpu_ns(&outside->process);
}

static const struct outside_report *report_of(const void *self)
{
	return &((const struct outside *)self)->report;
}

static void destroy(void *self)
{
	struct outside *outside = self;
	process_stop(&outside->process, 0);
	command_destroy(&outside->command);
	free(outside);
}

int outside_create(
	struct load *load, int netns_fd, struct command *command, bool is_wrk, struct error *error)
{
	static const struct load_operations operations = {
		.start = start,
		.is_done = is_done,
		.stop = stop,
		.join = join,
		.window_ns = window_ns,
		.progress = progress,
		.outside = report_of,
		.destroy = destroy,
	};
	struct outside *outside = calloc(1, sizeof(*outside));
	if (!outside) {
		command_destroy(command);
		return error_set(error, STATUS_FAILED, "no memory for the loader");
	}
	outside->netns_fd = netns_fd;
	outside->wants_wrk = is_wrk;
	outside->command = *command;
	outside->process.output_fd = -1;
	outside->report.is_outside = true;
	command_print(command, outside->report.command, sizeof(outside->report.command));
	*load = (struct load){&operations, outside};
	return 0;
}
