#include "server/supervisor.h"

#include "common/clock.h"
#include "server/log.h"
#include "server/server.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* It is not asked any more. */
static void reload_leave(struct supervisor *s)
{
	event_del(&s->answer);
	reload_close(&s->server->reload);
}

static void supervisor_reload(struct supervisor *s)
{
	if (server_phase(s->server) != SERVER_RUNNING || s->reloading)
		return;
	s->reloading = reload_ask(&s->server->reload) == 0;
	if (s->reloading)
		log_event(LOG_RELOAD, "reload begins");
	else
		log_event(
			LOG_RELOAD_FAILED, "reload failed reason=no-helper: this process goes on");
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
	reload_leave(s);
	server_phase_set(server, SERVER_DRAINING);
	notify_stopping(&server->notify);
	log_event(LOG_DRAIN, "drains within_ms=%llu",
		(unsigned long long)(server->options.drain_ns / NS_PER_MS));
}

static void on_signal(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	struct signalfd_siginfo info;
	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		supervisor_reload(s);
	else
		supervisor_end(s);
}

/* A new process serves, or could not be had. */
static void on_answer(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	struct server *server = s->server;
	struct reload_result answer;
	s->reloading = false;
	if (reload_result_read(&server->reload, &answer) == -1) {
		reload_leave(s);
		log_event(
			LOG_RELOAD_FAILED, "reload failed reason=no-helper: this process goes on");
	} else if (answer.pid != 0) {
		server_phase_set(server, SERVER_LEAVING);
		reload_leave(s);
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

static void on_ended(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	eventfd_t ended;
	if (eventfd_read(fd, &ended) == -1)
		return;
	s->running -= ended;
	/* Nobody said so: its loop failed. */
	if (server_phase(s->server) == SERVER_RUNNING)
		server_phase_set(s->server, SERVER_ENDING);
}

int supervisor_start(struct supervisor *s, struct server *server)
{
	struct event_base *base = server->workers[0]->base;
	*s = (struct supervisor){.server = server};
	event_assign(&s->signal, base, server->signal_fd, EV_READ | EV_PERSIST, on_signal, s);
	event_assign(&s->ended, base, server->ended_fd, EV_READ | EV_PERSIST, on_ended, s);
	event_assign(&s->answer, base, server->reload.fd, EV_READ | EV_PERSIST, on_answer, s);
	return event_add(&s->signal, NULL) == 0 && event_add(&s->ended, NULL) == 0 &&
			       event_add(&s->answer, NULL) == 0
		       ? 0
		       : -1;
}

void supervisor_run(struct supervisor *s, size_t running)
{
	struct worker *own = s->server->workers[0];
	s->running = running;
	while (!worker_has_ended(own))
		worker_turn(own);
	server_worker_ended(s->server);
	while (s->running > 0 && own->status == 0)
		worker_turn(own);
	/* It hears of nothing any more: the others are to end, too. */
	if (own->status != 0)
		server_phase_set(s->server, SERVER_ENDING);
}
