/* What /proc/PID/cgroup says, as it was read on hosts of several kinds, and what is no owner. */
#include "bench/doctor/owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ID "3f4e1c0a9b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f"

static void is(const char *cgroup, const char *wanted)
{
	char text[96];
	owner_write(cgroup, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void test_units(void **state)
{
	is("0::/system.slice/nginx.service\n", "nginx.service");
	is("0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope");
	is("0::/user.slice/user-1000.slice/user@1000.service/app.slice/cart.service\n",
		"cart.service");
	is("12:cpu:/system.slice/nginx.service\n1:name=systemd:/other.service\n", "nginx.service");
	is("12:pids:/x\n0::/system.slice/b.service\n", "b.service");
}

static void test_containers(void **state)
{
	is("0::/system.slice/docker-" ID ".scope\n", "container 3f4e1c0a9b8d");
	is("0::/docker/" ID "\n", "container 3f4e1c0a9b8d");
	is("0::/kubepods.slice/kubepods-burstable.slice/"
	   "kubepods-burstable-pod0f1e2d3c_1111_2222_3333_444455556666.slice/"
	   "cri-containerd-" ID ".scope\n",
		"pod 0f1e2d3c-1111-2222-3333-444455556666, container 3f4e1c0a9b8d");
	is("0::/kubepods/besteffort/pod0f1e2d3c-1111-2222-3333-444455556666/" ID "\n",
		"pod 0f1e2d3c-1111-2222-3333-444455556666, container 3f4e1c0a9b8d");
}

static void test_nobody(void **state)
{
	is("", "");
	is("0::/\n", "");
	is("0::/init.scope.d\n", "");
	is("0::/.service\n", "");
	is("0::/docker/3f4e1c0a9b8d\n", "");
	is("0::/podman/x\n", "");
}

static void test_hostile(void **state)
{
	is("0::/a\033[31m.service\n", "a?[31m.service");
	char path[9000] = "0::/";
	memset(path + 4, 'a', sizeof(path) - 20);
	strcat(path, ".service\n");
	char text[96];
	owner_write(path, text, sizeof(text));
	assert_true(strlen(text) < sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
