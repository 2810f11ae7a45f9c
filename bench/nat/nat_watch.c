#include "bench/nat/nat_watch.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "common/sysctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_PERIOD_NS (100 * NS_PER_MS)
/* A look takes one part in so many of a processor, at most. */
#define LOOK_SHARE 100

#define TIME_WAIT_SETTING "net.netfilter.nf_conntrack_tcp_timeout_time_wait"

struct opening {
	struct nat_watch *watch;
	struct nat_report *report;
};

/* It is the server's kernel, too. A file that cannot be read has no such counter. */
static bool has_counter(const char *name)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *file = fopen("/proc/thread-self/net/netstat", "re");
	while (file && !found && getline(&line, &size, file) != -1)
		found = strstr(line, name) != NULL;
	if (file)
		fclose(file);
	free(line);
	return found;
}

static int watch_open(void *argument, struct error *error)
{
	struct nat_watch *watch = ((struct opening *)argument)->watch;
	char text[SYSCTL_VALUE_MAX];
	if (sysctl_read(TIME_WAIT_SETTING, text, sizeof(text)) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot read " TIME_WAIT_SETTING " of the NAT");
	((struct opening *)argument)->report->time_wait_s = strtod(text, NULL);
	((struct opening *)argument)->report->counts_older = has_counter(" PAWSTimewait ");
	watch->conntrack = conntrack_create(error);
	return watch->conntrack ? conntrack_counters(watch->conntrack, &watch->before, error) : -1;
}

int nat_watch_open(struct nat_watch *watch, const struct network *network,
	struct nat_report *report, struct error *error)
{
	struct opening opening = {watch, report};
	*watch = (struct nat_watch){.conntrack = NULL};
	return network->has_nat ? netns_run(network->middle_netns, watch_open, &opening, error) : 0;
}

void nat_watch_close(struct nat_watch *watch)
{
	conntrack_destroy(watch->conntrack);
	watch->conntrack = NULL;
}

static int counters_take(struct nat_watch *watch, struct nat_report *report, struct error *error)
{
	struct conntrack_counters now;
	if (conntrack_counters(watch->conntrack, &now, error) == -1)
		return -1;
	report->counters = (struct conntrack_counters){
		.insert_failed = now.insert_failed - watch->before.insert_failed,
		.drop = now.drop - watch->before.drop,
		.early_drop = now.early_drop - watch->before.early_drop,
		.invalid = now.invalid - watch->before.invalid,
	};
	if (report->counters.insert_failed > 0 && report->failed_ns == 0)
		report->failed_ns = clock_now_ns();
	return 0;
}

static int look(struct nat_watch *watch, struct nat_report *report, struct error *error)
{
	uint64_t ports = (uint64_t)report->port_high - report->port_low + 1;
	if (conntrack_census(watch->conntrack, &report->end, error) == -1)
		return -1;
	if (report->end.ports > report->peak.ports)
		report->peak = report->end;
	if (report->end.ports >= ports && report->full_ns == 0)
		report->full_ns = clock_now_ns();
	return counters_take(watch, report, error);
}

int nat_watch_look(struct nat_watch *watch, struct nat_report *report, struct error *error)
{
	if (!watch->conntrack || clock_now_ns() < watch->due_ns)
		return 0;
	uint64_t began_ns = clock_thread_cpu_ns();
	int result = look(watch, report, error);
	uint64_t pause_ns = LOOK_SHARE * (clock_thread_cpu_ns() - began_ns);
	watch->due_ns = clock_now_ns() + (pause_ns > LOOK_PERIOD_NS ? pause_ns : LOOK_PERIOD_NS);
	return result;
}

int nat_watch_finish(struct nat_watch *watch, struct nat_report *report, struct error *error)
{
	return watch->conntrack ? look(watch, report, error) : 0;
}
