/* What a kernel lacks that does not list sockets. */
#include "bench/doctor/sockets.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_modules(void **state)
{
	assert_string_equal(sockets_module_missing(EPROTONOSUPPORT), "sock_diag");
	assert_string_equal(sockets_module_missing(EOPNOTSUPP), "inet_diag");
	assert_string_equal(sockets_module_missing(ENOENT), "tcp_diag");
	assert_null(sockets_module_missing(EPERM));
	assert_null(sockets_module_missing(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_modules)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
