/* teardown-mpi: teardown run on many client hosts at once. MPI starts the hosts and carries their
 * messages; while a load runs it is not called. */
#include "bench/mpi/fleet_options.h"
#include "bench/mpi/head.h"
#include "bench/mpi/host.h"
#include "common/clock.h"
#include "common/inherited_signals.h"
#include "common/stack_limit.h"
#include "common/standard_streams.h"

#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK_LEAST ((size_t)1 << 20)

/* Before MPI_Init each rank would say the same. */
static bool is_first(void)
{
	static const char *const names[] = {"OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "PMI_RANK"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value)
			return strcmp(value, "0") == 0;
	}
	return true;
}

static void error_print(const struct error *error)
{
	if (error->text[0])
		fprintf(stderr, "teardown-mpi: %s\n", error->text);
}

static void on_alarm(int signal_number)
{
	static const char sentence[] =
		"teardown-mpi: MPI did not begin, or did not end, within --deadline\n";
	ssize_t ignored = write(STDERR_FILENO, sentence, sizeof(sentence) - 1);
	(void)ignored;
	_exit(STATUS_FAILED);
}

/* The plain transport over TCP: others were seen to hang, and none is faster for a few messages. */
static void mpi_begin(const struct fleet_options *options)
{
	setenv("OMPI_MCA_pml", "ob1", 0);
	setenv("OMPI_MCA_btl", "tcp,self", 0);
	signal(SIGALRM, on_alarm);
	alarm((unsigned)(options->deadline_ns / NS_PER_S));
	MPI_Init(NULL, NULL);
	alarm(0);
}

static void mpi_end(const struct fleet_options *options, bool is_lost, int status)
{
	fflush(NULL);
	if (is_lost)
		MPI_Abort(MPI_COMM_WORLD, status);
	alarm((unsigned)(options->deadline_ns / NS_PER_S));
	MPI_Finalize();
	alarm(0);
}

/* Returns the exit status, or -1 for that of the error. */
static int fleet_play(
	struct host *host, const struct options_given *given, bool *is_lost, struct error *error)
{
	int rank, hosts;
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &hosts);
	/* One that is launched by another MPI than it was built with finds itself alone. */
	if ((uint64_t)hosts < host->options->hosts) {
		*is_lost = true;
		return error_set(error, STATUS_HOST_CANNOT,
			"%d of %d hosts are here: a smaller fleet is not measured", hosts,
			(int)host->options->hosts);
	}
	if ((uint64_t)hosts > host->options->hosts) {
		*is_lost = true;
		return error_set(error, STATUS_USAGE, "%d hosts are here, --hosts says %d", hosts,
			(int)host->options->hosts);
	}
	if (host_begin(host, (uint32_t)rank, (uint32_t)hosts, error) == -1)
		return -1;
	if (rank == 0)
		return head_lead(host, given, is_lost, error);
	*is_lost = host_follow(host, error) == -1;
	return *is_lost ? -1 : STATUS_OK;
}

static int program_play(struct fleet_options *options, const struct options_given *given)
{
	struct error error = {.text = ""};
	struct host host;
	bool is_lost = false;
	if (fleet_options_check(options, given, &error) == -1 ||
		host_start(&host, options, given, &error) == -1) {
		if (is_first())
			error_print(&error);
		return (int)error.status;
	}
	mpi_begin(options);
	int status = fleet_play(&host, given, &is_lost, &error);
	error_print(&error);
	if (status == -1)
		status = (int)error.status;
	mpi_end(options, is_lost, status);
	return status;
}

int main(int argc, char **argv)
{
	static struct fleet_options options;
	static struct options_given given;
	struct error error = {.text = ""};
	inherited_signals_settle();
	if (!standard_streams_open())
		return STATUS_FAILED;
	fleet_options_set_defaults(&options);
	if (stack_limit_settle(STACK_LEAST, &error) == -1) {
		error_print(&error);
		return (int)error.status;
	}
	switch (options_parse(&fleet_option_table, argc, argv, &options, NULL, &given, &error)) {
	case OPTIONS_HELP_SHOWN:
		return STATUS_OK;
	case OPTIONS_REFUSED:
		if (is_first())
			error_print(&error);
		return (int)error.status;
	case OPTIONS_PARSED:
		break;
	}
	return program_play(&options, &given);
}
