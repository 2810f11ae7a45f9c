/* Every strategy of the registry, unasked: real connections between two namespaces, held to what
 * the strategy's table claims, and every descriptor of the server's watched. Small responses go
 * over IPv4 and large ones over IPv6; with LONG_TESTS=1 both over both. Where the kernel has no
 * IPv6 all is IPv4. Exits 77 where namespaces are impossible. */
#include "bench/check/claim.h"
#include "bench/network/netns.h"
#include "common/sysctl.h"
#include "strategies/core/registry.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct contract {
	struct claim claim;
	char name[64];
};

static const char *watch_path;
static char report_path[] = "/tmp/teardown-descriptors-XXXXXX";

/* What the server's descriptors came to; it has ended. */
static void descriptors_check(uint64_t established, struct complaints *complaints)
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
	complain_unless_equal(complaints, "accepted", accepted, established);
	complain_unless_equal(complaints, "descriptors closed", closed, accepted);
	complain_unless_equal(complaints, "closes of what was not open", wrong, 0);
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

/* The setting of a strategy's that this kernel has not got, or NULL. */
static const char *setting_lacking(const struct td_strategy *strategy)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++) {
		char value[SYSCTL_VALUE_MAX];
		const char *name = strategy->requirements[i].sysctl;
		if (sysctl_read(name, value, sizeof(value)) == -1 && errno == ENOENT)
			return name;
	}
	return NULL;
}

static void test_contract(void **state)
{
	const struct contract *contract = *state;
	struct complaints complaints = {0};
	struct error error = {0};
	uint64_t established = 0;
	const char *lacking = setting_lacking(contract->claim.strategy);
	if (lacking) {
		print_message("%s: this kernel has no %s\n", contract->name, lacking);
		skip();
	}
	watch_begin();
	int result = claim_try(&contract->claim, &complaints, &established, &error);
	watch_end();
	if (result == -1)
		fail_msg("%s", error.text);
	descriptors_check(established, &complaints);
	if (complaints.length > 0)
		fail_msg("%s:\n%s", contract->name, complaints.text);
}

/* The first two of a strategy have both sizes and both families. */
static const struct {
	uint64_t response_bytes;
	bool is_ipv6;
} kinds[] = {
	{CLAIM_SMALL_BYTES, false},
	{CLAIM_LARGE_BYTES, true},
	{CLAIM_SMALL_BYTES, true},
	{CLAIM_LARGE_BYTES, false},
};

static struct CMUnitTest test_of(struct contract *contract, size_t strategy, size_t kind)
{
	bool has_ipv6 = access("/proc/sys/net/ipv6", F_OK) == 0;
	*contract = (struct contract){
		.claim = {registry_strategies[strategy], kinds[kind].response_bytes,
			kinds[kind].is_ipv6 && has_ipv6},
	};
	snprintf(contract->name, sizeof(contract->name), "%s, %llu bytes, IPv%c",
		contract->claim.strategy->name, (unsigned long long)contract->claim.response_bytes,
		contract->claim.is_ipv6 ? '6' : '4');
	return (struct CMUnitTest){
		.name = contract->name, .test_func = test_contract, .initial_state = contract};
}

static int contracts_run(void)
{
	const char *is_long = getenv("LONG_TESTS");
	size_t each = is_long && *is_long ? sizeof(kinds) / sizeof(kinds[0]) : 2;
	size_t count = each * registry_count;
	struct contract *contracts = calloc(count, sizeof(*contracts));
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed = contracts && tests ? 0 : 1;
	for (size_t i = 0; failed == 0 && i < count; i++)
		tests[i] = test_of(&contracts[i], i / each, i % each);
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
