#include "server/server.h"

#include "common/clock.h"
#include "server/capacity.h"
#include "server/host/sandbox.h"
#include "server/host/sockets.h"
#include "server/host/sockstat.h"
#include "server/host/user.h"
#include "server/log.h"
#include "server/memory.h"
#include "server/metrics.h"
#include "strategies/core/registry.h"
#include "strategies/core/requirement.h"

#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How /metrics is closed, whatever is shown of another strategy. */
#define METRICS_STRATEGY "graceful"
/* Whoever reads /metrics is near, and quick. */
#define METRICS_TIMEOUT_NS (2 * NS_PER_S)
#define METRICS_CONNECTIONS 16

enum server_phase server_phase(const struct server *server)
{
	return __atomic_load_n(&server->phase, __ATOMIC_ACQUIRE);
}

void server_phase_set(struct server *server, enum server_phase phase)
{
	__atomic_store_n(&server->phase, phase, __ATOMIC_RELEASE);
	for (size_t i = 0; i < server->worker_count; i++)
		worker_wake(server->workers[i]);
}

size_t server_metrics(const struct server *server, char *text, size_t size)
{
	struct metrics sum = {0};
	struct metrics_gauges gauges = {0};
	for (size_t i = 0; i < server->serving_count; i++)
		metrics_sum(&server->workers[i]->metrics, &sum);
	gauges.has_time_wait = sockstat_time_wait(server->sockstat_fd, &gauges.time_wait) == 0;
	gauges.has_memory = memory_read(&gauges.memory) == 0;
	return metrics_render(&sum, &gauges, server->serving.strategy->name, text, size);
}

void server_worker_ended(struct server *server)
{
	eventfd_write(server->ended_fd, 1);
}

