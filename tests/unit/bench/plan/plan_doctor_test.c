/* What is planned for a host, from the JSON of doctor; what is no such JSON, and what stands above
 * it. */
#include "bench/plan/plan_doctor.h"

#include "bench/plan/plan_options.h"
#include "made_up_plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "{\"schema\": \"teardown-doctor/1\", \"host\": {\"hz\": 1000}, "
#define SPACES                                                                                     \
	"\"namespaces\": [{\"name\": \"host\", \"ports\": [32768, 60999], \"tw_reuse_delay_ms\": " \
	"1000, \"tw_buckets\": 65536}, {\"name\": \"net:[7]\", \"ports\": [40001, 42000], "        \
	"\"tw_reuse_delay_ms\": 50, \"tw_buckets\": null}], "
/* 33/s of one is more than 30/s of the other in 60 s, of which more is held. */
#define PAIRS                                                                                      \
	"\"pairs\": [{\"namespace\": \"host\", \"source\": \"10.0.0.1\", \"destination\": "        \
	"\"10.0.0.2:80\", \"held\": 1800, \"available\": 28000, \"reuse\": false, "                \
	"\"rate_per_s\": {\"5s\": 30, \"30s\": 30, \"60s\": 30}}, {\"namespace\": \"net:[7]\", "   \
	"\"source\": \"10.9.0.1\", \"destination\": \"10.9.0.2:80\", \"held\": 300, "              \
	"\"available\": 1990, \"reuse\": true, \"rate_per_s\": {\"5s\": 33, \"30s\": 9.5, "        \
	"\"60s\": 5}}]}"

#define RATES(of_5s) "\"pairs\": [{\"rate_per_s\": {\"5s\": " of_5s "}}]}"
#define RATE_CANNOT_BE                                                                             \
	": a rate_per_s of one of its pairs is missing, or is not between 0 and 10^12"

static char path[] = "/tmp/teardown-plan-doctor-XXXXXX";
static struct error error;

static int read_text(const char *text, struct plan_doctor *found)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	error = (struct error){0};
	return plan_doctor_read(path, found, &error);
}

static struct options_given given_of(int argc, char **argv)
{
	struct plan_options options;
	struct options_given given;
	plan_options_set_defaults(&options);
	assert_int_equal(
		options_parse(&plan_option_table, argc, argv, &options, NULL, &given, &error),
		OPTIONS_PARSED);
	return given;
}

static void test_busiest_pair(void **state)
{
	struct plan_doctor found;
	assert_int_equal(read_text(HEAD SPACES PAIRS, &found), 0);
	assert_string_equal(found.source, "10.9.0.1");
	assert_string_equal(found.destination, "10.9.0.2:80");
	assert_string_equal(found.space, "net:[7]");
	assert_near(found.rate_per_s, 33);
	assert_true(found.held == 300 && found.available == 1990 && found.reuses);
	assert_int_equal(found.port_low, 40001);
	assert_int_equal(found.port_high, 42000);
	assert_near(found.reuse_delay_s, 0.05);
	assert_true(isnan(found.time_wait_most) && found.hz == 1000);
}

static void test_what_is_taken(void **state)
{
	char *argv[] = {"plan"};
	struct options_given given = given_of(1, argv);
	struct plan_asked asked = made_up_asked(NAN, 32768, 60999);
	struct plan_doctor found;
	char overruled[PLAN_DOCTOR_TEXT_MAX];
	assert_int_equal(read_text(HEAD SPACES PAIRS, &found), 0);
	plan_doctor_take(&found, &given, &asked, overruled);
	assert_string_equal(overruled, "");
	assert_near(asked.requests_per_s, 33);
	assert_true(asked.port_low == 40001 && asked.port_high == 42000);
	assert_true(asked.ports_taken == 10 && asked.reuses);
	assert_near(asked.reuse_delay_s, 0.05);
	assert_true(isinf(asked.time_wait_most));
	assert_int_equal(asked.life.hz, 1000);
}

