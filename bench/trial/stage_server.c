/* The server of a stage. */
#include "bench/options/third_party.h"
#include "bench/trial/stage.h"
#include "common/clock.h"
#include "strategies/core/registry.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_WITHIN_NS (5 * NS_PER_S)
#define STOP_WITHIN_NS (8 * NS_PER_S)
#define THIRD_PARTY_STOP_WITHIN_NS (3 * NS_PER_S)
#define LOOK_AGAIN_NS NS_PER_MS

/* teardown-server beside this program: in the build tree, or installed. */
static int server_path(char *path, size_t size, struct error *error)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n == -1)
		return error_set_errno(error, STATUS_FAILED, "/proc/self/exe");
	self[n] = '\0';
	const char *folder = dirname(self);
	static const char *const places[] = {"%s/teardown-server", "%s/../server/teardown-server",
		"%s/../../server/teardown-server"};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(path, size, places[i], folder);
		if (access(path, X_OK) == 0)
			return 0;
	}
	return error_set(error, STATUS_FAILED, "teardown-server is not beside %s", folder);
}

static int server_await(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	uint16_t port = (uint16_t)spec->options->server_port;
	char end[300];
	uint64_t due = clock_now_ns() + LISTEN_WITHIN_NS;
	while (process_poll(&stage->server)) {
		int listens = sampler_server_listens(stage->sampler, port, error);
		if (listens != 0)
			return listens == 1 ? 0 : -1;
		if (*spec->interrupted)
			return error_set(error, STATUS_INTERRUPTED,
				"interrupted while the server did not listen yet");
		if (clock_now_ns() > due) {
			process_last_line(&stage->server, end, sizeof(end));
			return error_set(error, STATUS_FAILED,
				"the server does not listen on port %u after 5 s%s%s", port,
				end[0] ? "; it said: " : "", end);
		}
		nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_NS}, NULL);
	}
	process_describe_end(&stage->server, end, sizeof(end));
	return error_set(error, STATUS_FAILED, "the server ended before it listened: it %s", end);
}

/* A server of others: whatever it starts, and however it becomes a daemon, is one family. */
static int third_party_server_start(
	struct stage *stage, const struct run_options *options, struct error *error)
{
	struct command command;
	if (third_party_server_command(options, stage->network.server_address, &command, error) ==
		-1)
		return -1;
	int result = process_start(&stage->server,
		&(struct process_spec){
			.netns_fd = stage->network.server_netns,
			.argv = command.argv,
			.is_family = true,
		},
		error);
	command_destroy(&command);
	return result;
}

static int own_start(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	const struct run_options *options = spec->options;
	char path[4200], listen[64], threads[24], requests[24], bytes[24];
	if (server_path(path, sizeof(path), error) == -1)
		return -1;
	snprintf(listen, sizeof(listen), "%s:%u", inet_ntoa(stage->network.server_address),
		(unsigned)options->server_port);
	snprintf(threads, sizeof(threads), "%llu", (unsigned long long)options->server_threads);
	snprintf(requests, sizeof(requests), "%u", trial_requests_per_connection(spec));
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)options->response_bytes);
	char *argv[] = {path, "--listen", listen, "--strategy",
		(char *)registry_argument(spec->strategy), "--threads", threads,
		"--requests-per-connection", requests, "--response-bytes", bytes, NULL};
	return process_start(&stage->server,
		&(struct process_spec){.netns_fd = stage->network.server_netns, .argv = argv},
		error);
}

int stage_server_start(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	const struct run_options *options = spec->options;
	int result = options->server_command ? third_party_server_start(stage, options, error)
					     : own_start(stage, spec, error);
	return result == -1 ? -1 : server_await(stage, spec, error);
}

int stage_server_stop(struct stage *stage)
{
	/* How others exit on SIGTERM is theirs; teardown-server says what it leaked. */
	if (!stage->server.is_family)
		return process_stop(&stage->server, STOP_WITHIN_NS);
	process_stop(&stage->server, THIRD_PARTY_STOP_WITHIN_NS);
	return 0;
}
