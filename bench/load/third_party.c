#include "bench/load/third_party.h"

#include "common/clock.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KILL_AFTER_NS (2 * NS_PER_S)
#define LOOK_AGAIN_NS (5 * NS_PER_MS)

struct third_party {
	int netns_fd;
	struct command command;
	struct process process;
	atomic_bool started;             /* the sampler asks before, too */
	uint64_t started_ns, stopped_ns; /* 0: not yet */
	struct third_party_report report;
};

static int start(void *self, struct error *error)
{
	struct third_party *loader = self;
	loader->started_ns = clock_now_ns();
	if (process_start(&loader->process,
		    &(struct process_spec){
			    .netns_fd = loader->netns_fd,
			    .argv = loader->command.argv,
			    .is_family = true,
		    },
		    error) == -1)
		return -1;
	atomic_store(&loader->started, true);
	return 0;
}

static bool is_done(void *self)
{
	struct third_party *loader = self;
	struct third_party_report *report = &loader->report;
	if (process_poll(&loader->process)) {
		if (loader->stopped_ns && !report->killed &&
			clock_now_ns() > loader->stopped_ns + KILL_AFTER_NS) {
			report->killed = true;
			kill(loader->process.pid, SIGKILL);
		}
		return false;
	}
	if (report->ran_ns == 0)
		report->ran_ns = clock_now_ns() - loader->started_ns;
	return true;
}

static void stop(void *self)
{
	struct third_party *loader = self;
	if (loader->stopped_ns || is_done(loader))
		return;
	loader->stopped_ns = clock_now_ns();
	loader->report.ran_ns = loader->stopped_ns - loader->started_ns;
	loader->report.stopped = true;
	kill(loader->process.pid, SIGINT);
}

static int join(void *self, struct load_totals *totals, struct error *error)
{
	struct third_party *loader = self;
	struct third_party_report *report = &loader->report;
	if (load_totals_init(totals) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	while (!is_done(loader))
		clock_pause(LOOK_AGAIN_NS);
	totals->cpu_ns = process_cpu_ns(&loader->process);
	report->exit_status = process_exit_status(&loader->process);
	if (report->exit_status == 0)
		snprintf(report->end, sizeof(report->end), "exited with status 0");
	else
		process_describe_end(&loader->process, report->end, sizeof(report->end));
	memcpy(report->output, loader->process.output, sizeof(report->output));
	report->kind = loader_kind_read(report->output, &report->said);
	report->is_lookalike =
		report->kind && report->kind != loader_kind_of_command(loader->command.argv);
	return 0;
}

static uint64_t window_ns(const void *self)
{
	return ((const struct third_party *)self)->report.ran_ns;
}

static void progress(void *self, struct sample_progress *sample)
{
	struct third_party *loader = self;
	if (atomic_load(&loader->started))
		sample->loader_cpu_ns = process_cpu_ns(&loader->process);
}

static const struct third_party_report *report_of(const void *self)
{
	return &((const struct third_party *)self)->report;
}

static void destroy(void *self)
{
	struct third_party *loader = self;
	process_stop(&loader->process, 0);
	command_destroy(&loader->command);
	free(loader->report.command);
	free(loader);
}

const char *third_party_name(const struct third_party_report *report, char text[LOADER_NAME_SIZE])
{
	snprintf(text, LOADER_NAME_SIZE,
		report->is_lookalike ? "the loader, which prints as %s does," : "%s",
		report->kind->name);
	return text;
}

int third_party_create(
	struct load *load, int netns_fd, struct command *command, struct error *error)
{
	static const struct load_operations operations = {
		.start = start,
		.is_done = is_done,
		.stop = stop,
		.join = join,
		.window_ns = window_ns,
		.progress = progress,
		.third_party = report_of,
		.destroy = destroy,
	};
	struct third_party *loader = calloc(1, sizeof(*loader));
	char *text = loader ? command_text(command) : NULL;
	if (!text) {
		free(loader);
		command_destroy(command);
		return error_set(error, STATUS_FAILED, "no memory for the loader");
	}
	loader->netns_fd = netns_fd;
	loader->command = *command;
	loader->report.command = text;
	loader->process.output_fd = -1;
	*load = (struct load){&operations, loader};
	return 0;
}
