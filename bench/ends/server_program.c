#include "bench/ends/server_program.h"

#include "common/address.h"
#include "common/clock.h"
#include "strategies/core/plugin.h"
#include "strategies/core/registry.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#define LISTEN_WITHIN_NS (5 * NS_PER_S)
#define STOP_WITHIN_NS (8 * NS_PER_S)
#define THIRD_PARTY_STOP_WITHIN_NS (3 * NS_PER_S)
#define LOOK_AGAIN_NS NS_PER_MS
/* As much as --response-bytes allows: here only the loader asks for a response. */
#define RESPONSE_MOST "1099511627776"
#define OWN_ARGUMENTS_MAX 21

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
		int length = snprintf(path, size, places[i], folder);
		if (length < (int)size && access(path, X_OK) == 0)
			return 0;
	}
	return error_set(error, STATUS_FAILED, "teardown-server is not beside %s", folder);
}

static const char *name_of(const struct server_program_spec *spec)
{
	return spec->command_line ? "proxy" : "server";
}

/* The server did not come to listen where it must. */
static int deaf_refused(struct process *server, const struct server_program_spec *spec,
	const struct listeners *listeners, const struct address *address, struct error *error)
{
	const char *told = spec->command_line ? "{listen} in --proxy-command"
					      : "{host}:{port} in --server-command";
	char end[300], advice[300], hooks[80];
	if (hook_marks_describe(
		    server->marks.items, server->marks.count, "server", hooks, sizeof(hooks)))
		return error_set(error, STATUS_FAILED,
			"the server does not listen on port %u after 5 s: %s does not return",
			address_port(address), hooks);
	process_last_line(server, end, sizeof(end));
	listeners_advise(listeners, address, told, advice, sizeof(advice));
	return error_set(error, STATUS_FAILED,
		"the %s does not listen on port %u after 5 s%s%s%.120s", name_of(spec),
		address_port(address), advice, end[0] ? "; it said: " : "", end);
}

static int server_await(struct process *server, const struct server_program_spec *spec,
	const struct address *address, struct diag *diag, const volatile bool *interrupted,
	struct error *error)
{
	char end[300];
	struct listeners listeners;
	uint64_t due = clock_now_ns() + LISTEN_WITHIN_NS;
	while (process_poll(server)) {
		if (diag_listeners(diag, &listeners, error) == -1)
			return -1;
		if (listeners_reach(&listeners, address))
			return 0;
		if (interrupted && *interrupted)
			return error_set(error, STATUS_INTERRUPTED,
				"interrupted while the %s did not listen yet", name_of(spec));
		if (clock_now_ns() > due)
			return deaf_refused(server, spec, &listeners, address, error);
		clock_pause(LOOK_AGAIN_NS);
	}
	process_describe_end(server, end, sizeof(end));
	return error_set(
		error, STATUS_FAILED, "the %s ended before it listened: it %s", name_of(spec), end);
}

/* Again, where a launcher is to start it: a load is there. */
static int program_start(
	struct process *server, const struct process_spec *spec, struct error *error)
{
	return spec->launcher ? process_start_again(server, spec, error)
			      : process_start(server, spec, error);
}

/* Whatever processes the command starts, and however it becomes a daemon, all are one family. */
static int third_party_start(struct process *server, const struct program_command *spec,
	const struct network *network, const struct launcher *launcher, struct error *error)
{
	struct command command;
	const struct address listen = network_listen_address(network);
	if (spec->create(spec->argument, &listen, &command, error) == -1)
		return -1;
	int result = program_start(server,
		&(struct process_spec){
			.netns_fd = network->server_netns,
			.argv = command.argv,
			.is_family = true,
			.launcher = launcher,
		},
		error);
	command_destroy(&command);
	return result;
}

/* Texts of what argv points to. */
struct limits {
	char keep_alive[32], body[32];
};

static void pair_append(char **argv, char *name, char *value)
{
	while (*argv)
		argv++;
	argv[0] = name;
	argv[1] = value;
}

/* What is not asked for is the server's own. */
static void limits_append(struct limits *limits, const struct server_program_spec *spec,
	char *argv[OWN_ARGUMENTS_MAX])
{
	snprintf(limits->keep_alive, sizeof(limits->keep_alive), "%lluns",
		(unsigned long long)spec->keep_alive_ns);
	snprintf(limits->body, sizeof(limits->body), "%llu", (unsigned long long)spec->max_body);
	if (spec->keep_alive_ns > 0)
		pair_append(argv, "--keep-alive", limits->keep_alive);
	if (spec->max_body > 0)
		pair_append(argv, "--max-body", limits->body);
	if (spec->tls)
		pair_append(argv, "--tls", NULL);
}

static int own_start(struct process *server, const struct server_program_spec *spec,
	const struct network *network, const struct launcher *launcher, struct error *error)
{
	char path[4200], listen[ADDRESS_TEXT_SIZE], threads[24], requests[24], bytes[24];
	if (server_path(path, sizeof(path), error) == -1)
		return -1;
	struct address address = network_listen_address(network);
	address_set_port(&address, spec->port);
	snprintf(threads, sizeof(threads), "%llu", (unsigned long long)spec->threads);
	snprintf(requests, sizeof(requests), "%u", spec->requests_per_connection);
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)spec->response_bytes);
	char *argv[OWN_ARGUMENTS_MAX] = {path, "--listen", (char *)address_text(&address, listen),
		"--strategy", (char *)registry_argument(spec->strategy), "--threads", threads,
		"--requests-per-connection", requests, "--response-bytes", bytes, "--max-response",
		RESPONSE_MOST};
	struct limits limits;
	limits_append(&limits, spec, argv);
	/* Hooks of a plug-in may stay, or end the server: the marks then say which one it was. */
	struct hook_marks marks = {0};
	int marks_fd = plugin_is_path(registry_argument(spec->strategy))
			       ? hook_marks_hand_on(&marks, spec->threads)
			       : -1;
	int result = program_start(server,
		&(struct process_spec){.netns_fd = network->server_netns,
			.argv = argv,
			.is_family = spec->is_family,
			.launcher = launcher},
		error);
	hook_marks_keep(marks_fd);
	hook_marks_finish(&server->marks);
	server->marks = marks;
	return result;
}

static int server_begin(struct process *server, const struct server_program_spec *spec,
	const struct network *network, const struct launcher *launcher, struct error *error)
{
	return spec->command.create
		       ? third_party_start(server, &spec->command, network, launcher, error)
		       : own_start(server, spec, network, launcher, error);
}

int server_program_start_again(struct process *server, const struct server_program_spec *spec,
	const struct network *network, const struct launcher *launcher, struct error *error)
{
	return server_begin(server, spec, network, launcher, error);
}

int server_program_start(struct process *server, const struct server_program_spec *spec,
	const struct network *network, struct diag *diag, const volatile bool *interrupted,
	struct error *error)
{
	int result = server_begin(server, spec, network, NULL, error);
	for (uint32_t i = 0; result == 0 && i < network->server_addresses; i++) {
		struct address address = network_server_address_at(network, i);
		address_set_port(&address, spec->port);
		result = server_await(server, spec, &address, diag, interrupted, error);
	}
	return result;
}

int server_program_stop(struct process *server)
{
	/* Only teardown-server says with its exit status what it leaked. */
	if (!server->is_family)
		return process_stop(server, STOP_WITHIN_NS);
	process_stop(server, THIRD_PARTY_STOP_WITHIN_NS);
	return 0;
}
