#include "server/options.h"

#include "common/clock.h"
#include "server/host/sockets.h"

#include <string.h>

/* One row: the long name, the field, the kind, the argument's name in --help, the bounds, the help.
 */
#define ROW(long_name, field, row_kind, word, least, most, text)                                   \
	{                                                                                          \
		.name = (long_name), .kind = (row_kind),                                           \
		.offset = offsetof(struct server_options, field), .argument = (word),              \
		.help = (text), .low = (least), .high = (most),                                    \
	}
#define TEXT(name, field, word, text) ROW(name, field, OPTION_TEXT, word, 0, 0, text)
#define COUNT(name, field, least, most, text) ROW(name, field, OPTION_COUNT, "N", least, most, text)
#define DURATION(name, field, least, text)                                                         \
	ROW(name, field, OPTION_DURATION, "DURATION", least, NS_PER_S * 86400, text)

static const struct option_row process_rows[] = {
	TEXT("listen", listen, "ADDR:PORT",
		"The address to listen on, such as 127.0.0.1:8080, [::1]:8080 or "
		"[fe80::1%eth0]:8080; or a name, such as localhost:8080, which stands for all of "
		"its addresses. Port 0: the kernel chooses a port, and the server prints it."),
	COUNT("threads", threads, 1, SOCKETS_THREADS_MAX,
		"Threads, for each address. Each has an event loop and a listening socket of its "
		"own."),
	TEXT("strategy", strategy, "NAME|FILE",
		"The way of closing connections; `teardown list` names all. FILE is a plug-in: "
		"./mine.so"),
	TEXT("metrics", metrics, "ADDR:PORT",
		"The address of /metrics. \"data\": the address of everything else."),
	TEXT("user", user, "NAME|UID",
		"The user to become once the sockets are open, for a server that root starts."),
	ROW("no-sandbox", no_sandbox, OPTION_FLAG, NULL, 0, 0,
		"Run without seccomp and Landlock: for debuggers."),
};

static const struct option_row closing_rows[] = {
	DURATION("grace", grace_ns, 0,
		"The longest time that a connection lingers. 0: the strategy's own."),
	DURATION("idle", idle_ns, 0,
		"The longest time that a connection lingers without a byte from the client. 0: the "
		"strategy's own."),
	COUNT("max-drained", drained_bytes, 0, 0,
		"The most bytes that are discarded while a connection lingers. 0: the strategy's "
		"own."),
	COUNT("max-lingering", max_lingering, 0, 0,
		"The most connections that linger; above it, the connection that has lingered "
		"longest is closed. 0: half of --max-connections."),
	COUNT("requests-per-connection", requests_per_connection, 0, UINT32_MAX,
		"The number of the response that announces the close, where the strategy announces "
		"one. 0: the strategy's own."),
	DURATION("keep-alive", keep_alive_ns, NS_PER_MS,
		"The longest time that a connection is idle between two requests."),
	DURATION("drain", drain_ns, 0,
		"The longest time that open connections have to finish after SIGTERM, SIGINT or a "
		"reload."),
};

static const struct option_row sockets_rows[] = {
	COUNT("max-connections", max_connections, 0, 0,
		"The most connections at a time; further ones wait to be accepted. 0: as many as "
		"the hard limit of RLIMIT_NOFILE allows."),
	COUNT("backlog", backlog, 1, INT32_MAX,
		"The most connections that wait to be accepted, for each listening socket. The "
		"kernel lowers it to net.core.somaxconn."),
	ROW("no-defer-accept", no_defer_accept, OPTION_FLAG, NULL, 0, 0,
		"Accept a connection before its request has come (without TCP_DEFER_ACCEPT)."),
	COUNT("send-buffer", send_buffer, 0, INT32_MAX,
		"The most bytes of kernel memory, give or take a segment, for responses that the "
		"client has not acknowledged (SO_SNDBUF). It bounds the rate, too: to this many "
		"bytes in a round-trip time. 0: the kernel's own, up to net.ipv4.tcp_wmem."),
};

