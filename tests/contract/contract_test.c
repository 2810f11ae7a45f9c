/* Every strategy of the registry, unasked: real connections between two namespaces, held to what
 * the strategy's table claims, and every descriptor of the server's watched. Exits 77 where
 * namespaces are impossible. */
#include "bench/judge/figures.h"
#include "bench/judge/validity.h"
#include "bench/network/netns.h"
#include "bench/options/options.h"
#include "bench/trial/trial.h"
#include "strategies/core/executor.h"
#include "strategies/core/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CONNECTIONS 200
/* Where one connection serves many exchanges there are fewer of them, but no fewer than this. */
#define CONNECTIONS_LEAST 16
#define SMALL_BYTES 300
/* More than a client's receive buffer holds at first: a small response hides what is lost. */
#define LARGE_BYTES 300000

struct contract {
	const struct td_strategy *strategy;
	uint64_t response_bytes;
	char name[64];
};

/* What is wrong, all of it; empty: nothing is. */
struct complaints {
	size_t length;
	char text[4000];
};

static const char *watch_path;
static char report_path[] = "/tmp/teardown-descriptors-XXXXXX";

__attribute__((format(printf, 2, 3))) static void complain(
	struct complaints *complaints, const char *format, ...)
{
	size_t room = sizeof(complaints->text) - complaints->length;
	va_list args;
	va_start(args, format);
	int n = vsnprintf(complaints->text + complaints->length, room, format, args);
	va_end(args);
	if (n > 0)
		complaints->length += (size_t)n < room ? (size_t)n : room - 1;
}

static void expect_equal(
	struct complaints *complaints, const char *what, uint64_t found, uint64_t expected)
{
	if (found != expected)
		complain(complaints, "%s: %llu, and not %llu\n", what, (unsigned long long)found,
			(unsigned long long)expected);
}

static void expect_claim(
	struct complaints *complaints, const char *what, enum td_who declared, const char *measured)
{
	if (strcmp(figures_who(declared), measured) != 0)
		complain(complaints, "%s: measured %s, declared %s\n", what, measured,
			figures_who(declared));
}

/* Whatever a strategy gives up, every connection is accounted for, and what arrives is right. */
static void accounting_check(const struct trial *trial, struct complaints *complaints)
{
	const struct tally *tally = &trial->tally;
	if (trial->failure[0])
		complain(complaints, "%s\n", trial->failure);
	if (!tally_balances(tally))
		complain(complaints, "the loader's accounting does not balance\n");
	expect_equal(complaints, "attempted", tally->attempted, trial->load.total);
	expect_equal(complaints, "responses with wrong bytes", tally->corrupt, 0);
	expect_equal(complaints, "responses without a status of 2xx", tally->refused, 0);
	if (tally->bytes_received > tally->bytes_promised)
		complain(complaints, "more bytes were received than promised\n");
}

static void delivery_check(const struct trial *trial, struct complaints *complaints)
{
	const struct tally *tally = &trial->tally;
	uint64_t exchanges = tally->attempted * trial->load.requests_per_connection;
	expect_equal(complaints, "completed", tally->outcomes[OUTCOME_COMPLETED], tally->attempted);
	expect_equal(complaints, "exchanges", tally->exchanges, exchanges);
	expect_equal(complaints, "bytes promised", tally->bytes_promised,
		exchanges * trial->load.response_bytes);
	expect_equal(complaints, "bytes received", tally->bytes_received, tally->bytes_promised);
}

/* The end of a large response may be lost where the table says so; a small one always arrives. */
static bool may_lose(const struct trial *trial)
{
	return (trial->strategy->gives_up & TD_GIVES_UP_TAIL) &&
	       trial->load.response_bytes > SMALL_BYTES;
}

static void trial_check(const struct trial *trial, struct complaints *complaints)
{
	const struct td_strategy *strategy = trial->strategy;
	struct figures figures = figures_of(trial);
	struct reasons reasons = validity_reasons(trial, &figures);
	accounting_check(trial, complaints);
	if (!strategy->claim_is_race)
		expect_claim(complaints, "holder", strategy->holder, figures.holder);
	if (may_lose(trial))
		return;
	if (!strategy->claim_is_race)
		expect_claim(
			complaints, "first closer", strategy->first_closer, figures.first_closer);
	delivery_check(trial, complaints);
	for (size_t i = 0; i < reasons.count; i++)
		complain(complaints, "invalid: %s\n", reasons.text[i]);
	reasons_finish(&reasons);
}

