/* Certificates and keys, made and read. */
#include "tls/identity.h"

#include "pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct files {
	char folder[64], certificate[96], key[96];
};

static void file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* What is written, the key first, as two files. */
static void files_begin(struct files *files)
{
	struct error error = {0};
	char text[4096] = "";
	strcpy(files->folder, "/tmp/identity-XXXXXX");
	assert_non_null(mkdtemp(files->folder));
	snprintf(files->certificate, sizeof(files->certificate), "%s/cert.pem", files->folder);
	snprintf(files->key, sizeof(files->key), "%s/key.pem", files->folder);
	FILE *both = tmpfile();
	assert_non_null(both);
	assert_int_equal(tls_identity_write(fileno(both), &error), 0);
	rewind(both);
	assert_true(fread(text, 1, sizeof(text) - 1, both) > 0);
	fclose(both);
	char *certificate = strstr(text, "-----BEGIN CERTIFICATE-----");
	assert_non_null(certificate);
	file_write(files->certificate, certificate);
	assert_int_equal(chmod(files->certificate, 0600), 0);
	*certificate = '\0';
	file_write(files->key, text);
	assert_int_equal(chmod(files->key, 0600), 0);
}

static void files_end(const struct files *files)
{
	unlink(files->certificate);
	unlink(files->key);
	rmdir(files->folder);
}

/* Returns the text that refuses the two files, or NULL. */
static const char *refusal(const char *certificate, const char *key)
{
	static struct error error;
	const struct tls_settings settings = {.certificate_path = certificate, .key_path = key};
	error = (struct error){0};
	struct tls_context *context = tls_context_create_server(&settings, &error);
	if (!context) {
		assert_int_equal(error.status, STATUS_USAGE);
		return error.text;
	}
	tls_context_destroy(context);
	return NULL;
}

static void assert_refused(const char *certificate, const char *key, const char *why)
{
	const char *text = refusal(certificate, key);
	assert_non_null(text);
	if (!strstr(text, why))
		fail_msg("\"%s\" does not say \"%s\"", text, why);
}

static void what_is_written_can_be_read(void **state)
{
	struct files files;
	files_begin(&files);
	assert_null(refusal(files.certificate, files.key));
	files_end(&files);
}

static void what_cannot_be_written_is_said(void **state)
{
	struct error error = {0};
	FILE *full = fopen("/dev/full", "w"), *readable = fopen("/dev/null", "r");
	assert_true(full && readable);
	assert_int_equal(tls_identity_write(fileno(full), &error), -1);
	assert_non_null(strstr(error.text, "cannot write a certificate"));
	assert_int_equal(tls_identity_write(fileno(readable), &error), -1);
	fclose(full);
	fclose(readable);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
	static const struct {
		unsigned mode;
		bool refused;
	} cases[] = {{0600, false}, {0400, false}, {0640, false}, {0644, true}, {0604, true},
		{0660, true}, {0602, true}, {0601, true}};
	struct files files;
	files_begin(&files);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(chmod(files.key, cases[i].mode), 0);
		if (cases[i].refused)
			assert_refused(files.certificate, files.key, "by others");
		else
			assert_null(refusal(files.certificate, files.key));
	}
	/* A certificate is public. */
	assert_int_equal(chmod(files.key, 0600), 0);
	assert_int_equal(chmod(files.certificate, 0644), 0);
	assert_null(refusal(files.certificate, files.key));
	files_end(&files);
}

static void files_of_other_content_are_refused(void **state)
{
	struct files files, others;
	files_begin(&files);
	files_begin(&others);
	assert_refused(files.certificate, others.key, "is not the certificate's");
	assert_refused(files.key, files.key, "cannot be read as PEM");
	assert_refused(files.certificate, files.certificate, "no PEM key");
	assert_refused("/nowhere/cert.pem", files.key, "No such file");
	assert_refused(files.certificate, "/nowhere/key.pem", "No such file");
	assert_refused(files.folder, files.key, "not a regular file");
	assert_refused(files.certificate, files.folder, "not a regular file");
	file_write(files.certificate, "");
	assert_refused(files.certificate, files.key, "cannot be read as PEM");
	files_end(&others);
	files_end(&files);
}

static void a_fifo_is_refused_and_not_waited_for(void **state)
{
	struct files files;
	files_begin(&files);
	unlink(files.key);
	assert_int_equal(mkfifo(files.key, 0600), 0);
	assert_refused(files.certificate, files.key, "not a regular file");
	unlink(files.certificate);
	assert_int_equal(mkfifo(files.certificate, 0600), 0);
	assert_refused(files.certificate, files.key, "not a regular file");
	files_end(&files);
}

/* Its passphrase is "x", and nobody is asked for it. */
static void a_key_with_a_passphrase_is_refused(void **state)
{
	struct files files;
	files_begin(&files);
	file_write(files.key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
			      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhSjM8tWrswSQICCAAw\n"
			      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIcdIwOS2Dr2eEjqeaF3nNgEgZCx\n"
			      "HjHvVd5yxi6ysLQEI4vGejuf6eloY95X4+qS0z27tX6qO07UlRpkDBafSmyTlgdB\n"
			      "tyxFwzdWSCe9Hhb7t6BBTWYAqVkEBlyRNy9UTCvF2g2mVslOwaY+bvH+O4AGw2Q6\n"
			      "4BvxDg3HU5iRjZ0O+eRtMPKlstUkKZwwJIJy8GHV+1tmDllraoFiN3cAW2U/JDI=\n"
			      "-----END ENCRYPTED PRIVATE KEY-----\n");
	assert_refused(files.certificate, files.key, "without a passphrase");
	files_end(&files);
}

static void two_certificates_differ(void **state)
{
	struct files files, others;
	char one[4096] = "", other[4096] = "";
	files_begin(&files);
	files_begin(&others);
	FILE *file = fopen(files.certificate, "r");
	assert_non_null(file);
	assert_true(fread(one, 1, sizeof(one) - 1, file) > 100);
	fclose(file);
	file = fopen(others.certificate, "r");
	assert_non_null(file);
	assert_true(fread(other, 1, sizeof(other) - 1, file) > 100);
	fclose(file);
	assert_string_not_equal(one, other);
	files_end(&others);
	files_end(&files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(what_cannot_be_written_is_said),
		cmocka_unit_test(a_key_that_others_can_read_is_refused),
		cmocka_unit_test(files_of_other_content_are_refused),
		cmocka_unit_test(a_fifo_is_refused_and_not_waited_for),
		cmocka_unit_test(a_key_with_a_passphrase_is_refused),
		cmocka_unit_test(two_certificates_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