static void test_what_was_given(void **state)
{
	char *argv[] = {"plan", "--rate", "600/s", "--ports", "40001-42000", "--tw-buckets", "5",
		"--hz", "250"};
	struct options_given given = given_of(9, argv);
	struct plan_asked asked = made_up_asked(600, 40001, 42000);
	struct plan_doctor found;
	char overruled[PLAN_DOCTOR_TEXT_MAX];
	asked.time_wait_most = 5;
	assert_int_equal(read_text(HEAD SPACES PAIRS, &found), 0);
	plan_doctor_take(&found, &given, &asked, overruled);
	/* The ports are those of the file, and it knows no cap. */
	assert_string_equal(overruled, "--rate, --hz");
	assert_true(asked.requests_per_s == 600 && asked.ports_taken == 0);
	assert_true(asked.time_wait_most == 5 && asked.life.hz == 250);
}

/* What was measured is of one host. */
static void test_several_hosts(void **state)
{
	struct options_given given = given_of(1, (char *[]){"plan"});
	struct plan_asked asked = made_up_asked(600, 40001, 42000);
	struct plan_doctor found;
	char overruled[PLAN_DOCTOR_TEXT_MAX];
	asked.hosts = 10;
	assert_int_equal(read_text(HEAD SPACES PAIRS, &found), 0);
	plan_doctor_take(&found, &given, &asked, overruled);
	assert_true(asked.requests_per_s == 330);
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"", ":1: '[' or '{' expected near end of file"},
		{"{\"schema\": \"teardown-plan/1\"}",
			": is not of schema teardown-doctor/1 (teardown doctor --json)"},
		{"[]", ": is not of schema teardown-doctor/1 (teardown doctor --json)"},
		{HEAD SPACES "\"pairs\": []}",
			": no pair in it opens connections that leave a TIME_WAIT at that host"},
		{HEAD RATES("1e300, \"30s\": 1, \"60s\": 1"), RATE_CANNOT_BE},
		{HEAD RATES("1, \"30s\": -1, \"60s\": 1"), RATE_CANNOT_BE},
		{HEAD RATES("1, \"30s\": 1, \"60s\": \"1\""), RATE_CANNOT_BE},
		{HEAD RATES("1, \"30s\": 1"), RATE_CANNOT_BE},
		{HEAD RATES("0, \"30s\": 0, \"60s\": 0"),
			": no pair in it opens connections that leave a TIME_WAIT at that host"},
		{HEAD PAIRS, ": the ports of its busiest pair are missing, or cannot be"},
		{HEAD "\"namespaces\": [{\"name\": \"net:[7]\", \"ports\": [42000, "
		      "40001]}], " PAIRS,
			": the ports of its busiest pair are missing, or cannot be"},
		{HEAD "\"namespaces\": [{\"name\": \"net:[7]\", \"ports\": [1, 70000]}], " PAIRS,
			": the ports of its busiest pair are missing, or cannot be"},
		{HEAD "\"namespaces\": [{\"name\": \"net:[7]\", \"ports\": [40001, 42000], "
		      "\"tw_buckets\": 0}], " PAIRS,
			": tcp_max_tw_buckets is 0 where its busiest pair is: no TIME_WAIT holds a "
			"port there"},
		/* Fewer than the pair has. */
		{HEAD "\"namespaces\": [{\"name\": \"net:[7]\", \"ports\": [1, 1989]}], " PAIRS,
			": the ports of its busiest pair are missing, or cannot be"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_doctor found;
		char why[ERROR_TEXT_SIZE];
		assert_int_equal(read_text(rows[i].text, &found), -1);
		assert_int_equal(error.status, STATUS_USAGE);
		snprintf(why, sizeof(why), "--from-doctor %s%s", path, rows[i].why);
		assert_string_equal(error.text, why);
	}
	struct plan_doctor found;
	assert_int_equal(plan_doctor_read("/", &found, &error), -1);
	assert_string_equal(error.text, "--from-doctor /: Is a directory");
}

static int file_create(void **state)
{
	int fd = mkstemp(path);
	return fd == -1 ? -1 : close(fd);
}

static int file_remove(void **state)
{
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busiest_pair),
		cmocka_unit_test(test_what_is_taken),
		cmocka_unit_test(test_what_was_given),
		cmocka_unit_test(test_several_hosts),
		cmocka_unit_test(test_what_is_refused),
	};
	return cmocka_run_group_tests(tests, file_create, file_remove);
}
