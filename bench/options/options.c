#include "bench/options/options.h"

#include "bench/load/batch.h"
#include "bench/options/agent_options.h"
#include "bench/options/consistency.h"
#include "bench/options/factor.h"
#include "bench/options/family.h"
#include "bench/options/ramp_option.h"
#include "bench/options/tls_options.h"
#include "bench/options/wire_options.h"
#include "common/clock.h"

#include <string.h>

/* Every load has a bound: with --total alone, this one. */
#define DURATION_OF_TOTAL_NS (60 * NS_PER_S)

void run_options_set_defaults(void *options)
{
	*(struct run_options *)options = (struct run_options){
		.strategies = "graceful,server-close,reset,tw-reuse,client-close,keep-alive",
		.connections = 64,
		.threads = 1,
		.server_threads = 1,
		.duration_ns = 2 * NS_PER_S,
		.arrivals = "fixed",
		.connect_batch = BATCH_USUAL,
		.repeat = 3,
		.response_bytes = 128,
		.timeout_ns = 5 * NS_PER_S,
		.client_addresses = 1,
		.proxy_addresses = 1,
		.family = FAMILY_DEFAULT,
		.upstreams = 1,
		.port_range = "32768-60999",
		.network = "veth",
		.seed = 1,
		.loader = "builtin",
		.server_port = 8080,
		.path = "/",
		.tls_resume = TLS_RESUME_DEFAULT,
	};
}

static int one_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	if (options->total && !options_given_has(given, "duration"))
		options->duration_ns = DURATION_OF_TOTAL_NS;
	if (options->ramp && !options_given_has(given, "duration"))
		options->duration_ns = RAMP_DURATION_NS;
	if ((options->rate || options->request_rate || options->ramp) &&
		!options_given_has(given, "connections"))
		options->connections = run_options_open_loop_connections();
	options->strategies_given = options_given_has(given, "strategies");
	if (options->server_command && !options->strategies_given)
		options->strategies = NULL;
	if (wire_options_parse(options, options_given_has(given, "network"), error) == -1 ||
		run_options_check(options, error) == -1)
		return -1;
	return agent_options_check(options, given, error);
}

static int levels_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	struct options_given all = *given;
	if (factor_prepare(options, &all, error) == -1)
		return -1;
	struct run_options raw = *options;
	/* Of a matrix these are its levels. */
	if (options->matrix)
		options->clients = NULL;
	if (family_is_both(options))
		options->family = FAMILY_DEFAULT;
	if (options->compare_tls)
		options->tls_resume = TLS_RESUME_DEFAULT;
	if (one_complete(options, &all, error) == -1)
		return -1;
	options->clients = raw.clients;
	options->family = raw.family;
	options->tls_resume = raw.tls_resume;
	return factor_make(options, &raw, &all, one_complete, error);
}

int run_options_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	int result = factor_is_asked(options) ? levels_complete(options, given, error)
					      : one_complete(options, given, error);
	return result == 0 ? run_options_check_twins(options, error) : -1;
}

static bool is_plain(const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
	return *text && strspn(text, plain) == strlen(text);
}

static void quoted_print(const char *text, FILE *out)
{
	if (is_plain(text)) {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text; text++)
		fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
	fputc('\'', out);
}

/* Named, those strategies that cannot run would be an error; and each trial on a shared network has
 * a port of its own for the server, and this host's range for the client. */
static bool is_left_out(const struct run_options *options, const char *name)
{
	bool of_trial = strcmp(name, "server-port") == 0 || strcmp(name, "port-range") == 0;
	return (strcmp(name, "strategies") == 0 && !options->strategies_given) ||
	       (of_trial && agent_options_are_given(options));
}

void run_options_print(const struct run_options *options, FILE *out)
{
	char room[OPTION_NUMBER_MAX];
	fputs("teardown run", out);
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(&run_option_table, i)); i++) {
		if (is_left_out(options, row->name))
			continue;
		for (size_t item = 0; item < options_values(row, options); item++) {
			fprintf(out, " --%s", row->name);
			if (row->kind == OPTION_FLAG)
				continue;
			fputc(' ', out);
			quoted_print(options_value(row, options, item, room), out);
		}
	}
}
