#include "bench/mpi/fleet_options.h"

#include "bench/options/groups/groups.h"
#include "common/clock.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

/* A trial's process is killed after 120 s more than its window (bench/trial/player.c). */
#define DEADLINE_MAX_NS (100 * NS_PER_S)
#define HOSTS_MAX 100000

static const struct option_row rows[] = {
	{"hosts", 0, OPTION_COUNT, offsetof(struct fleet_options, hosts), "N",
		"how many hosts there have to be: a smaller fleet is refused (0: as many as the "
		"launcher says that it starts)",
		0, HOSTS_MAX},
	{"deadline", 0, OPTION_DURATION, offsetof(struct fleet_options, deadline_ns), "TIME",
		"how much longer than a trial may take a host is waited for, then it is lost",
		1 * NS_PER_S, DEADLINE_MAX_NS},
	{"host-results", 0, OPTION_TEXT, offsetof(struct fleet_options, host_results), "DIR",
		"keep what each host measured, too: a result file of each trial and host, in this "
		"folder of the first host",
		0, 0},
};

static const struct option_group fleet_group = OPTION_GROUP("the fleet", rows);

#define GROUP_LIST(name) &(name),
static const struct option_group *const groups[] = {&fleet_group, RUN_GROUPS(GROUP_LIST) NULL};
#undef GROUP_LIST

const struct option_table fleet_option_table = {
	.program = "teardown-mpi",
	.usage = "[OPTION...]",
	.about =
		"Is teardown run on many client hosts at once, one rank of MPI each: the load of "
		"all begins at the same instant, and rank 0 makes one result of theirs.\n"
		"Of the fleet are --rate, --request-rate and --total, each host has its share; all "
		"other options are each host's.\n\n"
		"Exit status: that of teardown run; 1 where a host is lost, and 3 where hosts are "
		"missing at the start.",
	.groups = groups,
	.examples = "# three client hosts\n"
		    "mpirun --host web1,web2,web3 --map-by ppr:1:node teardown-mpi -s graceful\n"
		    "# the same by Slurm\n"
		    "srun -N3 --ntasks-per-node=1 --mpi=pmix teardown-mpi -s graceful",
};

void fleet_options_set_defaults(struct fleet_options *options)
{
	static_assert(offsetof(struct fleet_options, run) == 0, "the rows of run hold here, too");
	*options = (struct fleet_options){.deadline_ns = 60 * NS_PER_S};
	run_options_set_defaults(&options->run);
}

/* Open MPI's mpirun, Slurm, and launchers of PMI. */
static uint64_t launched(void)
{
	static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "SLURM_NTASKS", "PMI_SIZE"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value)
			return strtoull(value, NULL, 10);
	}
	return 0;
}

int fleet_options_check(
	struct fleet_options *options, const struct options_given *given, struct error *error)
{
	struct run_options tried = options->run;
	if (options->hosts == 0)
		options->hosts = launched();
	if (options->hosts == 0 || options->hosts > HOSTS_MAX)
		return error_set(error, STATUS_USAGE,
			"the launcher does not say how many hosts it starts: mpirun and srun do, "
			"for others there is --hosts N");
	return fleet_share_take(&tried, 0, (uint32_t)options->hosts, error) == -1
		       ? -1
		       : run_options_complete(&tried, given, error);
}
