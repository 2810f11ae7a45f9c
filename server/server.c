#include "server/server.h"

#include "server/log.h"
#include "server/metrics.h"
#include "server/worker.h"
#include "strategies/core/registry.h"
#include "strategies/core/requirement.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum server_phase server_phase(const struct server *server)
{
	return __atomic_load_n(&server->phase, __ATOMIC_ACQUIRE);
}

static void phase_set(struct server *server, enum server_phase phase)
{
	__atomic_store_n(&server->phase, phase, __ATOMIC_RELEASE);
	for (size_t i = 0; i < server->worker_count; i++)
		worker_wake(server->workers[i]);
}

size_t server_metrics(const struct server *server, char *text, size_t size)
{
	struct metrics sum = {0};
	for (size_t i = 0; i < server->worker_count; i++)
		metrics_sum(&server->workers[i]->metrics, &sum);
	return metrics_render(&sum, server->strategy->name, text, size);
}

void server_worker_ended(struct server *server)
{
	eventfd_write(server->ended_fd, 1);
}

/* One worker a thread; the first listener's port is the port of all. */
static int workers_create(struct server *server, struct error *error)
{
	size_t threads = (size_t)server->options.threads;
	server->workers = calloc(threads, sizeof(*server->workers));
	if (!server->workers)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	if (listener_probe(&server->address, error) == -1)
		return -1;
	while (server->worker_count < threads) {
		int fd = listener_open(&server->address, &server->options, server->strategy, error);
		struct worker *w = fd == -1 ? NULL : worker_create(server, fd, error);
		if (!w)
			return -1;
		server->workers[server->worker_count++] = w;
	}
	return 0;
}

/* Starts the threads. Returns how many run; fewer than all is a failure. */
static size_t workers_start(struct server *server, struct error *error)
{
	for (size_t i = 0; i < server->worker_count; i++) {
		errno = pthread_create(
			&server->workers[i]->thread, NULL, worker_run, server->workers[i]);
		if (errno == 0)
			continue;
		error_set_errno(error, STATUS_FAILED, "cannot start a thread");
		return i;
	}
	return server->worker_count;
}

/* Returns when all of the running workers have ended: the first signal drains, the second ends. */
static void workers_supervise(struct server *server, int signal_fd, size_t running)
{
	struct pollfd watched[] = {
		{.fd = signal_fd, .events = POLLIN}, {.fd = server->ended_fd, .events = POLLIN}};
	while (running > 0) {
		struct signalfd_siginfo info;
		eventfd_t ended;
		if (poll(watched, 2, -1) == -1)
			continue;
		if (watched[0].revents && read(signal_fd, &info, sizeof(info)) == sizeof(info))
			phase_set(server, server_phase(server) == SERVER_RUNNING ? SERVER_DRAINING
										 : SERVER_ENDING);
		if (!watched[1].revents || eventfd_read(server->ended_fd, &ended) == -1)
			continue;
		running -= ended;
		/* Nobody said so: its loop failed. */
		if (server_phase(server) == SERVER_RUNNING)
			phase_set(server, SERVER_ENDING);
	}
}

/* Says what became of every connection. Returns STATUS_FAILED when one is unaccounted for. */
static int books_close(const struct server *server)
{
	int status = STATUS_OK;
	uint64_t opened = 0, closed = 0, left = 0;
	for (size_t i = 0; i < server->worker_count; i++) {
		const struct worker *w = server->workers[i];
		opened += w->metrics.counts.opened;
		closed += w->metrics.counts.states[EXECUTOR_ENDED];
		for (const struct conn *c = w->roster.all; c; c = c->next)
			left++;
		if (w->status != 0)
			status = STATUS_FAILED;
	}
	log_event(LOG_BOOKS, "opened=%llu closed=%llu left=%llu", (unsigned long long)opened,
		(unsigned long long)closed, (unsigned long long)left);
	return left == 0 && opened == closed ? status : STATUS_FAILED;
}

static void start_print(const struct server *server)
{
	char address[80];
	listener_address_format(&server->address, address, sizeof(address));
	log_event(LOG_LISTENING, "listening on %s strategy=%s threads=%zu", address,
		server->strategy->name, server->worker_count);
}

static int server_run(struct server *server, int signal_fd, struct error *error)
{
	size_t running = workers_start(server, error);
	bool all = running == server->worker_count;
	if (all)
		start_print(server);
	else
		phase_set(server, SERVER_ENDING);
	workers_supervise(server, signal_fd, running);
	for (size_t i = 0; i < running; i++)
		pthread_join(server->workers[i]->thread, NULL);
	int status = books_close(server);
	return all ? status : -1;
}

/* Signals are read from a descriptor; threads started later inherit the mask. */
static int signals_open(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Returns the exit status, or -1 with the reason in `error`. */
static int server_serve(struct server *server, struct error *error)
{
	int status = -1;
	int signal_fd = signals_open();
	server->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (signal_fd == -1 || server->ended_fd == -1)
		error_set_errno(error, STATUS_FAILED, "cannot start");
	else if (workers_create(server, error) == 0)
		status = server_run(server, signal_fd, error);
	for (size_t i = 0; i < server->worker_count; i++)
		worker_destroy(server->workers[i]);
	free(server->workers);
	if (signal_fd != -1)
		close(signal_fd);
	if (server->ended_fd != -1)
		close(server->ended_fd);
	return status;
}

int server_main(int argc, char **argv)
{
	struct error error = {.status = STATUS_FAILED};
	struct server server = {.phase = SERVER_RUNNING};
	int status = -1;
	switch (server_options_read(argc, argv, &server.options, &error)) {
	case OPTIONS_HELP_SHOWN:
		return STATUS_OK;
	case OPTIONS_REFUSED:
		break;
	case OPTIONS_PARSED:
		server.strategy = registry_resolve(server.options.strategy, &error);
		if (server.strategy &&
			listener_address_parse(server.options.listen, &server.address, &error) ==
				0 &&
			requirement_verify(server.strategy, TD_SERVER, &error) == 0)
			status = server_serve(&server, &error);
		break;
	}
	if (status != -1)
		return status;
	log_event(LOG_FAILED, "%s", error.text);
	return error.status;
}
