#include "server/supervisor.h"

#include "common/clock.h"
#include "server/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the end of the server waits for the end of the reload helper. */
#define HELPER_END_MS 2000
/* How long the accounting, the last line, waits for a reader of stderr that is slow. */
#define LAST_LINE_MS 1000

static sigset_t signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	return set;
}

/* Returns a descriptor that SIGTERM, SIGINT and SIGHUP are read from, or -1 with errno. */
static int signals_open(void)
{
	sigset_t set = signals();
	signal(SIGPIPE, SIG_IGN);
	/* nohup(1) starts a program with SIGHUP ignored, and the kernel discards an ignored signal
	 * before a signalfd sees it. */
	signal(SIGHUP, SIG_DFL);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void phase_set(struct supervisor *s, enum supervisor_phase phase)
{
	static const enum worker_order orders[] = {
		[SUPERVISOR_SERVING] = WORKER_SERVE,
		[SUPERVISOR_LEAVING] = WORKER_LEAVE,
		[SUPERVISOR_DRAINING] = WORKER_DRAIN,
		[SUPERVISOR_ENDING] = WORKER_END,
	};
	s->phase = phase;
	worker_pool_order(&s->pool, orders[phase]);
}

/* Stops listening for the reload helper's results, and ends the helper. */
static void helper_leave(struct supervisor *s)
{
	event_del(&s->result);
	reload_leave(&s->reload);
}

static void helper_is_gone(void)
{
	log_event(LOG_RELOAD_FAILED, "reload failed reason=no-helper: this process goes on");
}

static void reload_begin(struct supervisor *s)
{
	if (s->phase != SUPERVISOR_SERVING || s->reloading)
		return;
	s->reloading = reload_ask(&s->reload) == 0;
	if (s->reloading)
		log_event(LOG_RELOAD, "reload begins");
	else
		helper_is_gone();
}

/* The first signal drains, the second ends at once. A process that a reload has replaced is still
 * to drain at the first: service managers signal every process of a service. */
static void end_begin(struct supervisor *s)
{
	if (s->phase == SUPERVISOR_LEAVING) {
		phase_set(s, SUPERVISOR_DRAINING);
		return;
	}
	if (s->phase != SUPERVISOR_SERVING) {
		log_event(LOG_END_NOW, "ends now");
		s->end_now = true;
		phase_set(s, SUPERVISOR_ENDING);
		return;
	}
	/* The helper holds the listening sockets, too: as long as it lives, clients can connect. A
	 * stopped helper must not stop this loop, so do not wait for its end here. */
	helper_leave(s);
	phase_set(s, SUPERVISOR_DRAINING);
	notify_stopping(&s->notify);
	log_event(
		LOG_DRAIN, "drains within_ms=%llu", (unsigned long long)(s->drain_ns / NS_PER_MS));
}

static void on_signal(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	struct signalfd_siginfo info;
	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload_begin(s);
	else
		end_begin(s);
}

/* Waits until the descriptor is ready, `within_ms` at most, and not at all once a second signal has
 * come. This thread reads the signals, so whatever it waits for outside its loop is waited for
 * here. Returns whether the descriptor is ready. */
static bool supervisor_await(struct supervisor *s, int fd, short events, int within_ms)
{
	uint64_t due_ns = clock_now_ns() + (uint64_t)within_ms * NS_PER_MS;
	for (;;) {
		struct pollfd watched[] = {
			{.fd = fd, .events = events}, {.fd = s->signal_fd, .events = POLLIN}};
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = now_ns < due_ns && !s->end_now ? due_ns - now_ns : 0;
		int found = poll(watched, 2, (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS));
		if (found == -1 && errno == EINTR)
			continue;
		if (found <= 0)
			return false;
		if (watched[0].revents)
			return true;
		on_signal(s->signal_fd, EV_READ, s);
	}
}

/* Waits until the address is free, since the next server may be started as soon as this one has
 * ended. Without a pidfd (before Linux 5.3) nothing tells of the helper's end. */
static void helper_await(struct supervisor *s)
{
	int exit_fd = s->reload.exit_fd;
	reload_leave(&s->reload);
	if (exit_fd != -1 && !supervisor_await(s, exit_fd, POLLIN, HELPER_END_MS))
		log_event(LOG_HELPER_STAYS,
			"reload helper pid=%d has not ended: it keeps the listening sockets until "
			"it does",
			(int)s->reload.pid);
	reload_close(&s->reload);
}

/* The helper says that a new process serves, or that none could be started. */
static void on_result(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	struct reload_result result;
	s->reloading = false;
	if (reload_result_read(&s->reload, &result) == -1) {
		helper_leave(s);
		helper_is_gone();
	} else if (result.pid != 0) {
		phase_set(s, SUPERVISOR_LEAVING);
		helper_leave(s);
		log_event(LOG_RELOADED, "reloaded pid=%d: this process drains within_ms=%llu",
			(int)result.pid, (unsigned long long)(s->drain_ns / NS_PER_MS));
	} else if (result.error != 0) {
		log_event(LOG_RELOAD_FAILED, "reload failed error=%s: this process goes on",
			strerrorname_np(result.error));
	} else {
		bool killed = WIFSIGNALED(result.wait_status);
		log_event(LOG_RELOAD_FAILED, "reload failed %s=%d: this process goes on",
			killed ? "signal" : "status",
			killed ? WTERMSIG(result.wait_status) : WEXITSTATUS(result.wait_status));
	}
}

static void on_ended(evutil_socket_t fd, short what, void *argument)
{
	struct supervisor *s = argument;
	eventfd_t ended;
	if (eventfd_read(fd, &ended) == -1)
		return;
	s->pool.running -= ended;
	/* A worker ended without being told to: its event loop failed. */
	if (s->phase == SUPERVISOR_SERVING)
		phase_set(s, SUPERVISOR_ENDING);
}

void supervisor_init(struct supervisor *s)
{
	*s = (struct supervisor){
		.reload = {.fd = -1, .exit_fd = -1},
		.notify = {.ready_fd = -1, .socket_fd = -1},
		.signal_fd = -1,
	};
	worker_pool_init(&s->pool);
}

int supervisor_open(struct supervisor *s)
{
	s->signal_fd = signals_open();
	return s->signal_fd == -1 ? -1 : worker_pool_open(&s->pool);
}

int supervisor_watch(struct supervisor *s)
{
	struct event_base *base = s->pool.workers[0]->base;
	event_assign(&s->signal, base, s->signal_fd, EV_READ | EV_PERSIST, on_signal, s);
	event_assign(&s->ended, base, s->pool.shared.ended_fd, EV_READ | EV_PERSIST, on_ended, s);
	event_assign(&s->result, base, s->reload.fd, EV_READ | EV_PERSIST, on_result, s);
	return event_add(&s->signal, NULL) == 0 && event_add(&s->ended, NULL) == 0 &&
			       event_add(&s->result, NULL) == 0
		       ? 0
		       : -1;
}

void supervisor_end_now(struct supervisor *s)
{
	phase_set(s, SUPERVISOR_ENDING);
}

void supervisor_run(struct supervisor *s)
{
	struct worker *own = s->pool.workers[0];
	worker_run(own);
	while (s->pool.running > 0 && own->status == 0)
		worker_turn(own);
	/* The main thread's loop has failed and reads no signal any more: end the other workers. */
	if (own->status != 0)
		phase_set(s, SUPERVISOR_ENDING);
	worker_pool_join(&s->pool);
	helper_await(s);
	supervisor_await(s, STDERR_FILENO, POLLOUT, LAST_LINE_MS);
}

void supervisor_close(struct supervisor *s)
{
	/* Where the start has failed: a signal that comes now is no first one. */
	s->phase = SUPERVISOR_ENDING;
	helper_await(s);
	worker_pool_close(&s->pool);
	notify_close(&s->notify);
	if (s->signal_fd != -1)
		close(s->signal_fd);
}

void supervisor_signals_unblock(void)
{
	sigset_t set = signals();
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
