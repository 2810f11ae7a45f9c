#include "bench/options/third_party.h"

#include "bench/load/batch.h"
#include "bench/load/third_party/loader_kind.h"
#include "bench/options/tls_options.h"
#include "common/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PATH_MAX_LENGTH 200
/* Of a loader that was told how long to run; wrk, h2load and hey take up to a second. */
#define END_WITHIN_NS (3 * NS_PER_S)
#define WRK_ADVICE "; it is Debian's package wrk"
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

bool third_party_load_is_wrk(const struct run_options *options)
{
	return options->loader && strcmp(options->loader, "wrk") == 0;
}

bool third_party_make_load(const struct run_options *options)
{
	return options->loader_command || third_party_load_is_wrk(options);
}

const char *third_party_loader_name(const struct run_options *options)
{
	return options->loader_command            ? "command"
	       : third_party_load_is_wrk(options) ? "wrk"
						  : "builtin";
}

const char *third_party_server_name(const struct run_options *options)
{
	return options->server_command ? "server-command" : "teardown-server";
}

bool third_party_announce_close(const struct run_options *options)
{
	return options->server_command || options->proxy_command;
}

bool third_party_tells_connections(const struct run_options *options)
{
	const char *command = options->loader_command;
	return command ? strstr(command, "{connections}") != NULL
		       : third_party_load_is_wrk(options);
}

static uint64_t seconds_up(uint64_t ns)
{
	return (ns + NS_PER_S - 1) / NS_PER_S;
}

uint64_t third_party_overtime_ns(const struct run_options *options)
{
	const char *command = options->loader_command;
	bool is_told = command ? strstr(command, "{duration_s}") != NULL
			       : third_party_load_is_wrk(options);
	uint64_t told_ns = seconds_up(options->duration_ns) * NS_PER_S;
	return is_told ? told_ns - options->duration_ns + END_WITHIN_NS : 0;
}

enum {
	HOST,
	PORT,
	URL,
	CONNECTIONS,
	THREADS,
	DURATION,
	TOTAL,
	VALUES,
	/* A server's command is told these two in place of what is the loader's. */
	CERTIFICATE = URL,
	SERVER_VALUES = CERTIFICATE + TLS_VALUES
};

static void value_set(struct command_value *value, const char *name, unsigned long long number)
{
	value->name = name;
	snprintf(value->text, sizeof(value->text), "%llu", number);
}

static void values_fill(const struct run_options *options, const struct address *server,
	struct command_value values[VALUES])
{
	values[HOST].name = "host";
	value_set(&values[PORT], "port", options->server_port);
	values[URL].name = "url";
	char host[INET6_ADDRSTRLEN], url_host[ADDRESS_TEXT_SIZE];
	snprintf(values[HOST].text, sizeof(values[HOST].text), "%s", address_host(server, host));
	snprintf(values[URL].text, sizeof(values[URL].text), "http%s://%s:%u%.*s",
		options->tls ? "s" : "", address_url_host(server, url_host),
		(unsigned)options->server_port, PATH_MAX_LENGTH, options->path);
	value_set(&values[CONNECTIONS], "connections", options->connections);
	value_set(&values[THREADS], "threads", options->threads);
	value_set(&values[DURATION], "duration_s", seconds_up(options->duration_ns));
	value_set(&values[TOTAL], "total", options->total);
}

/* The options that teardown has from wrk, spelt as wrk spells them. */
static int wrk_command(const struct run_options *options, const struct command_value *values,
	struct command *command, struct error *error)
{
	char text[256];
	snprintf(text, sizeof(text),
		"wrk -c {connections} -t {threads} -d {duration_s}s --latency --timeout %llus",
		(unsigned long long)seconds_up(options->timeout_ns));
	if (command_create(command, "loader", text, values, VALUES, error) == -1)
		return -1;
	bool one = options->requests_per_connection <= 1;
	int result = 0;
	if (third_party_announce_close(options) && one)
		result |= command_add(command, "-H", error) |
			  command_add(command, "Connection: close", error);
	for (size_t i = 0; i < options->headers.count; i++)
		result |= command_add(command, "-H", error) |
			  command_add(command, options->headers.items[i], error);
	result |= command_add(command, values[URL].text, error);
	if (result != 0)
		command_destroy(command);
	return result;
}

