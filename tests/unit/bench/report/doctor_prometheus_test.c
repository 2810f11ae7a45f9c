/* Metrics of a host that is made up. */
#include "bench/report/doctor_prometheus.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAIRS 60

static struct made_up_host made;
static struct doctor_pair pairs[PAIRS];
static char *text;

static void write_all(void)
{
	size_t size = 0;
	struct diagnosis diagnosis = diagnosis_of(&made.host);
	const struct doctor_look look = {&made.host, &diagnosis, 1700000000};
	free(text);
	text = NULL;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(doctor_prometheus_write(&look, out), 0);
	fclose(out);
	diagnosis_finish(&diagnosis);
}

static void has(const char *line)
{
	const char *found = strstr(text, line);
	if (!found || (found > text && found[-1] != '\n') || found[strlen(line)] != '\n')
		fail_msg("no line \"%s\" in\n%s", line, text);
}

static size_t count_of(const char *what)
{
	size_t count = 0;
	for (const char *at = text; (at = strstr(at, what)); at++)
		count++;
	return count;
}

static void test_one_pair(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	made.host.cpu_ms = 31;
	write_all();
	has("teardown_pair_ports_held{namespace=\"host\",source=\"10.0.0.1\",destination=\"10.0.0."
	    "2:80\"} "
	    "360");
	has("teardown_pair_ports_available{namespace=\"host\",source=\"10.0.0.1\",destination=\"10."
	    "0.0.2:"
	    "80\"} 2000");
	has("teardown_pair_ports_held{namespace=\"other\",source=\"other\",destination=\"other\"} "
	    "0");
	has("teardown_findings{id=\"ports-run-out\",level=\"critical\"} 1");
	has("teardown_findings{id=\"ports-run-out\",level=\"warning\"} 0");
	has("teardown_findings{id=\"listen-overflow\",level=\"critical\"} 0");
	has("teardown_look_timestamp_seconds 1700000000");
	has("teardown_look_cpu_seconds 0.031");
	has("# TYPE teardown_pair_ports_exhausted_seconds gauge");
	assert_int_equal(count_of("\nteardown_pair_ports_exhausted_seconds{"), 1);
	/* Checks that did not look are not told of. */
	assert_int_equal(count_of("nat-share") + count_of("sysctl-file"), 0);
}

/* A pair that lasts has no such time. */
static void test_what_is_not_known_is_absent(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 15, 100);
	write_all();
	assert_int_equal(count_of("\nteardown_pair_ports_held{namespace=\"host\""), 1);
	assert_int_equal(count_of("\nteardown_pair_ports_exhausted_seconds{"), 0);
}

/* 60 pairs: 55 hold a tenth or more, of which the fullest 50 are told of. */
static void test_the_rest(void **state)
{
	made_up_host_init(&made);
	uint32_t rest = 0;
	for (size_t i = 0; i < PAIRS; i++) {
		pairs[i] = made.pair;
		pairs[i].port = (uint16_t)(1000 + i);
		pairs[i].held[0] = i < 5 ? 10 : (uint32_t)(200 + i);
		pairs[i].live = pairs[i].held[0];
		rest += i < 10 ? pairs[i].held[0] : 0;
	}
	made.space.pairs = pairs;
	made.space.pair_count = PAIRS;
	write_all();
	assert_int_equal(count_of("\nteardown_pair_ports_held{namespace=\"host\""), 50);
	assert_null(strstr(text, "10.0.0.2:1009\"}"));
	assert_non_null(strstr(text, "10.0.0.2:1010\"}"));
	char line[160];
	snprintf(line, sizeof(line),
		"teardown_pair_ports_held{namespace=\"other\",source=\"other\",destination="
		"\"other\"} %u",
		rest);
	has(line);
}

static void test_labels_are_escaped(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	snprintf(made.space.name, sizeof(made.space.name), "a\"b\\c");
	write_all();
	assert_non_null(strstr(text, "namespace=\"a\\\"b\\\\c\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_pair),
		cmocka_unit_test(test_what_is_not_known_is_absent),
		cmocka_unit_test(test_the_rest),
		cmocka_unit_test(test_labels_are_escaped),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(text);
	return failed;
}
