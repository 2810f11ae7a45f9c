/* A thousand results, as `teardown merge` reads them: from text, one after the other. All hosts
 * have one name. */
#include "bench/fleet/merge.h"

#include "bench/result/json_path.h"
#include "bench/result/result.h"
#include "common/clock.h"
#include "made_up_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define HOSTS 1000
#define CONNECTIONS 5000
#define AT UINT64_C(1795000000000000)
#define CPU_MOST_NS (2 * NS_PER_S)
#define MEMORY_MOST_KIB (200 * 1024)

#if defined(SANITIZED) || defined(COVERAGE)
#define IS_INSTRUMENTED true
#else
#define IS_INSTRUMENTED false
#endif

/* A few texts in turn, of which the start is each its own. */
#define TEXTS 8
#define START "\"started_unix_us\": "
#define START_DIGITS 16

static char *text_of(size_t i)
{
	const struct made_up made_up = {.host = "web", AT, i + 1, CONNECTIONS + i};
	json_t *json = made_up_result(&made_up);
	char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	json_decref(json);
	return text;
}

static json_t *read_as(char *text, size_t i, struct error *error)
{
	char start[START_DIGITS + 1], path[20];
	snprintf(start, sizeof(start), "%llu", (unsigned long long)AT + 100 * i);
	memcpy(strstr(text, START) + strlen(START), start, START_DIGITS);
	FILE *file = fmemopen(text, strlen(text), "r");
	snprintf(path, sizeof(path), "%04zu.json", i % 10000);
	json_t *result = result_read(file, path, error);
	fclose(file);
	return result;
}

static long memory_kib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void test_a_thousand_in_two_seconds(void **state)
{
	char *texts[TEXTS];
	struct error error = {0};
	struct merge *merge = merge_create();
	for (size_t i = 0; i < TEXTS; i++)
		texts[i] = text_of(i);
	uint64_t begin_ns = clock_thread_cpu_ns();
	for (size_t i = 0; i < HOSTS; i++) {
		json_t *result = read_as(texts[i % TEXTS], i, &error);
		if (!result || merge_add(merge, result, "one", &error) == -1)
			fail_msg("%s", error.text);
	}
	json_t *all = merge_finish(merge, &error);
	uint64_t cpu_ns = clock_thread_cpu_ns() - begin_ns;
	print_message("%d results of %zu KiB: %.2f s of processor time, %ld MiB\n", HOSTS,
		strlen(texts[0]) / 1024, (double)cpu_ns / 1e9, memory_kib() / 1024);
	assert_int_equal(json_integer_value(made_up_at(all, "trials[].connections.attempted")),
		HOSTS * CONNECTIONS + HOSTS / TEXTS * (TEXTS * (TEXTS - 1) / 2));
	assert_int_equal(json_integer_value(made_up_at(all, "trials[].latency_us.total.count")),
		json_integer_value(made_up_at(all, "trials[].connections.attempted")));
	assert_int_equal(json_array_size(made_up_at(all, "hosts")), HOSTS);
	assert_string_equal(
		json_path_text(json_array_get(made_up_at(all, "hosts"), HOSTS - 1), "name"),
		"web #1000");
	if (!IS_INSTRUMENTED) {
		assert_true(cpu_ns < CPU_MOST_NS);
		assert_true(memory_kib() < MEMORY_MOST_KIB);
	}
	json_decref(all);
	merge_destroy(merge);
	for (size_t i = 0; i < TEXTS; i++)
		free(texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_thousand_in_two_seconds)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