/* What the server's descriptors came to; it has ended. */
static void descriptors_check(const struct trial *trial, struct complaints *complaints)
{
	unsigned long accepted, closed, wrong;
	FILE *report = fopen(report_path, "re");
	int found = report ? fscanf(report, "accepted=%lu closed=%lu wrong=%lu", &accepted, &closed,
				     &wrong)
			   : 0;
	if (report)
		fclose(report);
	if (found != 3) {
		complain(complaints, "the server left no report of its descriptors\n");
		return;
	}
	expect_equal(complaints, "accepted", accepted, trial->tally.established);
	expect_equal(complaints, "descriptors closed", closed, accepted);
	expect_equal(complaints, "closes of what was not open", wrong, 0);
}

static uint64_t connections_of(const struct td_strategy *strategy)
{
	uint64_t fewer = CONNECTIONS / strategy_exchanges(strategy);
	return fewer > CONNECTIONS_LEAST ? fewer : CONNECTIONS_LEAST;
}

static void options_fill(struct run_options *options, const struct contract *contract)
{
	char total[24], bytes[24];
	uint64_t given;
	struct error error;
	snprintf(total, sizeof(total), "%llu",
		(unsigned long long)connections_of(contract->strategy));
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)contract->response_bytes);
	char *argv[] = {"contract", "--strategies", (char *)contract->strategy->name, "--total",
		total, "--connections", "8", "--response-bytes", bytes, NULL};
	int argc = (int)(sizeof(argv) / sizeof(argv[0])) - 1;
	run_options_set_defaults(options);
	if (options_parse(&run_option_table, argc, argv, options, NULL, &given, &error) !=
			OPTIONS_PARSED ||
		run_options_complete(options, given, &error) == -1)
		fail_msg("%s", error.text);
}

/* Only the server is started meanwhile, and so only it inherits this. */
static void watch_begin(void)
{
	const char *sanitizer = getenv("ASAN_OPTIONS");
	char options[1000];
	/* AddressSanitizer refuses to start behind another library, unless it is told. */
	snprintf(options, sizeof(options), "%s%sverify_asan_link_order=0",
		sanitizer ? sanitizer : "", sanitizer ? ":" : "");
	setenv("ASAN_OPTIONS", options, 1);
	setenv("DESCRIPTOR_REPORT", report_path, 1);
	setenv("LD_PRELOAD", watch_path, 1);
	assert_int_equal(truncate(report_path, 0), 0);
}

static void watch_end(void)
{
	unsetenv("LD_PRELOAD");
	unsetenv("DESCRIPTOR_REPORT");
}

static void test_contract(void **state)
{
	static const volatile bool never = false;
	const struct contract *contract = *state;
	struct run_options options;
	struct complaints complaints = {0};
	struct error error = {0};
	struct trial trial;
	options_fill(&options, contract);
	struct trial_spec spec = {
		.options = &options,
		.strategy = contract->strategy,
		.repeat = 1,
		.order = 1,
		.verify = true,
		.interrupted = &never,
	};
	watch_begin();
	int result = trial_run(&spec, &trial, &error);
	watch_end();
	if (result == -1)
		fail_msg("%s", error.text);
	/* So short a trial has few samples, and one that a busy machine missed says nothing of the
	 * strategy. */
	trial.samples_missed = 0;
	trial_check(&trial, &complaints);
	descriptors_check(&trial, &complaints);
	trial_finish(&trial);
	if (complaints.length > 0)
		fail_msg("%s:\n%s", contract->name, complaints.text);
}

static struct CMUnitTest test_of(struct contract *contract, size_t i)
{
	*contract = (struct contract){
		.strategy = registry_strategies[i / 2],
		.response_bytes = i % 2 ? LARGE_BYTES : SMALL_BYTES,
	};
	snprintf(contract->name, sizeof(contract->name), "%s, %llu bytes", contract->strategy->name,
		(unsigned long long)contract->response_bytes);
	return (struct CMUnitTest){
		.name = contract->name, .test_func = test_contract, .initial_state = contract};
}

static int contracts_run(void)
{
	size_t count = 2 * registry_count;
	struct contract *contracts = calloc(count, sizeof(*contracts));
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed = contracts && tests ? 0 : 1;
	for (size_t i = 0; failed == 0 && i < count; i++)
		tests[i] = test_of(&contracts[i], i);
	if (failed == 0)
		failed = _cmocka_run_group_tests("contract", tests, count, NULL, NULL);
	free(tests);
	free(contracts);
	return failed;
}

int main(int argc, char **argv)
{
	struct error error;
	if (argc != 2) {
		fprintf(stderr, "usage: contract_test DESCRIPTOR_WATCH_LIBRARY\n");
		return STATUS_USAGE;
	}
	watch_path = argv[1];
	if (netns_prepare(&error) == -1) {
		fprintf(stderr, "%s\n", error.text);
		return error.status == STATUS_HOST_CANNOT ? 77 : 1;
	}
	int fd = mkstemp(report_path);
	if (fd == -1) {
		perror(report_path);
		return 1;
	}
	close(fd);
	int failed = contracts_run();
	unlink(report_path);
	return failed ? 1 : 0;
}
