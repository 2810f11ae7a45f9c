/* A server's end on this host, in a namespace. */
#include "bench/ends/server_end_kind.h"

#include "bench/measure/ending.h"
#include "bench/network/netns.h"
#include "common/clock.h"

static int diag_open_here(void *argument, struct error *error)
{
	struct server_end *end = argument;
	end->diag = diag_create(&end->flow, TD_SERVER, error);
	return end->diag ? 0 : -1;
}

static struct address address_of(const struct server_end *end)
{
	struct address address = end->flow.network->server_address;
	address_set_port(&address, end->flow.server_port);
	return address;
}

static int listeners_list(
	const struct server_end *end, struct listeners *listeners, struct error *error)
{
	return diag_listeners(end->diag, listeners, error);
}

/* On a host that others use: with SO_REUSEPORT both would listen, and share the connections. */
static int port_check(const struct server_end *end, struct error *error)
{
	struct listeners listeners;
	const struct address address = address_of(end);
	if (listeners_list(end, &listeners, error) == -1)
		return -1;
	if (listeners_reach(&listeners, &address))
		return error_set(error, STATUS_FAILED, "another program listens on port %u already",
			end->flow.server_port);
	if (listeners.count == LISTENERS_MAX)
		return error_set(error, STATUS_FAILED,
			"programs listen at %d addresses or more here: whether one of them is at "
			"port %u cannot be told",
			LISTENERS_MAX, end->flow.server_port);
	return 0;
}

int server_end_serve(struct server_end *end, const struct load_flow *flow,
	const struct server_program_spec *spec, const volatile bool *interrupted,
	struct error *error)
{
	end->kind = &server_end_local;
	end->flow = *flow;
	if (netns_run(flow->network->server_netns, diag_open_here, end, error) == -1 ||
		port_check(end, error) == -1)
		return -1;
	return server_program_start(
		&end->process, spec, flow->network, end->diag, interrupted, error);
}

static int begin(struct server_end *end, struct error *error)
{
	struct server_end_report *report = &end->report;
	const struct address address = address_of(end);
	uint64_t ignored;
	if (listeners_list(end, &end->listeners, error) == -1)
		return -1;
	report->backlog_is_known = listeners_backlog(&end->listeners, &address, &report->backlog);
	end->cpu_before_ns = process_cpu_ns(&end->process);
	end->ended_before = process_tree_ended(&end->process.tree);
	/* Looks for all processes of the server first. */
	report->rss_before = process_rss_bytes(&end->process, &ignored);
	return accept_look_begin(
		&end->accept_look, end->flow.network, &address, &end->process, error);
}

static int arm(struct server_end *end, const struct server_end_load *load, struct error *error)
{
	end->stop_look = (struct stop_look){end->diag, end->accept_look.watch, &end->process};
	end->stop_watch.serves = stop_look_serves;
	end->stop_watch.argument = &end->stop_look;
	end->descriptor_watch.serves = stop_look_holds;
	end->descriptor_watch.argument = &end->stop_look;
	end->descriptor_watch.connections = load->connections;
	listener_look_begin(&end->listener_look, end->diag);
	if (load->timeout_ns == 0)
		return 0;
	quiet_watch_begin(&end->late_watch, end->diag, 2 * ENDING_LATE_NS);
	quiet_watch_begin(&end->quiet_watch, end->diag, load->timeout_ns);
	return 0;
}

static bool look_first(struct server_end *end)
{
	return descriptor_watch_look(&end->descriptor_watch, &end->process);
}

static void look_near(struct server_end *end)
{
	descriptor_watch_look_near(&end->descriptor_watch);
}

static void look_at_program(struct server_end *end)
{
	close_watch_look(&end->close_watch, &end->process);
	stop_watch_look(&end->stop_watch, &end->process);
}

static int look(struct server_end *end, bool is_late, struct error *error)
{
	struct process *process = &end->process;
	quiet_watch_look(&end->quiet_watch, process, &end->report.quiet_holder);
	if (is_late)
		quiet_watch_look(&end->late_watch, process, &end->report.late_holder);
	if (accept_look_turn(&end->accept_look, process, error) == -1)
		return -1;
	return listener_look_turn(&end->listener_look, end->accept_look.watch, process, error);
}

