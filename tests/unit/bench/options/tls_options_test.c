/* What --tls, {cert} and {key} make of commands, and what does not go with them. */
#include "bench/options/proxy.h"
#include "bench/options/third_party.h"
#include "bench/options/tls_options.h"
#include "tls/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PAIR "/proc/7/fd/8"

static struct run_options options_make(void)
{
	return (struct run_options){.loader = "builtin",
		.path = "/p",
		.server_port = 8443,
		.timeout_ns = 1,
		.family = "4",
		.upstreams = 1,
		.tls_resume = "off"};
}

static bool has_word(const struct command *command, const char *word)
{
	for (size_t i = 0; i < command->count; i++)
		if (strcmp(command->argv[i], word) == 0)
			return true;
	return false;
}

static void test_url(void **state)
{
	struct address server;
	assert_int_equal(address_parse("198.18.0.1:0", &server), 0);
	for (int tls = 0; tls < 2; tls++) {
		const char *url = tls ? "https://198.18.0.1:8443/p" : "http://198.18.0.1:8443/p";
		struct run_options options = options_make();
		struct command command;
		struct error error;
		options.tls = tls;
		options.loader_command = "it {url} {cert}";
		assert_int_equal(
			third_party_loader_command(&options, &server, &command, &error), 0);
		assert_true(has_word(&command, url));
		/* Which is not a loader's to know. */
		assert_true(has_word(&command, "{cert}"));
		command_destroy(&command);
		options.loader_command = NULL;
		options.loader = "wrk";
		assert_int_equal(
			third_party_loader_command(&options, &server, &command, &error), 0);
		assert_true(has_word(&command, url));
		command_destroy(&command);
	}
}

static void test_certificate(void **state)
{
	struct address server;
	struct run_options options = options_make();
	struct command command;
	struct error error;
	assert_int_equal(address_parse("198.18.0.1:0", &server), 0);
	options.server_command = "it c={cert} k={key} {host}:{port} {url}";
	assert_int_equal(third_party_server_command(&options, &server, PAIR, &command, &error), 0);
	assert_int_equal(command.count, 5);
	assert_string_equal(command.argv[1], "c=" PAIR);
	assert_string_equal(command.argv[2], "k=" PAIR);
	assert_string_equal(command.argv[3], "198.18.0.1:8443");
	assert_string_equal(command.argv[4], "{url}");
	command_destroy(&command);
	assert_int_equal(third_party_server_command(&options, &server, NULL, &command, &error), 0);
	assert_string_equal(command.argv[1], "c=");
	command_destroy(&command);
	options.proxy_command = "it {listen} {key} {cert} {upstream1}";
	assert_int_equal(proxy_command(&options, PAIR, &command, &error), 0);
	assert_int_equal(command.count, 5);
	assert_string_equal(command.argv[2], PAIR);
	assert_string_equal(command.argv[3], PAIR);
	assert_string_equal(command.argv[4], "198.18.1.1:8443");
	command_destroy(&command);
}

static void test_who_needs_one(void **state)
{
	static const struct {
		const char *server, *proxy;
		bool needs;
	} rows[] = {
		{NULL, NULL, false},
		{"it {certificate} {keys} cert key", NULL, false},
		{"it {cert}", NULL, true},
		{"it {key}", NULL, true},
		{NULL, "it 'a {key}'", true},
		{"it", "it {cert}", true},
		{"it", "it", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_make();
		options.server_command = rows[i].server;
		options.proxy_command = rows[i].proxy;
		assert_int_equal(tls_options_need_certificate(&options), rows[i].needs);
	}
}

static void test_what_does_not_go(void **state)
{
	static const struct {
		bool tls;
		const char *server, *proxy, *loader, *command, *refusal;
	} rows[] = {
		{false, NULL, NULL, "builtin", NULL, NULL},
		{false, "it", NULL, "builtin", NULL, NULL},
		{true, "it", NULL, "wrk", NULL, NULL},
		{true, NULL, "it", "wrk", NULL, NULL},
		{true, "it", NULL, "builtin", "it {url}", NULL},
		{true, NULL, NULL, "wrk", NULL, NULL},
		{true, NULL, NULL, "builtin", NULL, NULL},
		{true, "it", NULL, "builtin", NULL, NULL},
		{true, "it", NULL, "builtin", "it https://{host}", "there is no {url} in it"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_make();
		struct error error;
		options.tls = rows[i].tls;
		options.server_command = rows[i].server;
		options.proxy_command = rows[i].proxy;
		options.loader = rows[i].loader;
		options.loader_command = rows[i].command;
		int result = tls_options_check(&options, &error);
		assert_int_equal(result, rows[i].refusal ? -1 : 0);
		if (result == 0)
			continue;
		assert_int_equal(error.status, STATUS_USAGE);
		assert_non_null(strstr(error.text, rows[i].refusal));
	}
}

static void test_resumption_and_clients(void **state)
{
	static const struct {
		bool tls, own;
		const char *loader, *resume, *clients, *beside, *refusal;
	} rows[] = {
		{true, true, "builtin", "on", NULL, NULL, NULL},
		{true, true, "builtin", "maybe", NULL, NULL,
			"--tls-resume maybe: must be off or on"},
		{false, false, "builtin", "on", NULL, NULL, "--tls-resume: needs --tls"},
		{true, true, "wrk", "on", NULL, NULL, "--tls-resume is the builtin loader's"},
		{false, false, "builtin", "off", "idle=5", "idle=5", NULL},
		{true, true, "builtin", "off", "idle=5", "idle=5", NULL},
	};
	for (size_t i = 0; tls_is_available() && i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_make();
		struct error error;
		options.tls = rows[i].tls;
		options.loader = rows[i].loader;
		options.tls_resume = rows[i].resume;
		options.clients = rows[i].clients;
		options.beside = rows[i].beside;
		assert_int_equal(tls_options_check(&options, &error), rows[i].refusal ? -1 : 0);
		assert_true(!rows[i].refusal || strstr(error.text, rows[i].refusal));
		assert_int_equal(tls_options_own_server(&options), rows[i].own);
		options.server_command = "it";
		assert_false(tls_options_own_server(&options));
	}
}

/* Only who needs a certificate needs a program that was built with TLS. */
static void test_who_needs_libssl(void **state)
{
	struct run_options options = options_make();
	struct error error;
	options.server_command = "it";
	assert_int_equal(tls_options_check(&options, &error), 0);
	options.server_command = "it {cert}";
	assert_int_equal(tls_options_check(&options, &error), tls_is_available() ? 0 : -1);
	if (tls_is_available())
		return;
	assert_int_equal(error.status, STATUS_HOST_CANNOT);
	assert_non_null(
		strstr(error.text, "--server-command: {cert} and {key} are made by libssl"));
	options.server_command = "it";
	options.proxy_command = "it {key}";
	assert_int_equal(tls_options_check(&options, &error), -1);
	assert_non_null(strstr(error.text, "--proxy-command: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_who_needs_one),
		cmocka_unit_test(test_what_does_not_go),
		cmocka_unit_test(test_resumption_and_clients),
		cmocka_unit_test(test_who_needs_libssl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
