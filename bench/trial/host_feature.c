#include "bench/trial/host_feature.h"

#include "bench/network/netns.h"
#include "bench/trial/host_check.h"
#include "common/sysctl.h"

#include <errno.h>
#include <net/ethernet.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child, so that this process stays where it is. The child answers with an errno. */
static int user_namespace_try(struct error *error)
{
	int status;
	pid_t child = fork();
	if (child == 0)
		_exit(unshare(CLONE_NEWUSER) == 0 ? 0 : errno);
	if (child == -1 || waitpid(child, &status, 0) == -1 || !WIFEXITED(status))
		return error_set_errno(error, STATUS_FAILED, "fork");
	errno = WEXITSTATUS(status);
	return errno == 0 ? 0 : error_set_errno(error, STATUS_HOST_CANNOT, "unshare");
}

static int private_create(struct error *error)
{
	return netns_prepare(error) == -1 ? -1 : netns_create(error);
}

static int network_namespace_try(struct error *error)
{
	int network = private_create(error);
	if (network != -1)
		close(network);
	return network == -1 ? -1 : 0;
}

static int packet_socket_open(void *unused, struct error *error)
{
	(void)unused;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "socket(AF_PACKET)");
	close(fd);
	return 0;
}

static int packet_socket_try(struct error *error)
{
	int network = private_create(error);
	if (network == -1)
		return -1;
	int result = netns_run(network, packet_socket_open, NULL, error);
	close(network);
	return result;
}

static int reuse_delay_try(struct error *error)
{
	char value[SYSCTL_VALUE_MAX];
	if (sysctl_read("net.ipv4.tcp_tw_reuse_delay", value, sizeof(value)) == 0)
		return 0;
	return error_set_errno(error, STATUS_HOST_CANNOT, "net.ipv4.tcp_tw_reuse_delay");
}

const struct host_feature host_features[] = {
	{"user namespaces", "whoever is not root cannot run or check anything", user_namespace_try,
		false},
	{"IP_LOCAL_PORT_RANGE", "wide-ports and --source-port range cannot be run (Linux 6.3)",
		host_check_port_range, false},
	{"tcp_tw_reuse_delay",
		"tw-reuse-fast cannot be run: a port is reused after 1 s (Linux 6.14)",
		reuse_delay_try, false},
	{"network namespaces", "nothing can be run or checked", network_namespace_try, true},
	{"packet sockets", "nothing can be run: who closes first is seen in packets",
		packet_socket_try, true},
};

const size_t host_feature_count = sizeof(host_features) / sizeof(host_features[0]);
