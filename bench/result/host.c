#include "bench/result/host.h"

#include "bench/measure/time_wait_life.h"

#include "bench/result/json_scalar.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

static void cpu_model(char *model, size_t size)
{
	char line[256];
	snprintf(model, size, "unknown");
	FILE *file = fopen("/proc/cpuinfo", "re");
	while (file && fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');
		if (strncmp(line, "model name", 10) != 0 || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(model, size, "%s", colon + 2);
		break;
	}
	if (file)
		fclose(file);
}

static json_t *time_wait_life_json(void)
{
	struct time_wait_life life = time_wait_life_here();
	return json_pack("{s:o, s:f, s:f, s:f, s:s}", "hz",
		life.hz ? json_integer(life.hz) : json_null(), "least_s", life.least_s, "mean_s",
		life.mean_s, "most_s", life.most_s, "source", time_wait_life_source);
}

json_t *host_json(void)
{
	struct utsname name;
	struct rlimit limit;
	struct sysinfo memory;
	char model[256], host[HOST_NAME_MAX + 1];
	if (gethostname(host, sizeof(host)) == -1)
		snprintf(host, sizeof(host), "unknown");
	uname(&name);
	getrlimit(RLIMIT_NOFILE, &limit);
	sysinfo(&memory);
	cpu_model(model, sizeof(model));
	return json_pack("{s:o, s:s, s:s, s:I, s:I, s:I, s:b, s:o}", "name", json_text(host),
		"kernel", name.release, "cpu_model", model, "cpus",
		(json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "memory_bytes",
		(json_int_t)memory.totalram * memory.mem_unit, "rlimit_nofile",
		(json_int_t)limit.rlim_max, "root", geteuid() == 0, "time_wait_life",
		time_wait_life_json());
}
