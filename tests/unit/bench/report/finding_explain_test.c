/* What is explained of a finding, of made-up results: in front of a proxy, behind it, without one.
 */
#include "bench/report/finding_explain.h"

#include "said.h"

#include <stdlib.h>

#define WORDS "behind it the server is the upstream"

static json_t *trial_with(const char *id, const char *text)
{
	return json_pack("{s:s, s:i, s:[{s:s, s:s}]}", "strategy", "graceful", "repeat", 1,
		"findings", "id", id, "text", text);
}

/* `behind`: NULL, there is no proxy. */
static json_t *result_of(json_t *front, json_t *behind)
{
	if (behind)
		json_object_set_new(front, "upstream", behind);
	return json_pack("{s:[o]}", "trials", front);
}

/* Takes the result. To be freed; `status` is what was returned. */
static char *explained(json_t *result, const char *id, int *status)
{
	char *text = NULL;
	size_t size;
	struct error error = {0};
	FILE *out = open_memstream(&text, &size);
	*status = finding_explain(result, id, 200, out, &error);
	fclose(out);
	json_decref(result);
	return text;
}

static void one_of_the_hop_behind_is_told_with_its_hop(void **state)
{
	int status;
	char *text = explained(result_of(trial_with("ports-exhausted", "in front"),
				       trial_with("listener-absent", "nothing listened")),
		"listener-absent", &status);
	assert_int_equal(status, 0);
	has(text, "graceful, trial 1, behind the proxy: nothing listened");
	has(text, WORDS);
	has_not(text, "No trial");
	has_not(text, "in front\n");
	free(text);
}

static void one_that_both_hops_have_is_told_of_the_front(void **state)
{
	int status;
	char *text = explained(result_of(trial_with("ports-exhausted", "in front"),
				       trial_with("ports-exhausted", "the same")),
		"ports-exhausted", &status);
	assert_int_equal(status, 0);
	has(text, "graceful, trial 1: in front");
	has_not(text, "the same");
	free(text);
}

static void without_a_proxy_there_is_no_word_of_one(void **state)
{
	int status;
	char *text = explained(result_of(trial_with("listener-absent", "nothing listened"), NULL),
		"listener-absent", &status);
	assert_int_equal(status, 0);
	has(text, "graceful, trial 1: nothing listened");
	has_not(text, "proxy");
	free(text);
	text = explained(result_of(trial_with("listener-absent", "nothing listened"), NULL),
		"ports-exhausted", &status);
	assert_int_equal(status, 0);
	has(text, "No trial of this result has it.");
	free(text);
}

static void one_that_only_the_hop_behind_knows_is_no_wrong_use(void **state)
{
	int status;
	char *text = explained(result_of(trial_with("listener-absent", "x"),
				       trial_with("made-up", "of another version")),
		"made-up", &status);
	assert_int_equal(status, 0);
	has(text, "behind the proxy: of another version");
	free(text);
	text = explained(result_of(trial_with("listener-absent", "x"), NULL), "made-up", &status);
	assert_int_equal(status, -1);
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_the_hop_behind_is_told_with_its_hop),
		cmocka_unit_test(one_that_both_hops_have_is_told_of_the_front),
		cmocka_unit_test(without_a_proxy_there_is_no_word_of_one),
		cmocka_unit_test(one_that_only_the_hop_behind_knows_is_no_wrong_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
