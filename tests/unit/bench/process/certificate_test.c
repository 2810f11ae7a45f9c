/* A key and its certificate: of this user alone, whole, gone with its descriptor; and a program
 * without TLS. */
#include "bench/process/certificate.h"

#include "tls/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int shell(const char *line)
{
	/* NOLINTNEXTLINE(cert-env33-c): other programs read the file. */
	return system(line);
}

static void test_both_in_a_file_of_its_own(void **state)
{
	struct certificate certificate;
	struct error error;
	struct stat file;
	char text[4096], check[600];
	if (!tls_is_available() || shell("openssl version >/dev/null 2>&1") != 0)
		skip();
	assert_int_equal(certificate_create(&certificate, &error), 0);
	assert_int_equal(stat(certificate.path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	FILE *in = fopen(certificate.path, "r");
	assert_non_null(in);
	size_t length = fread(text, 1, sizeof(text) - 1, in);
	text[length] = '\0';
	fclose(in);
	const char *key = strstr(text, "-----BEGIN PRIVATE KEY-----");
	const char *own = strstr(text, "-----BEGIN CERTIFICATE-----");
	assert_non_null(key);
	assert_true(own > key);
	/* In a process of its own, as a server reads them. */
	snprintf(check, sizeof(check),
		"openssl x509 -noout -text -in %s | grep -q prime256v1 && openssl verify -CAfile "
		"%s %s >/dev/null && openssl pkey -noout -in %s",
		certificate.path, certificate.path, certificate.path, certificate.path);
	assert_int_equal(shell(check), 0);
	certificate_destroy(&certificate);
	assert_int_equal(access(certificate.path, F_OK), -1);
	assert_int_equal(certificate.fd, -1);
	certificate_destroy(&certificate);
}

static void test_no_two_are_alike(void **state)
{
	struct certificate one, other;
	struct error error;
	char check[200];
	if (!tls_is_available())
		skip();
	assert_int_equal(certificate_create(&one, &error), 0);
	assert_int_equal(certificate_create(&other, &error), 0);
	snprintf(check, sizeof(check), "cmp -s %s %s", one.path, other.path);
	assert_int_not_equal(shell(check), 0);
	certificate_destroy(&one);
	certificate_destroy(&other);
}

static void test_without_libssl(void **state)
{
	struct certificate certificate;
	struct error error;
	if (tls_is_available())
		skip();
	assert_int_equal(certificate_create(&certificate, &error), -1);
	assert_int_equal(error.status, STATUS_HOST_CANNOT);
	assert_non_null(strstr(error.text, "built without TLS"));
	assert_int_equal(certificate.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_in_a_file_of_its_own),
		cmocka_unit_test(test_no_two_are_alike),
		cmocka_unit_test(test_without_libssl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