static bool runs(struct server_end *end)
{
	return process_poll(&end->process);
}

static void describe(struct server_end *end, char *text, size_t size)
{
	process_describe_end(&end->process, text, size);
}

static uint64_t cpu_now_ns(struct server_end *end)
{
	return process_cpu_ns(&end->process);
}

static int load_is_over(struct server_end *end, struct error *error)
{
	return accept_look_load_is_over(&end->accept_look, clock_now_ns(), error);
}

static int64_t waiting(struct server_end *end, struct error *error)
{
	return accept_look_waiting(&end->accept_look, error);
}

/* The sampler has read all of it. */
static void sample_read(const struct server_end *end, struct sample *sample)
{
	(void)end;
	(void)sample;
}

static void open_read(const struct server_end *end, struct census_open *open)
{
	(void)end;
	(void)open;
}

static void samples_read(const struct server_end *end, struct sample *samples, size_t count)
{
	(void)end;
	(void)samples;
	(void)count;
}

static int settled(struct server_end *end, struct error *error)
{
	struct listeners listeners;
	const struct address address = address_of(end);
	/* At once: the counters that were read last go on, and the drops are among them. */
	int result = listeners_list(end, &listeners, error);
	if (result == 0)
		end->report.listener_drops = listeners_drops(&listeners, &end->listeners, &address);
	stop_watch_look_now(&end->stop_watch, &end->process);
	return result;
}

/* What is still open, and which of the server's processes hold it. */
static int holders_take(
	struct server_end *end, const struct held_sockets *still_open, struct error *error)
{
	struct close_waits waits;
	if (holders_find(still_open, &end->process, end->report.holders) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the holders of sockets");
	if (diag_close_waits(end->diag, &waits, error) == -1)
		return -1;
	if (unclosed_find(&waits, &end->process, &end->report.unclosed) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the holders of sockets");
	return 0;
}

static void watches_take(struct server_end *end)
{
	struct server_end_report *report = &end->report;
	report->close_watch = end->close_watch.report;
	report->stop_watch = end->stop_watch.report;
	report->descriptor_watch = descriptor_watch_report(&end->descriptor_watch);
	accept_look_finish(
		&end->accept_look, &end->process, &report->accept_watch, &report->accept_holder);
	report->accept_limit = end->accept_look.limit;
	report->listener_wait = end->listener_look.wait;
	accept_watch_gaps(end->accept_look.watch, &report->listener_gaps);
}

static void processes_take(struct server_end *end)
{
	struct server_end_report *report = &end->report;
	/* Looks for processes of the server first: one that it made of late used CPU time too. */
	process_rss_bytes(&end->process, &report->rss_peak);
	uint64_t cpu_ns = process_cpu_ns(&end->process);
	report->cpu_ns = cpu_ns > end->cpu_before_ns ? cpu_ns - end->cpu_before_ns : 0;
	report->ended = process_tree_ended(&end->process.tree) - end->ended_before;
}

static int report_take(
	struct server_end *end, const struct held_sockets *still_open, struct error *error)
{
	if (holders_take(end, still_open, error) == -1)
		return -1;
	watches_take(end);
	processes_take(end);
	return 0;
}

static int stop(struct server_end *end)
{
	int result = server_program_stop(&end->process);
	launcher_close(&end->launcher);
	return result;
}

static void clear(struct server_end *end)
{
	hook_marks_finish(&end->process.marks);
	descriptor_watch_finish(&end->descriptor_watch);
	accept_look_clear(&end->accept_look);
	diag_destroy(end->diag);
	end->diag = NULL;
}

const struct server_end_kind server_end_local = {
	.listeners = listeners_list,
	.begin = begin,
	.arm = arm,
	.look_first = look_first,
	.look_near = look_near,
	.look = look,
	.look_at_program = look_at_program,
	.runs = runs,
	.describe = describe,
	.cpu_ns = cpu_now_ns,
	.load_is_over = load_is_over,
	.waiting = waiting,
	.sample = sample_read,
	.settled = settled,
	.report = report_take,
	.open = open_read,
	.samples = samples_read,
	.stop = stop,
	.clear = clear,
};
