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
	atomic_bool is_to_end, is_report_wanted;
	pthread_mutex_t lock; /* of the report */
	pthread_cond_t is_written;
	uint64_t reports; /* that were written */
	struct wire_report report;
	uint64_t began_ns;
};

static void report_write(struct wire *wire)
{
	relay_count(&wire->relay);
	pthread_mutex_lock(&wire->lock);
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		wire->report.counts[end] = wire->relay.counts[end];
	wire->report.cpu_ns = clock_thread_cpu_ns();
	wire->report.ran_ns = clock_now_ns() - wire->began_ns;
	wire->reports++;
	pthread_cond_broadcast(&wire->is_written);
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
		if (atomic_exchange(&wire->is_report_wanted, false))
			report_write(wire);
		if (!relay_turn(&wire->relay))
			wait(wire);
	}
	report_write(wire);
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
		!watch(wire, wire->relay.links[RELAY_SERVER].fd) ||
		!watch(wire, wire->relay.links[RELAY_CLIENT].fd))
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
	wire->relay.links[RELAY_SERVER].fd = wire->relay.links[RELAY_CLIENT].fd = -1;
	pthread_mutex_init(&wire->lock, NULL);
	pthread_cond_init(&wire->is_written, NULL);
	wire->spec = (struct relay_spec){
		.ifindexes = {network->wire_server_ifindex, network->wire_client_ifindex},
		.impairments = {spec->impairment, spec->impairment},
		.seed = spec->seed,
		.capture_path = spec->capture_path,
	};
	if (netns_run(network->wire_netns, relay_set_up, wire, error) == -1 ||
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

struct wire_report wire_look(struct wire *wire)
{
	struct wire_report report = {0};
	if (!wire)
		return report;
	pthread_mutex_lock(&wire->lock);
	uint64_t before = wire->reports;
	atomic_store(&wire->is_report_wanted, true);
	wake(wire);
	while (wire->reports == before)
		pthread_cond_wait(&wire->is_written, &wire->lock);
	report = wire->report;
	pthread_mutex_unlock(&wire->lock);
	return report;
}

double wire_busy_share(struct wire *wire, const struct wire_report *then)
{
	const struct wire_report now = wire_look(wire);
	return now.ran_ns > then->ran_ns
		       ? (double)(now.cpu_ns - then->cpu_ns) / (double)(now.ran_ns - then->ran_ns)
		       : 0;
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
	pthread_cond_destroy(&wire->is_written);
	pthread_mutex_destroy(&wire->lock);
	free(wire);
}
