/* Lines of /proc/self/mountinfo, as kernels write them. */
#include "bench/doctor/places.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char path[PATH_MAX];

static void test_namespace(void **state)
{
	assert_int_equal(namespace_mount_parse("603 26 0:4 net:[4026532456] /run/netns/shop rw "
					       "shared:217 - nsfs nsfs rw\n",
				 path),
		4026532456);
	assert_string_equal(path, "/run/netns/shop");
	assert_int_equal(namespace_mount_parse("603 26 0:4 net:[7] /run/netns/a\\040b\\134c rw - "
					       "nsfs nsfs rw\n",
				 path),
		7);
	assert_string_equal(path, "/run/netns/a b\\c");
}

static void test_others(void **state)
{
	static const char *const lines[] = {
		"603 26 0:4 mnt:[4026532456] /run/x rw shared:217 - nsfs nsfs rw\n",
		"25 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n",
		/* A folder that is called so is no namespace. */
		"25 1 8:1 net:[5] /mnt rw - ext4 /dev/sda1 rw\n",
		"",
		"\n",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(namespace_mount_parse(lines[i], path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