int third_party_loader_command(const struct run_options *options, const struct address *server,
	struct command *command, struct error *error)
{
	struct command_value values[VALUES];
	values_fill(options, server, values);
	return options->loader_command ? command_create(command, "loader-command",
						 options->loader_command, values, VALUES, error)
				       : wrk_command(options, values, command, error);
}

bool third_party_keeps_alive(const struct run_options *options, char how[THIRD_PARTY_HOW_SIZE])
{
	struct command command;
	struct error ignored;
	struct address nowhere = address_ipv4((struct in_addr){0}, 0);
	if (!third_party_make_load(options) ||
		third_party_loader_command(options, &nowhere, &command, &ignored) == -1)
		return false;
	const struct loader_kind *kind = loader_kind_of_command(command.argv);
	bool keeps = kind && loader_kind_keeps_alive(kind, command.argv);
	if (keeps)
		snprintf(how, THIRD_PARTY_HOW_SIZE, "have it send Connection: close (-H)%s%s",
			kind->keep_alive.off  ? ", or add "
			: kind->keep_alive.on ? ", or leave out "
					      : "",
			kind->keep_alive.off  ? kind->keep_alive.off
			: kind->keep_alive.on ? kind->keep_alive.on
					      : "");
	command_destroy(&command);
	return keeps;
}

int third_party_server_command(const struct run_options *options, const struct address *server,
	const char *certificate, struct command *command, struct error *error)
{
	struct command_value values[VALUES];
	values_fill(options, server, values);
	tls_options_values(certificate, &values[CERTIFICATE]);
	return command_create(
		command, "server-command", options->server_command, values, SERVER_VALUES, error);
}