static int worker_add(struct server *server, const struct role *role, int fd, struct error *error)
{
	if (fd == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start a thread");
	struct worker *w = worker_create(server, role, fd, error);
	if (!w)
		return -1;
	server->workers[server->worker_count++] = w;
	return 0;
}

static int workers_create(struct server *server, struct sockets *sockets, struct error *error)
{
	size_t threads = (size_t)server->options.threads;
	server->workers = calloc(threads + 1, sizeof(*server->workers));
	if (!server->workers)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	for (; server->serving_count < threads; server->serving_count++) {
		int fd = sockets_share(sockets, server->serving_count);
		if (worker_add(server, &server->serving, fd, error) == -1)
			return -1;
	}
	if (sockets->metrics_fd == -1)
		return 0;
	int fd = sockets->metrics_fd;
	sockets->metrics_fd = -1;
	return worker_add(server, &server->metrics, fd, error);
}

/* Starts the threads of all workers but the first, which the main thread runs. Returns how many run
 * with it; fewer than all is a failure. */
static size_t workers_start(struct server *server, struct error *error)
{
	for (size_t i = 1; i < server->worker_count; i++) {
		errno = pthread_create(
			&server->workers[i]->thread, NULL, worker_run, server->workers[i]);
		if (errno == 0)
			continue;
		error_set_errno(error, STATUS_FAILED, "cannot start a thread");
		return i;
	}
	return server->worker_count;
}

/* Says what became of every connection. Returns STATUS_FAILED when one is unaccounted for. */
static int accounting_print(const struct server *server)
{
	int status = STATUS_OK;
	uint64_t opened = 0, closed = 0, left = 0;
	for (size_t i = 0; i < server->worker_count; i++) {
		const struct worker *w = server->workers[i];
		uint64_t ended = w->metrics.counts.states[EXECUTOR_ENDED];
		if (w->status != 0 || ended != w->metrics.counts.opened || w->connections.count > 0)
			status = STATUS_FAILED;
		if (i >= server->serving_count)
			continue;
		opened += w->metrics.counts.opened;
		closed += ended;
		left += w->connections.count;
	}
	log_event(LOG_ACCOUNTING, "opened=%llu closed=%llu left=%llu", (unsigned long long)opened,
		(unsigned long long)closed, (unsigned long long)left);
	return status;
}

static void start_print(
	const struct server *server, const struct sockets *sockets, bool root, const char *sandbox)
{
	char address[80];
	listener_address_format(&sockets->address, address, sizeof(address));
	log_event(LOG_LISTENING, "listening on %s strategy=%s threads=%zu", address,
		server->serving.strategy->name, server->serving_count);
	capacity_print(&server->options);
	if (server->worker_count > server->serving_count) {
		listener_address_format(&sockets->metrics_address, address, sizeof(address));
		log_event(LOG_METRICS, "metrics on %s", address);
	}
	if (sockets->inherited)
		log_event(LOG_INHERITED, "inherited sockets=%zu: --listen is not used",
			sockets->count);
	if (root)
		log_event(LOG_ROOT, "runs as the host's root: --user NAME would make it another");
	log_event(LOG_SANDBOX, "sandbox %s", sandbox);
}

/* The last that needs rights is done: gives them up, and serves. Returns the exit status, or -1
 * with the reason in `error`. */
static int server_run(struct server *server, struct sockets *sockets, struct error *error)
{
	char sandbox[96];
	bool root = user_is_root();
	sockets_close(sockets);
	sandbox_enter(server->options.no_sandbox, sandbox, sizeof(sandbox));
	size_t running = workers_start(server, error);
	bool all = running == server->worker_count;
	if (all) {
		start_print(server, sockets, root, sandbox);
		notify_ready(&server->notify);
	} else {
		server_phase_set(server, SERVER_ENDING);
	}
	supervisor_run(&server->supervisor, running);
	for (size_t i = 1; i < running; i++)
		pthread_join(server->workers[i]->thread, NULL);
	return all ? accounting_print(server) : -1;
}

/* Everything that the sandbox does not allow. Returns 0 or -1. */
static int server_prepare(
	struct server *server, char **argv, struct sockets *sockets, struct error *error)
{
	char program[PATH_MAX];
	const char *user = server->options.user;
	if (reload_program(program, sizeof(program)) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot read /proc/self/exe");
	if (sockets_open(sockets, &server->serving, &server->metrics, error) == -1)
		return -1;
	/* At least one for each socket, since nobody else would accept from it. */
	if (server->options.threads < sockets->count)
		server->options.threads = sockets->count;
	if (capacity_settle(&server->options, error) == -1)
		return -1;
	notify_open(&server->notify);
	server->sockstat_fd = sockstat_open();
	if ((user && user_become(user, error) == -1) || sandbox_keep_privileges_low(error) == -1 ||
		reload_open(&server->reload, program, argv, sockets, error) == -1)
		return -1;
	if (workers_create(server, sockets, error) == -1)
		return -1;
	if (supervisor_start(&server->supervisor, server) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	return 0;
}

/* What libevent would print it returns as well, and we say it in our own words. */
static void libevent_mute(int severity, const char *text)
{
}

/* Returns the exit status, or -1 with the reason in `error`. */
static int server_serve(struct server *server, char **argv, struct error *error)
{
	int status = -1;
	struct sockets sockets;
	event_set_log_callback(libevent_mute);
	sockets_init(&sockets);
	server->signal_fd = supervisor_signals_open();
	server->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (server->signal_fd == -1 || server->ended_fd == -1)
		error_set_errno(error, STATUS_FAILED, "cannot start");
	else if (server_prepare(server, argv, &sockets, error) == 0)
		status = server_run(server, &sockets, error);
	sockets_close(&sockets);
	for (size_t i = 0; i < server->worker_count; i++)
		worker_destroy(server->workers[i]);
	free(server->workers);
	reload_close(&server->reload);
	notify_close(&server->notify);
	int fds[] = {server->signal_fd, server->ended_fd, server->sockstat_fd};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] != -1)
			close(fds[i]);
	return status;
}

static void metrics_options_fill(
	struct server_options *metrics, const struct server_options *options)
{
	*metrics = *options;
	metrics->threads = 1;
	metrics->requests_per_connection = 0;
	metrics->response_bytes = 0;
	metrics->max_connections = METRICS_CONNECTIONS;
	metrics->max_lingering = METRICS_CONNECTIONS;
	metrics->idle_ns = 0;
	metrics->grace_ns = METRICS_TIMEOUT_NS;
	metrics->keep_alive_ns = METRICS_TIMEOUT_NS;
	metrics->header_timeout_ns = METRICS_TIMEOUT_NS;
	metrics->write_timeout_ns = METRICS_TIMEOUT_NS;
}

static int server_init(struct server *server, struct error *error)
{
	const struct server_options *options = &server->options;
	const struct td_strategy *strategy = registry_resolve(options->strategy, error);
	if (!strategy || requirement_verify(strategy, TD_SERVER, error) == -1)
		return -1;
	metrics_options_fill(&server->metrics_options, options);
	server->serving =
		(struct role){options, strategy, .metrics = server_options_metrics_beside(options)};
	server->metrics = (struct role){
		&server->metrics_options, registry_find(METRICS_STRATEGY, error), .metrics = true};
	return server->metrics.strategy ? 0 : -1;
}

int server_main(int argc, char **argv)
{
	struct error error = {.status = STATUS_FAILED};
	struct server server = {.phase = SERVER_RUNNING,
		.sockstat_fd = -1,
		.reload = {.fd = -1},
		.notify = {.ready_fd = -1, .socket_fd = -1}};
	int status = -1;
	switch (server_options_read(argc, argv, &server.options, &error)) {
	case OPTIONS_HELP_SHOWN:
		return STATUS_OK;
	case OPTIONS_REFUSED:
		break;
	case OPTIONS_PARSED:
		if (server_init(&server, &error) == 0)
			status = server_serve(&server, argv, &error);
		break;
	}
	if (status != -1)
		return status;
	log_event(LOG_FAILED, "%s", error.text);
	return error.status;
}