static const struct option_row messages_rows[] = {
	COUNT("response-bytes", response_bytes, 0, 0,
		"The size of a response's body, where the request does not give one."),
	COUNT("max-response", max_response, 0, UINT64_C(1) << 40,
		"The most bytes of a response's body: larger ones of /bytes/N are not found "
		"(404)."),
	COUNT("max-head", max_head, 64, 1 << 20,
		"The most bytes of a request's head, of a chunk-size line and of trailers; more is "
		"refused with 431."),
	COUNT("max-target", max_target, 1, 1 << 20,
		"The most bytes of a request's target; more is refused with 414."),
	COUNT("max-fields", max_fields, 1, 10000,
		"The most fields of a request, trailers included; more is refused with 431."),
	COUNT("max-body", max_body, 0, 0,
		"The most bytes of a request's body; more is refused with 413."),
	COUNT("pipeline", pipeline, 1, 1000000,
		"The most pipelined requests whose responses are collected for one send; further "
		"requests wait."),
	DURATION("header-timeout", header_timeout_ns, NS_PER_MS,
		"The longest time that a request's head takes, of the first request from accept "
		"on; then the response is 408."),
	DURATION("write-timeout", write_timeout_ns, NS_PER_MS,
		"The longest time that --min-progress bytes of a request's or a response's body "
		"take."),
	COUNT("min-progress", progress_bytes, 1, 0,
		"Bytes of a body that have to be received, or acknowledged by the client, within "
		"--write-timeout."),
};

#define TLS_MIN "1.2"
#define TLS_TICKETS 2
#define TLS_HANDSHAKES 1024

static const struct option_row tls_rows[] = {
	ROW("tls", tls, OPTION_FLAG, NULL, 0, 0,
		"Serve HTTPS at --listen: TLS 1.2 and 1.3, with a certificate that is made at the "
		"start, for localhost, unless --tls-cert gives one. /metrics at an address of its "
		"own stays plain."),
	TEXT("tls-cert", tls_cert, "FILE",
		"The certificate, then those that lead to its root, as PEM."),
	TEXT("tls-key", tls_key, "FILE",
		"The key of --tls-cert, as PEM without a passphrase. A file that others can read "
		"is refused."),
	TEXT("tls-min", tls_min, "VERSION", "The lowest version of TLS: 1.2 or 1.3."),
	COUNT("tls-tickets", tls_tickets, 0, 16,
		"The session tickets that a full handshake of TLS 1.3 sends. 0: no session is "
		"resumed."),
	COUNT("tls-handshakes", tls_handshakes, 1, 1000000,
		"The most handshakes of a thread that wait for their client; above it, the one "
		"that has waited longest is closed."),
};

static const struct option_group process = OPTION_GROUP("the server", process_rows),
				 closing = OPTION_GROUP("closing", closing_rows),
				 sockets = OPTION_GROUP("connections", sockets_rows),
				 messages = OPTION_GROUP("requests and responses", messages_rows),
				 tls = OPTION_GROUP("TLS", tls_rows);
static const struct option_group *const groups[] = {
	&process, &closing, &sockets, &messages, &tls, NULL};

const struct option_table server_option_table = {
	.program = "teardown-server",
	.usage = "[options]",
	.about =
		"A small HTTP/1.1 server whose way of closing connections is a strategy. "
		"/ sends --response-bytes bytes, and /bytes/N sends N. A request with a body gets "
		"that body back. With --metrics, /metrics is in Prometheus' text format. SIGTERM "
		"and SIGINT drain, and a second one ends the server at once. SIGHUP reloads: a new "
		"process takes the listening sockets over, and no connection is lost.",
	.groups = groups,
	.examples = "teardown-server --strategy graceful --listen 127.0.0.1:8080\n"
		    "# a public server with two threads, and its metrics elsewhere\n"
		    "teardown-server --listen 0.0.0.0:8080 --threads 2 --metrics 127.0.0.1:9110\n"
		    "# HTTPS, with a certificate that is made at the start\n"
		    "teardown-server --tls --listen 127.0.0.1:8443\n"
		    "# a strategy of your own\n"
		    "teardown-server --strategy ./mine.so",
};

