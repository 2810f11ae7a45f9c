#include "server/capacity.h"

#include "server/log.h"

#include <sys/resource.h>

/* Descriptors that are no connections. PROGRAM_FDS: standard streams, signals, the reload helper,
 * all of /metrics, and those that libraries open for a moment. THREAD_FDS: a thread's listening
 * socket, its eventfd, its epoll instance, and the pipe that libevent opens. */
#define PROGRAM_FDS 40
#define THREAD_FDS 5

static uint64_t descriptors_most(void)
{
	struct rlimit limit = {0};
	getrlimit(RLIMIT_NOFILE, &limit);
	struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
	/* Where setrlimit(2) is refused, the present limit holds. */
	if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0)
		return raised.rlim_cur;
	return limit.rlim_cur;
}

static int share_refuse(const char *option, uint64_t most, const struct server_options *options,
	struct error *error)
{
	return error_set(error, STATUS_USAGE,
		"--%s %llu: is less than one connection for each of %llu threads", option,
		(unsigned long long)most, (unsigned long long)options->threads);
}

int capacity_settle(struct server_options *options, struct error *error)
{
	uint64_t descriptors = descriptors_most();
	uint64_t reserved = PROGRAM_FDS + THREAD_FDS * options->threads;
	uint64_t most = descriptors > reserved ? descriptors - reserved : 0;
	uint64_t wanted = options->max_connections;
	if (wanted > most || most < options->threads)
		return error_set(error, STATUS_HOST_CANNOT,
			"%llu connections need more descriptors than RLIMIT_NOFILE allows: its "
			"hard limit is %llu, which leaves %llu for them",
			(unsigned long long)(wanted > 0 ? wanted : options->threads),
			(unsigned long long)descriptors, (unsigned long long)most);
	if (wanted == 0)
		options->max_connections = most;
	if (options->max_connections < options->threads)
		return share_refuse("max-connections", options->max_connections, options, error);
	if (options->max_lingering == 0) {
		uint64_t half = options->max_connections / 2;
		options->max_lingering = half > options->threads ? half : options->threads;
	}
	if (options->max_lingering < options->threads)
		return share_refuse("max-lingering", options->max_lingering, options, error);
	return 0;
}

void capacity_log(const struct server_options *options)
{
	log_event(LOG_CAPACITY, "at most connections=%llu lingering=%llu",
		(unsigned long long)options->max_connections,
		(unsigned long long)options->max_lingering);
}

size_t capacity_share(uint64_t most, uint64_t index, uint64_t threads)
{
	return (size_t)(most / threads + (index < most % threads));
}
