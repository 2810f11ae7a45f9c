/* Gives damaged plug-ins to the program's own plugin_load, each in a process of its own that ends
 * as the program does: it must exit by itself, with status 0 when the plug-in was taken or 2 with a
 * sentence, and in time. */
#include "common/random.h"
#include "strategies/core/plugin.h"
#include "tests/fuzz/plugin_mutate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longer than plugin_load waits for a plug-in that does not return. */
#define HANG_S 60
#define JOBS_MAX 16
#define ALLOCATIONS 64

struct task {
	const char *path; /* of the good one */
	unsigned long count, seed, jobs;
};

struct totals {
	unsigned long taken, refused, wrong;
};

static const char folder_pattern[] = "/tmp/teardown-mutations-XXXXXX";

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct object object_read(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &status) == -1)
		die(path);
	struct object o = {malloc((size_t)status.st_size), (size_t)status.st_size};
	if (!o.bytes || read(fd, o.bytes, o.size) != (ssize_t)o.size)
		die(path);
	close(fd);
	return o;
}

static void object_write(const struct object *o, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1 || write(fd, o->bytes, o->size) != (ssize_t)o->size)
		die(path);
	close(fd);
}

/* A linker that wrote where it should not have is found out by an allocator in use, or by what runs
 * at the end. */
static void memory_use(void)
{
	void *blocks[ALLOCATIONS];
	for (size_t i = 0; i < ALLOCATIONS; i++)
		if ((blocks[i] = malloc(i * i + 1)))
			memset(blocks[i], 0x5a, i * i + 1);
	for (size_t i = 0; i < ALLOCATIONS; i++)
		free(blocks[i]);
}

/* The program: its exit status says what became of the plug-in. */
static void program_run(const char *path)
{
	struct error error = {.status = STATUS_OK};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	alarm(HANG_S);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	const struct td_strategy *strategy = plugin_load(path, &error);
	memory_use();
	if (strategy) {
		printf("%s %s %s\n", strategy->name, strategy->summary, plugin_argument(strategy));
		exit(STATUS_OK);
	}
	bool told = strncmp(error.text, "plug-in ", 8) == 0;
	for (const char *c = error.text; *c; c++)
		told = told && (unsigned char)*c >= ' ';
	exit(told ? (int)error.status : STATUS_FAILED);
}

static void mutant_judge(int wait_status, struct totals *totals, unsigned long seed,
	const char *what, const struct object *o)
{
	char kept[64];
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == STATUS_OK) {
		totals->taken++;
	} else if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == STATUS_USAGE) {
		totals->refused++;
	} else {
		totals->wrong++;
		snprintf(kept, sizeof(kept), "mutant-%lu.so", seed);
		object_write(o, kept);
		fprintf(stderr, "mutant %lu (%s): %s %d; kept as %s\n", seed, what,
			WIFEXITED(wait_status) ? "exit status" : "signal",
			WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status),
			kept);
	}
}

static void mutant_try(const struct object *good, const char *folder, unsigned long seed,
	struct object *room, struct totals *totals)
{
	char path[128];
	int wait_status = 0;
	memcpy(room->bytes, good->bytes, good->size);
	room->size = good->size;
	const char *what = plugin_mutate(room, seed);
	snprintf(path, sizeof(path), "%s/%lu.so", folder, seed);
	object_write(room, path);
	pid_t pid = fork();
	if (pid == 0)
		program_run(path);
	if (pid == -1 || waitpid(pid, &wait_status, 0) != pid)
		die("fork");
	unlink(path);
	mutant_judge(wait_status, totals, seed, what, room);
}

/* Every `jobs`-th one. */
static struct totals job_run(
	const struct task *task, const struct object *good, const char *folder, unsigned long job)
{
	struct totals totals = {0};
	struct object room = {malloc(good->size), good->size};
	if (!room.bytes)
		die("malloc");
	for (unsigned long i = job; i < task->count; i += task->jobs)
		mutant_try(good, folder, task->seed + i, &room, &totals);
	free(room.bytes);
	return totals;
}

static struct totals jobs_run(
	const struct task *task, const struct object *good, const char *folder)
{
	struct totals sum = {0}, one;
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) == -1)
		die("pipe");
	for (unsigned long job = 0; job < task->jobs; job++) {
		pid_t pid = fork();
		if (pid == -1)
			die("fork");
		if (pid == 0) {
			one = job_run(task, good, folder, job);
			_exit(write(fds[1], &one, sizeof(one)) == (ssize_t)sizeof(one) ? 0 : 1);
		}
	}
	close(fds[1]);
	while (read(fds[0], &one, sizeof(one)) == (ssize_t)sizeof(one)) {
		sum.taken += one.taken;
		sum.refused += one.refused;
		sum.wrong += one.wrong;
	}
	close(fds[0]);
	while (wait(NULL) != -1)
		;
	return sum;
}

/* What is not damaged must be taken: else every refusal below would prove nothing. */
static bool good_is_taken(const char *path)
{
	int wait_status;
	pid_t pid = fork();
	if (pid == 0)
		program_run(path);
	return pid != -1 && waitpid(pid, &wait_status, 0) == pid && WIFEXITED(wait_status) &&
	       WEXITSTATUS(wait_status) == STATUS_OK;
}

int main(int argc, char **argv)
{
	char folder[sizeof(folder_pattern)];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (argc != 4) {
		fprintf(stderr, "usage: %s PLUG-IN COUNT FIRST-SEED\n", argv[0]);
		return STATUS_USAGE;
	}
	struct task task = {argv[1], strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
		cores > 0 && cores < JOBS_MAX ? (unsigned long)cores : JOBS_MAX};
	struct object good = object_read(task.path);
	memcpy(folder, folder_pattern, sizeof(folder));
	if (!mkdtemp(folder))
		die(folder);
	if (!good_is_taken(task.path)) {
		fprintf(stderr, "%s itself is refused\n", task.path);
		return STATUS_FAILED;
	}
	struct totals totals = jobs_run(&task, &good, folder);
	rmdir(folder);
	free(good.bytes);
	printf("%lu mutants: %lu taken, %lu refused, %lu wrong\n", task.count, totals.taken,
		totals.refused, totals.wrong);
	return totals.wrong == 0 && totals.taken + totals.refused == task.count ? 0 : 1;
}