void server_options_set_defaults(struct server_options *options)
{
	*options = (struct server_options){
		.listen = "127.0.0.1:8080",
		.threads = 1,
		.strategy = "graceful",
		.response_bytes = 128,
		.max_response = UINT64_C(1) << 30, /* 1 GiB */
		.backlog = 4096,
		.max_head = 16384,
		.max_target = 8192,
		.max_fields = 100,
		.max_body = UINT64_C(1) << 30, /* 1 GiB */
		.pipeline = 64,
		.keep_alive_ns = 60 * NS_PER_S,
		.header_timeout_ns = 10 * NS_PER_S,
		.write_timeout_ns = 30 * NS_PER_S,
		.progress_bytes = 4096,
		.drain_ns = 5 * NS_PER_S,
		.tls_min = TLS_MIN,
		.tls_tickets = TLS_TICKETS,
		.tls_handshakes = TLS_HANDSHAKES,
	};
}

/* The option that asks for something of TLS; NULL: none does. */
static const char *tls_wanted(const struct server_options *options)
{
	return options->tls_cert                           ? "--tls-cert"
	       : strcmp(options->tls_min, TLS_MIN) != 0    ? "--tls-min"
	       : options->tls_tickets != TLS_TICKETS       ? "--tls-tickets"
	       : options->tls_handshakes != TLS_HANDSHAKES ? "--tls-handshakes"
							   : NULL;
}

/* Returns 0, or -1 with what contradicts what. */
static int tls_check(const struct server_options *options, struct error *error)
{
	const char *file = options->tls_cert ? "--tls-cert" : "--tls-key";
	if (!options->tls_cert != !options->tls_key)
		return error_set(error, STATUS_USAGE, "%s: needs %s, too", file,
			options->tls_cert ? "--tls-key" : "--tls-cert");
	if (tls_wanted(options) && !options->tls)
		return error_set(error, STATUS_USAGE, "%s: needs --tls", tls_wanted(options));
	if (strcmp(options->tls_min, "1.2") != 0 && strcmp(options->tls_min, "1.3") != 0)
		return error_set(error, STATUS_USAGE, "--tls-min %s: is neither 1.2 nor 1.3",
			options->tls_min);
	return 0;
}

struct tls_settings server_options_tls(const struct server_options *options)
{
	return (struct tls_settings){
		.version_min =
			strcmp(options->tls_min, "1.3") == 0 ? TLS_VERSION_1_3 : TLS_VERSION_1_2,
		.certificate_path = options->tls_cert,
		.key_path = options->tls_key,
		.tickets = (unsigned)options->tls_tickets,
	};
}

enum option_result server_options_read(
	int argc, char **argv, struct server_options *options, struct error *error)
{
	server_options_set_defaults(options);
	enum option_result result =
		options_parse(&server_option_table, argc, argv, options, NULL, NULL, error);
	if (result == OPTIONS_PARSED && tls_check(options, error) == -1)
		return OPTIONS_REFUSED;
	if (result != OPTIONS_PARSED || options->response_bytes <= options->max_response)
		return result;
	error_set(error, STATUS_USAGE, "--response-bytes %llu: is more than --max-response %llu",
		(unsigned long long)options->response_bytes,
		(unsigned long long)options->max_response);
	return OPTIONS_REFUSED;
}

bool server_options_metrics_beside(const struct server_options *options)
{
	return options->metrics && strcmp(options->metrics, "data") == 0;
}

struct listen_spec server_options_listen(
	const struct server_options *options, const struct td_strategy *strategy)
{
	return (struct listen_spec){
		.option = "listen",
		.address = options->listen,
		.count = (size_t)options->threads,
		.backlog = (int)options->backlog,
		.defer_accept = !options->no_defer_accept,
		.send_buffer = (int)options->send_buffer,
		/* Twice --write-timeout, so that the server's own deadline passes first. */
		.user_timeout_ms = (unsigned)(2 * options->write_timeout_ns / NS_PER_MS),
		.strategy = strategy,
	};
}

struct listen_spec server_options_listen_metrics(
	const struct server_options *options, const struct td_strategy *strategy)
{
	struct listen_spec spec = server_options_listen(options, strategy);
	spec.option = "metrics";
	spec.address = server_options_metrics_beside(options) ? NULL : options->metrics;
	spec.count = 1;
	return spec;
}
