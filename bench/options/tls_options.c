#include "bench/options/tls_options.h"

#include "bench/options/third_party.h"
#include "tls/context.h"

#include <stdio.h>
#include <string.h>

void tls_options_values(const char *certificate, struct command_value values[TLS_VALUES])
{
	values[TLS_CERT].name = "cert";
	values[TLS_KEY].name = "key";
	for (size_t i = 0; i < TLS_VALUES; i++)
		snprintf(values[i].text, sizeof(values[i].text), "%s",
			certificate ? certificate : "");
}

static bool has_value(const char *command)
{
	return command && (strstr(command, "{cert}") || strstr(command, "{key}"));
}

bool tls_options_need_certificate(const struct run_options *options)
{
	return has_value(options->server_command) || has_value(options->proxy_command);
}

int tls_options_check(const struct run_options *options, struct error *error)
{
	if (options->tls && !options->server_command && !options->proxy_command)
		return error_set(error, STATUS_USAGE,
			"--tls: the server of --strategies is started without TLS; add "
			"--server-command 'teardown-server --tls --listen {host}:{port}', or "
			"'COMMAND {cert} {key}'");
	if (options->tls && !third_party_make_load(options))
		return error_set(error, STATUS_USAGE,
			"--tls: the builtin loader speaks no TLS; add --loader wrk, or "
			"--loader-command 'COMMAND {url}'");
	if (options->tls && options->loader_command && !strstr(options->loader_command, "{url}"))
		return error_set(error, STATUS_USAGE,
			"--tls: --loader-command is not told: there is no {url} in it");
	if (tls_options_need_certificate(options) && !tls_is_available())
		return error_set(error, STATUS_HOST_CANNOT,
			"%s: {cert} and {key} are made by libssl, which this program was built "
			"without: install libssl-dev, and build it anew",
			has_value(options->server_command) ? "--server-command"
							   : "--proxy-command");
	return 0;
}
