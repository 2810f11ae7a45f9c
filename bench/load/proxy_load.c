#include "bench/load/proxy_load.h"

#include "bench/load/third_party.h"
#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct proxy_load {
	const struct process *proxy;
	uint64_t started_ns;
	struct third_party_report report;
};

static int start(void *self, struct error *error)
{
	struct proxy_load *load = self;
	(void)error;
	load->started_ns = clock_now_ns();
	return 0;
}

static bool is_done(void *self)
{
	return ((const struct proxy_load *)self)->report.ran_ns > 0;
}

static void stop(void *self)
{
	struct proxy_load *load = self;
	if (!is_done(load))
		load->report.ran_ns = clock_now_ns() - load->started_ns;
}

static int join(void *self, struct load_totals *totals, struct error *error)
{
	struct proxy_load *load = self;
	if (load_totals_init(totals) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	stop(load);
	return 0;
}

static uint64_t window_ns(const void *self)
{
	return ((const struct proxy_load *)self)->report.ran_ns;
}

static void progress(void *self, struct sample_progress *sample)
{
	sample->loader_cpu_ns = process_cpu_seen_ns(((const struct proxy_load *)self)->proxy);
}

static const struct third_party_report *report_of(const void *self)
{
	return &((const struct proxy_load *)self)->report;
}

static void destroy(void *self)
{
	struct proxy_load *load = self;
	free(load->report.command);
	free(load);
}

int proxy_load_create(
	struct load *load, const struct process *proxy, const char *command, struct error *error)
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
	struct proxy_load *own = calloc(1, sizeof(*own));
	char *text = own ? strdup(command) : NULL;
	if (!text) {
		free(own);
		return error_set(error, STATUS_FAILED, "no memory for the proxy's load");
	}
	own->proxy = proxy;
	own->report.command = text;
	snprintf(own->report.end, sizeof(own->report.end), "went on");
	*load = (struct load){&operations, own};
	return 0;
}
