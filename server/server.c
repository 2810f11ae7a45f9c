#include "server/server.h"

#include "common/clock.h"
#include "common/error.h"
#include "server/capacity.h"
#include "server/host/limits.h"
#include "server/host/sandbox.h"
#include "server/host/sockets.h"
#include "server/host/sockstat.h"
#include "server/host/user.h"
#include "server/log.h"
#include "server/options.h"
#include "server/supervisor.h"
#include "strategies/core/registry.h"
#include "strategies/core/requirement.h"
#include "tls/context.h"

#include <errno.h>
#include <event2/event.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* How the connections of /metrics are closed, whatever strategy the server shows. */
#define METRICS_STRATEGY "graceful"
/* Readers of /metrics are near and quick, and send no body. */
#define METRICS_TIMEOUT_NS (2 * NS_PER_S)
#define METRICS_LIFETIME_NS (3 * NS_PER_S)
#define METRICS_CONNECTIONS 16
#define METRICS_DRAINED_BYTES (UINT64_C(1) << 20)

struct server {
	struct server_options options;
	struct server_options metrics_options; /* of the worker of /metrics */
	struct role serving, metrics;
	char program[PATH_MAX]; /* the file that a reload executes */
	/* An errno where the user that the server becomes may not execute the program, and the
	 * folder or file that forbids it; 0: it may. */
	int reload_errno;
	char reload_denied_by[PATH_MAX];
	struct sockets sockets;
	/* Written before the sandbox forbids to ask for the names of links. */
	char listening[LISTEN_ADDRESSES_TEXT_SIZE], lacking[LISTEN_ADDRESSES_TEXT_SIZE];
	char metrics_listening[ADDRESS_TEXT_SIZE];
	struct supervisor supervisor;
};

/* Logs what the server serves, and with which rights. */
static void start_log(const struct server *server, bool root, bool confined, const char *sandbox)
{
	const struct worker_pool *pool = &server->supervisor.pool;
	const struct sockets *sockets = &server->sockets;
	log_event(LOG_LISTENING, "listening on %s strategy=%s threads=%zu", server->listening,
		server->serving.strategy->name, pool->serving_count);
	if (sockets->lacking.count > 0)
		log_event(LOG_LACKING,
			"not listening on %s: --listen %s stands for it, too, and this host does "
			"not have it",
			server->lacking, server->options.listen);
	capacity_log(&server->options);
	if (server->options.tls)
		log_event(LOG_TLS, "TLS certificate=%s versions=%s tickets=%u",
			server->options.tls_cert ? server->options.tls_cert : "made",
			strcmp(server->options.tls_min, "1.3") == 0 ? "1.3" : "1.2,1.3",
			(unsigned)server->options.tls_tickets);
	if (pool->count > pool->serving_count)
		log_event(LOG_METRICS, "metrics on %s", server->metrics_listening);
	if (sockets->inherited)
		log_event(LOG_INHERITED, "inherited sockets=%zu: --listen is not used",
			sockets->count);
	if (root)
		log_event(LOG_ROOT, "runs as the host's root: --user NAME would change that");
	if (server->reload_errno != 0)
		log_event(LOG_RELOAD_DENIED,
			"a reload would fail denied_by=%s error=%s user=%s program=%s",
			server->reload_denied_by, strerrorname_np(server->reload_errno),
			server->options.user, server->program);
	if (server->supervisor.notify.error != 0)
		log_event(LOG_NO_MANAGER, "NOTIFY_SOCKET: no service manager can be told error=%s",
			strerrorname_np(server->supervisor.notify.error));
	if (!confined)
		log_event(LOG_UNCONFINED, "not confined as far as this kernel could: something "
					  "refuses it (a container's filter?), see the next line");
	log_event(LOG_SANDBOX, "sandbox %s", sandbox);
}

/* Gives up the rights that only the start needs, and serves. Returns the exit status, or -1 with
 * the reason in `error`. */
static int server_run(struct server *server, struct error *error)
{
	struct supervisor *supervisor = &server->supervisor;
	char sandbox[96];
	bool root = user_is_root();
	sockets_close(&server->sockets);
	bool confined = sandbox_enter(server->options.no_sandbox, sandbox, sizeof(sandbox));
	bool started = worker_pool_start(&supervisor->pool, error) == 0;
	if (started) {
		start_log(server, root, confined, sandbox);
		notify_ready(&supervisor->notify);
	} else {
		supervisor_end_now(supervisor);
	}
	supervisor_run(supervisor);
	return started ? worker_pool_account(&supervisor->pool) : -1;
}

