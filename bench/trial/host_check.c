#include "bench/trial/host_check.h"

#include "bench/network/network.h"
#include "bench/options/strategies.h"
#include "bench/trial/run_stage.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* linux/in.h; the C library of Debian 12 has no name for it. */
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

int host_check_sysctls(const struct run_options *options, struct error *error)
{
	static const struct td_strategy nothing_required = {.name = ""};
	struct run_stage stage;
	const struct trial_spec spec = {.options = options, .strategy = &nothing_required};
	if (options->sysctls.count == 0)
		return 0;
	run_stage_init(&stage, &spec);
	return network_try_settings(&stage.spec.network, error);
}

/* A range of 0 to 0 is the namespace's own (ip(7)): nothing is changed. */
int host_check_port_range(struct error *error)
{
	uint32_t range = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return error_set_errno(error, STATUS_FAILED, "socket");
	int result = setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof(range));
	if (result == -1)
		error_set_errno(error, STATUS_HOST_CANNOT,
			"this kernel has no IP_LOCAL_PORT_RANGE (Linux 6.3)");
	close(fd);
	return result;
}

int host_check_strategy(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error)
{
	struct run_stage stage;
	const struct trial_spec spec = {.options = options, .strategy = strategy};
	if (strategy->source_port == TD_PORT_RANGE && host_check_port_range(error) == -1)
		return -1;
	/* Of strategies that were not named. */
	if (strategies_check_loader(options, strategy, error) == -1 ||
		strategies_check_settings(options, strategy, error) == -1)
		return -1;
	if (!strategy->requirements[0].sysctl)
		return 0;
	run_stage_init(&stage, &spec);
	return network_try_settings(&stage.spec.network, error);
}

static int shared_check(const struct run_options *options, const struct shared_hosts *hosts,
	const struct td_strategy *strategy, struct error *error)
{
	if (strategy->source_port == TD_PORT_RANGE && host_check_port_range(error) == -1)
		return -1;
	return strategies_check_loader(options, strategy, error) == -1
		       ? -1
		       : shared_hosts_check(hosts, strategy, error);
}

void host_check_shared(struct host_check *check, const struct run_options *options,
	const struct shared_hosts *hosts)
{
	*check = (struct host_check){.able = 0};
	for (size_t i = 0; i < options->chosen_count; i++) {
		check->cannot[i] =
			shared_check(options, hosts, options->chosen[i], &check->because[i]) == -1;
		check->able += !check->cannot[i];
	}
}

void host_check_all(struct host_check *check, const struct run_options *options, host_check_fn *ask)
{
	*check = (struct host_check){.able = 0};
	for (size_t i = 0; i < options->chosen_count; i++) {
		check->cannot[i] = ask(options, options->chosen[i], &check->because[i]) == -1;
		check->able += !check->cannot[i];
	}
}
