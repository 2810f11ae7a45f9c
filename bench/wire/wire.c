#include "bench/wire/wire.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* A sleep ends up to this much late; so long before a frame is due the thread does not sleep. */
#define SPIN_NS (60 * NS_PER_US)

struct wire {
	struct relay relay;
	struct relay_spec spec;
	int netns;
	int wake, epoll; /* -1: not open */
	pthread_t thread;
	bool has_thread;
	atomic_bool is_to_end, is_called;
	pthread_mutex_t callers; /* one at a time */
	pthread_mutex_t lock;    /* of the call */
	pthread_cond_t is_done;
	wire_work *work; /* NULL: nothing is to be done */
	void *argument;
	uint64_t began_ns;
};

static void work_do(struct wire *wire)
{
	pthread_mutex_lock(&wire->lock);
	if (wire->work && wire->work(&wire->relay, wire->argument)) {
		wire->work = NULL;
		atomic_store(&wire->is_called, false);
		pthread_cond_broadcast(&wire->is_done);
	}
	pthread_mutex_unlock(&wire->lock);
}

/* Until a frame arrives, one is due, or somebody wakes the thread. */
static void wait(struct wire *wire)
{
	struct epoll_event events[RELAY_ENDS + 1];
	uint64_t due_ns = relay_due_ns(&wire->relay), now_ns = clock_now_ns(), left_ns = 0;
	if (due_ns > now_ns + SPIN_NS)
		left_ns = due_ns - now_ns - SPIN_NS;
	const struct timespec most = {(time_t)(left_ns / NS_PER_S), (long)(left_ns % NS_PER_S)};
	int got = epoll_pwait2(
		wire->epoll, events, RELAY_ENDS + 1, due_ns == UINT64_MAX ? NULL : &most, NULL);
	uint64_t wakes;
	for (int i = 0; i < got; i++)
		if (events[i].data.fd == wire->wake)
			(void)!read(wire->wake, &wakes, sizeof(wakes));
}

static void *wire_run(void *argument)
{
	struct wire *wire = argument;
	while (!atomic_load(&wire->is_to_end)) {
		bool has_more = relay_turn(&wire->relay);
		if (atomic_load(&wire->is_called))
			work_do(wire);
		if (!has_more)
			wait(wire);
	}
	return NULL;
}

static int relay_set_up(void *argument, struct error *error)
{
	struct wire *wire = argument;
	return relay_open(&wire->relay, &wire->spec, error);
}

static bool watch(const struct wire *wire, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	return epoll_ctl(wire->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static int thread_start(struct wire *wire, struct error *error)
{
	wire->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wire->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (wire->wake == -1 || wire->epoll == -1 || !watch(wire, wire->wake) ||
		!watch(wire, wire->relay.links[RELAY_SERVER].shared.fd) ||
		!watch(wire, wire->relay.links[RELAY_CLIENT].shared.fd))
		return error_set_errno(error, STATUS_FAILED, "cannot watch the wire");
	wire->began_ns = clock_now_ns();
	errno = pthread_create(&wire->thread, NULL, wire_run, wire);
	wire->has_thread = errno == 0;
	return wire->has_thread ? 0 : error_set_errno(error, STATUS_FAILED, "a thread of the wire");
}

struct wire *wire_create(
	const struct network *network, const struct wire_spec *spec, struct error *error)
{
	struct wire *wire = calloc(1, sizeof(*wire));
	if (!wire) {
		error_set(error, STATUS_FAILED, "no memory for the wire");
		return NULL;
	}
	wire->wake = wire->epoll = -1;
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		wire->relay.links[end].shared.fd = wire->relay.outlets[end].shared.fd = -1;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&wire->callers, NULL);
	pthread_mutex_init(&wire->lock, NULL);
	pthread_cond_init(&wire->is_done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	wire->spec = (struct relay_spec){
		.ifindexes = {network->middle_server_ifindex, network->middle_client_ifindex},
		.impairments = {spec->impairment, spec->impairment},
		.seed = spec->seed,
		.capture_path = spec->capture_path,
		.keeps_record = spec->keeps_record,
	};
	if (netns_run(network->middle_netns, relay_set_up, wire, error) == -1 ||
		thread_start(wire, error) == -1) {
		wire_destroy(wire);
		return NULL;
	}
	return wire;
}

static void wake(const struct wire *wire)
{
	const uint64_t one = 1;
	while (write(wire->wake, &one, sizeof(one)) == -1 && errno == EINTR)
		;
}

bool wire_call(struct wire *wire, wire_work *work, void *argument, uint64_t deadline_ns)
{
	const struct timespec deadline = {
		(time_t)(deadline_ns / NS_PER_S), (long)(deadline_ns % NS_PER_S)};
	pthread_mutex_lock(&wire->callers);
	pthread_mutex_lock(&wire->lock);
	wire->argument = argument;
	wire->work = work;
	atomic_store(&wire->is_called, true);
	wake(wire);
	int late = 0;
	while (wire->work && late == 0)
		late = deadline_ns == UINT64_MAX
			       ? pthread_cond_wait(&wire->is_done, &wire->lock)
			       : pthread_cond_timedwait(&wire->is_done, &wire->lock, &deadline);
	bool is_done = !wire->work;
	wire->work = NULL;
	atomic_store(&wire->is_called, false);
	pthread_mutex_unlock(&wire->lock);
	pthread_mutex_unlock(&wire->callers);
	return is_done;
}

static bool report_make(struct relay *relay, void *argument)
{
	struct wire_report *report = argument;
	relay_count(relay);
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		report->counts[end] = relay->counts[end];
	report->cpu_ns = clock_thread_cpu_ns();
	report->lived_ns = relay->backlog.lived_ns;
	report->waited_ns = relay->backlog.waited_ns;
	return true;
}

struct wire_report wire_look(struct wire *wire)
{
	struct wire_report report = {0};
	if (!wire)
		return report;
	wire_call(wire, report_make, &report, UINT64_MAX);
	report.ran_ns = clock_now_ns() - wire->began_ns;
	return report;
}

static double per(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

struct wire_use wire_use_since(struct wire *wire, const struct wire_report *then)
{
	const struct wire_report now = wire_look(wire);
	uint64_t frames = 0;
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		frames += now.counts[end].sent - then->counts[end].sent;
	return (struct wire_use){
		.waited_share = per((double)(now.waited_ns - then->waited_ns),
			(double)(now.lived_ns - then->lived_ns)),
		.frames_per_s = per((double)frames * 1e9, (double)(now.ran_ns - then->ran_ns)),
	};
}

void wire_destroy(struct wire *wire)
{
	if (!wire)
		return;
	if (wire->has_thread) {
		atomic_store(&wire->is_to_end, true);
		wake(wire);
		pthread_join(wire->thread, NULL);
	}
	relay_close(&wire->relay);
	if (wire->wake != -1)
		close(wire->wake);
	if (wire->epoll != -1)
		close(wire->epoll);
	pthread_cond_destroy(&wire->is_done);
	pthread_mutex_destroy(&wire->callers);
	pthread_mutex_destroy(&wire->lock);
	free(wire);
}
