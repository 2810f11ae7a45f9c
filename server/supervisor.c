#include "server/supervisor.h"

#include "common/clock.h"
#include "server/log.h"
#include "server/server.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct supervisor {
	struct server *server;
	size_t running;
	bool reloading;
};

int supervisor_signals_open(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	/* nohup(1) has it ignored, and a signal that is ignored is not read from a descriptor. */
	signal(SIGHUP, SIG_DFL);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void supervisor_reload(struct supervisor *s)
{
	if (server_phase(s->server) != SERVER_RUNNING || s->reloading)
		return;
	s->reloading = starter_ask(&s->server->starter) == 0;
	if (s->reloading)
		log_event(LOG_RELOAD, "reload begins");
	else
		log_event(
			LOG_RELOAD_FAILED, "reload failed reason=no-starter: this process goes on");
}

/* The first signal drains, the second ends. Whoever stops a service signals the process that a
 * reload has replaced, too, which has had none yet. */
static void supervisor_end(struct supervisor *s)
{
	struct server *server = s->server;
	if (server_phase(server) == SERVER_LEAVING) {
		server_phase_set(server, SERVER_DRAINING);
		return;
	}
	if (server_phase(server) != SERVER_RUNNING) {
		log_event(LOG_END_NOW, "ends now");
		server_phase_set(server, SERVER_ENDING);
		return;
	}
	/* It holds the listening sockets: as long as it lives, clients could still connect. */
	starter_close(&server->starter);
	server_phase_set(server, SERVER_DRAINING);
	notify_stopping(&server->notify);
	log_event(LOG_DRAIN, "drains within_ms=%llu",
		(unsigned long long)(server->options.drain_ns / NS_PER_MS));
}

static void on_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;
	if (read(s->server->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		supervisor_reload(s);
	else
		supervisor_end(s);
}

/* A new process serves, or could not be had. */
static void on_answer(struct supervisor *s)
{
	struct server *server = s->server;
	struct starter_answer answer;
	s->reloading = false;
	if (starter_answer(&server->starter, &answer) == -1) {
		starter_close(&server->starter);
		log_event(
			LOG_RELOAD_FAILED, "reload failed reason=no-starter: this process goes on");
	} else if (answer.pid != 0) {
		server_phase_set(server, SERVER_LEAVING);
		starter_close(&server->starter);
		log_event(LOG_RELOADED, "reloaded pid=%d: this process drains within_ms=%llu",
			(int)answer.pid,
			(unsigned long long)(server->options.drain_ns / NS_PER_MS));
	} else {
		bool killed = WIFSIGNALED(answer.wait_status);
		log_event(LOG_RELOAD_FAILED, "reload failed %s=%d: this process goes on",
			killed ? "signal" : "status",
			killed ? WTERMSIG(answer.wait_status) : WEXITSTATUS(answer.wait_status));
	}
}

static void on_ended(struct supervisor *s)
{
	eventfd_t ended;
	if (eventfd_read(s->server->ended_fd, &ended) == -1)
		return;
	s->running -= ended;
	/* Nobody said so: its loop failed. */
	if (server_phase(s->server) == SERVER_RUNNING)
		server_phase_set(s->server, SERVER_ENDING);
}

void supervisor_run(struct server *server, size_t running)
{
	struct supervisor s = {.server = server, .running = running};
	while (s.running > 0) {
		struct pollfd watched[] = {{.fd = server->signal_fd, .events = POLLIN},
			{.fd = server->ended_fd, .events = POLLIN},
			{.fd = server->starter.fd, .events = POLLIN}};
		if (poll(watched, 3, -1) == -1)
			continue;
		if (watched[0].revents)
			on_signal(&s);
		if (watched[2].revents && server->starter.fd != -1)
			on_answer(&s);
		if (watched[1].revents)
			on_ended(&s);
	}
}
