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

bool tls_options_own_server(const struct run_options *options)
{
	return options->tls && !options->server_command && !options->proxy_command;
}

bool tls_options_resume(const struct run_options *options)
{
	return strcmp(options->tls_resume, "on") == 0;
}

void tls_options_level_set(struct run_options *options, bool is_tls)
{
	options->tls = is_tls;
	options->compare_tls = false;
	if (!is_tls)
		options->tls_resume = TLS_RESUME_DEFAULT;
}

int tls_options_compare_check(const struct run_options *options, struct error *error)
{
	if (options->compare_tls && options->tls)
		return error_set(error, STATUS_USAGE,
			"--compare-tls plays each strategy without and with TLS; not with --tls");
	if (options->compare_tls && (options->server_command || options->proxy_command))
		return error_set(error, STATUS_USAGE,
			"--compare-tls: --%s speaks either plain HTTP or TLS: run it twice, with "
			"and without --tls, and `teardown compare` the two",
			options->server_command ? "server-command" : "proxy-command");
	return 0;
}

static int resume_check(const struct run_options *options, struct error *error)
{
	bool is_on = tls_options_resume(options);
	if (!is_on && strcmp(options->tls_resume, "off") != 0)
		return error_set(error, STATUS_USAGE, "--tls-resume %s: must be off or on",
			options->tls_resume);
	if (is_on && !options->tls)
		return error_set(error, STATUS_USAGE, "--tls-resume: needs --tls");
	if (is_on && third_party_make_load(options))
		return error_set(error, STATUS_USAGE,
			"--tls-resume is the builtin loader's: another loader resumes as it does");
	return 0;
}

static int library_check(const struct run_options *options, struct error *error)
{
	if (tls_is_available())
		return 0;
	if (tls_options_need_certificate(options))
		return error_set(error, STATUS_HOST_CANNOT,
			"%s: {cert} and {key} are made by libssl, which this program was built "
			"without: install libssl-dev, and build it anew",
			has_value(options->server_command) ? "--server-command"
							   : "--proxy-command");
	if (options->tls && (tls_options_own_server(options) || !third_party_make_load(options)))
		return error_set(error, STATUS_HOST_CANNOT,
			"--tls: this program was built without TLS: install libssl-dev, and build "
			"it anew");
	return 0;
}

int tls_options_check(const struct run_options *options, struct error *error)
{
	if (resume_check(options, error) == -1)
		return -1;
	if (options->tls && options->loader_command && !strstr(options->loader_command, "{url}"))
		return error_set(error, STATUS_USAGE,
			"--tls: --loader-command is not told: there is no {url} in it");
	return library_check(options, error);
}
