/* What was not the same about two results that are compared: the TLS that their servers chose. */
#include "bench/report/conditions_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of a plain trial, and one over TLS where `version` is given. */
static json_t *result_of(const char *version, const char *cipher)
{
	if (!version)
		return json_pack("{s:[{}]}", "trials");
	return json_pack(
		"{s:[{}, {s:{s:s, s:s}}]}", "trials", "tls", "version", version, "cipher", cipher);
}

static void said_is(json_t *a, json_t *b, const char *wanted)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	conditions_print(a, b, out);
	fclose(out);
	assert_string_equal(text, wanted);
	free(text);
	json_decref(a);
	json_decref(b);
}

static void test_tls(void **state)
{
	said_is(result_of("TLSv1.2", "one"), result_of("TLSv1.3", "other"),
		"not the same: tls.version: A \"TLSv1.2\", B \"TLSv1.3\"\n"
		"not the same: tls.cipher: A \"one\", B \"other\"\n");
	said_is(result_of("TLSv1.3", "one"), result_of("TLSv1.3", "other"),
		"not the same: tls.cipher: A \"one\", B \"other\"\n");
	said_is(result_of("TLSv1.3", "one"), result_of("TLSv1.3", "one"), "");
	/* The option --tls tells these. */
	said_is(result_of("TLSv1.3", "one"), result_of(NULL, NULL), "");
	said_is(result_of(NULL, NULL), result_of(NULL, NULL), "");
}

static json_t *key_of(const char *key)
{
	return json_pack("{s:[{}, {s:{s:s}}]}", "trials", "tls", "key", key);
}

static void test_keys(void **state)
{
	said_is(key_of("EC 256"), key_of("RSA 2048"),
		"not the same: tls.key: A \"EC 256\", B \"RSA 2048\"\n");
	said_is(key_of("EC 256"), key_of("EC 256"), "");
	said_is(key_of("EC 256"), result_of(NULL, NULL), "");
}

static json_t *resumed_of(double share)
{
	return json_pack("{s:[{}, {s:{s:f}}]}", "trials", "tls", "resumed_share", share);
}

static void test_resumption(void **state)
{
	said_is(resumed_of(0), resumed_of(0.5), "not the same: tls.resumed_share: A 0.0, B 0.5\n");
	said_is(resumed_of(0.5), resumed_of(0), "not the same: tls.resumed_share: A 0.5, B 0.0\n");
	said_is(resumed_of(0.5), resumed_of(0.54), "");
	said_is(resumed_of(0.5), result_of(NULL, NULL), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_tls), cmocka_unit_test(test_keys),
		cmocka_unit_test(test_resumption)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