/* With the one of /metrics. */
static size_t threads_of(const struct server_options *options)
{
	bool beside = server_options_metrics_beside(options);
	return (size_t)options->threads + (options->metrics && !beside);
}

/* Opens what needs the rights that the program was started with. Returns 0 or -1. */
static int server_open(struct server *server, struct error *error)
{
	struct server_options *options = &server->options;
	struct listen_spec serving = server_options_listen(options, server->serving.strategy);
	struct listen_spec metrics =
		server_options_listen_metrics(&server->metrics_options, server->metrics.strategy);
	if (supervisor_open(&server->supervisor) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	serving.mark = server->supervisor.pool.shared.marks.items;
	if (reload_program(server->program, sizeof(server->program)) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot read /proc/self/exe");
	if (sockets_open(&server->sockets, &serving, &metrics, error) == -1)
		return -1;
	listen_addresses_text(&server->sockets.addresses, server->listening);
	listen_addresses_text(&server->sockets.lacking, server->lacking);
	address_text(&server->sockets.metrics_address, server->metrics_listening);
	/* Each socket needs a thread that accepts from it. */
	if (options->threads < server->sockets.count)
		options->threads = server->sockets.count;
	if (limits_check(threads_of(options), error) == -1 || capacity_settle(options, error) == -1)
		return -1;
	notify_open(&server->supervisor.notify);
	server->supervisor.pool.sockstat_fd = sockstat_open();
	return 0;
}

static struct tls_context *context_create(const struct server *server, struct error *error)
{
	const struct tls_settings settings = server_options_tls(&server->options);
	return tls_context_create_server(&settings, error);
}

/* Becomes the user that the server runs as, for good, and creates what the sandbox would not allow.
 * Returns 0 or -1. */
static int server_prepare(struct server *server, char **argv, struct error *error)
{
	struct supervisor *supervisor = &server->supervisor;
	const char *user = server->options.user;
	supervisor->drain_ns = server->options.drain_ns;
	if (user && user_become(user, error) == -1)
		return -1;
	/* As the user that a reload reads the key as, too. */
	if (server->options.tls && !(server->serving.tls = context_create(server, error)))
		return -1;
	if (user && reload_check(server->program, server->reload_denied_by,
			    sizeof(server->reload_denied_by)) == -1)
		server->reload_errno = errno;
	if (sandbox_keep_privileges_low(error) == -1 ||
		reload_open(&supervisor->reload, server->program, argv, &server->sockets, error) ==
			-1)
		return -1;
	if (worker_pool_create(&supervisor->pool, &server->serving, &server->metrics,
		    &server->sockets, error) == -1)
		return -1;
	if (supervisor_watch(supervisor) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	return 0;
}

/* libevent's calls also return the errors that it would print here, and the server logs those. */
static void libevent_mute(int severity, const char *text)
{
}

/* Returns the exit status, or -1 with the reason in `error`. */
static int server_serve(struct server *server, char **argv, struct error *error)
{
	int status = -1;
	event_set_log_callback(libevent_mute);
	sockets_init(&server->sockets);
	supervisor_init(&server->supervisor);
	if (server_open(server, error) == 0 && server_prepare(server, argv, error) == 0)
		status = server_run(server, error);
	sockets_close(&server->sockets);
	supervisor_close(&server->supervisor);
	tls_context_destroy(server->serving.tls);
	if (status == -1)
		supervisor_signals_unblock();
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
	metrics->drained_bytes = METRICS_DRAINED_BYTES;
	metrics->idle_ns = 0;
	metrics->grace_ns = METRICS_TIMEOUT_NS;
	metrics->keep_alive_ns = METRICS_TIMEOUT_NS;
	metrics->header_timeout_ns = METRICS_TIMEOUT_NS;
	metrics->write_timeout_ns = METRICS_TIMEOUT_NS;
}

static int server_init(struct server *server, struct error *error)
{
	const struct server_options *options = &server->options;
	if (limits_check(threads_of(options), error) == -1)
		return -1;
	const struct td_strategy *strategy = registry_resolve(options->strategy, error);
	if (!strategy || requirement_verify(strategy, TD_SERVER, error) == -1)
		return -1;
	metrics_options_fill(&server->metrics_options, options);
	server->serving =
		(struct role){options, strategy, .metrics = server_options_metrics_beside(options)};
	server->metrics =
		(struct role){&server->metrics_options, registry_find(METRICS_STRATEGY, error),
			.metrics = true, .metrics_only = true, .lifetime_ns = METRICS_LIFETIME_NS};
	return server->metrics.strategy ? 0 : -1;
}

int server_main(int argc, char **argv)
{
	struct error error = {.status = STATUS_FAILED};
	struct server server = {0};
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