/* What only the builtin loader can do. */
static int builtin_only_check(const struct run_options *options, struct error *error)
{
	bool is_wrk = !options->loader_command;
	const struct {
		bool asked;
		const char *option, *why;
	} rows[] = {
		{options->rate > 0, "rate",
			is_wrk ? "begins a connection when the last one is closed"
			       : "makes its own schedule, if any"},
		{options->ramp, "ramp",
			is_wrk ? "begins a connection when the last one is closed"
			       : "makes its own schedule, if any"},
		{options->request_rate > 0, "request-rate",
			is_wrk ? "sends a request when the last one is answered"
			       : "makes its own schedule, if any"},
		{options->source_port, "source-port", "chooses its ports itself"},
		{options->client_close, "client-close", "closes in its own way, which is measured"},
		{options->client_addresses > 1, "client-addresses", "uses the first one"},
		{options->warmup_ns > 0, "warmup", "has no warm-up: its window begins at once"},
		{options->request_bytes > 0, "request-bytes", "makes its requests itself"},
		{options->beside, "beside", "is played alone"},
		{options->expect, "expect", "decides by itself which responses are right"},
		{options->hgrm, "hgrm", "keeps its latencies to itself"},
		{options->total && is_wrk, "total", "knows a duration only"},
		{options->total && !is_wrk && !strstr(options->loader_command, "{total}"), "total",
			"is not told: there is no {total} in its command"},
		{options->connect_batch != BATCH_USUAL, "connect-batch",
			"connects and sends in its own order"},
		{options->headers.count && !is_wrk, "header",
			"is not told: write it in its command"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE,
				"--%s is for the builtin loader: %s %s", rows[i].option,
				is_wrk ? "wrk" : "a command", rows[i].why);
	return 0;
}

static int loader_check(const struct run_options *options, struct error *error)
{
	struct command command;
	struct address nowhere = address_ipv4((struct in_addr){0}, 0);
	bool is_wrk = third_party_load_is_wrk(options);
	if (!is_wrk && strcmp(options->loader, "builtin") != 0)
		return error_set(error, STATUS_USAGE,
			"--loader %s: must be builtin or wrk; another is --loader-command '...'",
			options->loader);
	if (is_wrk && options->loader_command)
		return error_set(
			error, STATUS_USAGE, "--loader wrk and --loader-command: give one of them");
	if (!third_party_make_load(options))
		return 0;
	if (options->loader_command && strstr(options->loader_command, "{total}") &&
		!options->total)
		return error_set(error, STATUS_USAGE,
			"--loader-command has {total}, and nothing says how many: add -n N "
			"(--total), or write a number in its place");
	if (builtin_only_check(options, error) == -1 ||
		third_party_loader_command(options, &nowhere, &command, error) == -1)
		return -1;
	int result = command_find(&command, is_wrk ? "loader wrk" : "loader-command",
		is_wrk ? WRK_ADVICE : "", error);
	command_destroy(&command);
	return result;
}

/* A small letter or a digit of a name, or the dash that stands for anything else. */
static char label_letter(char c)
{
	char lower = (char)tolower((unsigned char)c);
	if (!strchr(NAME_CHARACTERS, lower))
		return '-';
	return lower;
}

/* The program's name, as strategies are called: small letters, digits, and a dash between them.
 * Returns 0; or -1 when it is longer than such a name may be. */
static int server_label(struct run_options *options, const char *program, struct error *error)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	char *label = options->server_label;
	size_t used = 0;
	if (strlen(name) >= sizeof(options->server_label))
		return error_set(error, STATUS_USAGE,
			"--server-command: the name of the program, %s, is longer than the %zu "
			"characters that a name may have here: --server-name gives a shorter one",
			name, sizeof(options->server_label) - 1);
	for (const char *c = name; *c; c++) {
		char letter = label_letter(*c);
		if (letter != '-' || (used > 0 && label[used - 1] != '-'))
			label[used++] = letter;
	}
	if (used > 0 && label[used - 1] == '-')
		used--;
	label[used] = '\0';
	if (used == 0)
		snprintf(label, sizeof(options->server_label), "server");
	return 0;
}

static int server_name_check(const char *name, struct error *error)
{
	size_t length = strlen(name);
	if (length > 0 && length < sizeof(((struct run_options *)NULL)->server_label) &&
		strspn(name, NAME_CHARACTERS) == length && name[0] != '-' &&
		name[length - 1] != '-')
		return 0;
	return error_set(error, STATUS_USAGE,
		"--server-name %s: must be small letters, digits, and dashes between them, at most "
		"%zu",
		name, sizeof(((struct run_options *)NULL)->server_label) - 1);
}

static int server_check(struct run_options *options, struct error *error)
{
	struct command command;
	struct address nowhere = address_ipv4((struct in_addr){0}, 0);
	const char *name = options->server_name;
	if (!options->server_command)
		return name ? error_set(error, STATUS_USAGE,
				      "--server-name %s: is the name of a --server-command", name)
			    : 0;
	if (options->strategies)
		return error_set(error, STATUS_USAGE,
			"--strategies are ways of teardown-server to close, and nothing is "
			"declared of a --server-command: give one of them");
	if (name && server_name_check(name, error) == -1)
		return -1;
	if (third_party_server_command(options, &nowhere, NULL, &command, error) == -1)
		return -1;
	int result = server_label(options, name ? name : command.argv[0], error);
	if (result == 0)
		result = command_find(&command, "server-command", "", error);
	command_destroy(&command);
	return result;
}

int third_party_check(struct run_options *options, struct error *error)
{
	const char *path = options->path;
	if (path[0] != '/' || strpbrk(path, " \t\r\n") || strlen(path) > PATH_MAX_LENGTH)
		return error_set(error, STATUS_USAGE,
			"--path %s: must begin with /, without blanks, and %d characters at most",
			path, PATH_MAX_LENGTH);
	return loader_check(options, error) == -1 ? -1 : server_check(options, error);
}
