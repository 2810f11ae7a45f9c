#include "bench/process/process.h"

#include "bench/process/program.h"
#include "common/bounded_text.h"
#include "common/clock.h"
#include "common/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_NS (2 * NS_PER_MS)
#define SIGNALLED 128
#define OUTPUT_READS 256 /* four times what a pipe holds */

static int program_start(
	struct process *process, const struct process_spec *spec, struct error *error)
{
	int pipe_fds[2];
	process->output_fd = -1;
	process->is_family = spec->is_family;
	if (pipe2(pipe_fds, O_CLOEXEC) == -1)
		return error_set_errno(error, STATUS_FAILED, "pipe2");
	/* Only this end: a program whose stdout says EAGAIN loses what it has to say, or gives up.
	 */
	fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
	process->pid = spec->launcher ? launcher_start(spec->launcher, spec, pipe_fds[1], error)
				      : program_fork(spec, PROGRAM_OWN, error);
	if (process->pid == 0) {
		close(pipe_fds[0]);
		program_run(spec, pipe_fds[1]);
	}
	close(pipe_fds[1]);
	if (process->pid == -1) {
		process->pid = 0;
		close(pipe_fds[0]);
		return -1;
	}
	if (spec->host)
		process_tree_adopt(&spec->host->tree, process->pid);
	process->output_fd = pipe_fds[0];
	return 0;
}

int process_start(struct process *process, const struct process_spec *spec, struct error *error)
{
	*process = (struct process){.output_fd = -1};
	if (program_start(process, spec, error) == -1)
		return -1;
	if (process_tree_init(&process->tree, process->pid, !spec->is_family) == -1)
		return error_set(error, STATUS_FAILED, "no memory to watch %s", spec->argv[0]);
	return 0;
}

int process_start_again(
	struct process *process, const struct process_spec *spec, struct error *error)
{
	if (process->output_fd >= 0)
		close(process->output_fd);
	process->output_length = 0;
	process->output[0] = '\0';
	process->stays = false;
	if (program_start(process, spec, error) == -1)
		return -1;
	process_tree_begin_again(&process->tree, process->pid);
	__atomic_store_n(&process->ended, false, __ATOMIC_RELEASE);
	return 0;
}

/* Keeps the end of the output. A process that writes without a pause is read again at the next
 * call. */
static void output_read(struct process *process)
{
	char chunk[1024];
	ssize_t n;
	for (int reads = 0;
		reads < OUTPUT_READS && (n = read(process->output_fd, chunk, sizeof(chunk))) > 0;
		reads++) {
		size_t size = (size_t)n;
		size_t keep = PROCESS_OUTPUT_MAX - 1 - size;
		if (process->output_length > keep) {
			memmove(process->output, process->output + process->output_length - keep,
				keep);
			process->output_length = keep;
		}
		memcpy(process->output + process->output_length, chunk, size);
		process->output_length += size;
		process->output[process->output_length] = '\0';
	}
}

static uint64_t timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_usec * NS_PER_US;
}

bool process_poll(struct process *process)
{
	if (process->pid == 0 || process->ended)
		return false;
	struct rusage usage;
	if (wait4(process->pid, &process->wait_status, WNOHANG, &usage) == process->pid) {
		/* The CPU time of children that the process has waited for is in it. */
		process->ended_cpu_ns = timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime);
		__atomic_store_n(&process->ended, true, __ATOMIC_RELEASE);
	}
	output_read(process);
	return !process->ended;
}

int process_exit_status(const struct process *process)
{
	int status = process->wait_status;
	return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

void process_last_line(const struct process *process, char *text, size_t size)
{
	size_t end = process->output_length;
	while (end > 0 && process->output[end - 1] == '\n')
		end--;
	size_t begin = end;
	while (begin > 0 && process->output[begin - 1] != '\n')
		begin--;
	bounded_text_write(text, size, "%.*s", (int)(end - begin), process->output + begin);
	/* The line goes to the user's terminal: escape sequences of the process must not. */
	printable_clean(text, PRINTABLE_ONE_LINE);
}

void process_describe_end(const struct process *process, char *text, size_t size)
{
	int status = process_exit_status(process);
	/* A family's first process can only exit; it says this way that the command was killed. */
	bool is_killed = WIFSIGNALED(process->wait_status) ||
			 (process->is_family && status > SIGNALLED && status < SIGNALLED + NSIG);
	char line[256], hooks[80];
	bool is_called = hook_marks_describe(
		process->marks.items, process->marks.count, "server", hooks, sizeof(hooks));
	process_last_line(process, line, sizeof(line));
	bounded_text_write(text, size, "%s %d%s%s%s%s%s",
		is_killed ? "was killed by signal" : "exited with status",
		is_killed ? status - SIGNALLED : status, is_called ? " while " : "", hooks,
		is_called ? " was called" : "", line[0] ? ": " : "", line);
}

uint64_t process_cpu_seen_ns(const struct process *process)
{
	return __atomic_load_n(&process->tree.cpu_ns, __ATOMIC_RELAXED);
}

uint64_t process_cpu_ns(struct process *process)
{
	if (!__atomic_load_n(&process->ended, __ATOMIC_ACQUIRE))
		return process_tree_cpu_ns(&process->tree);
	/* No parent waited for descendants that were killed with the process, so wait4(2) does not
	 * count their CPU time: take what was last read of them. */
	uint64_t seen_ns = process_cpu_seen_ns(process);
	return seen_ns > process->ended_cpu_ns ? seen_ns : process->ended_cpu_ns;
}

size_t process_members(struct process *process, pid_t members[PROCESS_TREE_MAX])
{
	size_t count = process_tree_members(&process->tree, members);
	if (!process->is_family || count == 0)
		return count;
	memmove(members, members + 1, (count - 1) * sizeof(*members));
	return count - 1;
}

uint64_t process_rss_bytes(struct process *process, uint64_t *peak)
{
	return process_tree_rss_bytes(&process->tree, peak);
}

static bool wait_until(struct process *process, uint64_t due_ns)
{
	while (process_poll(process)) {
		if (clock_now_ns() > due_ns)
			return false;
		clock_pause(POLL_NS);
	}
	return true;
}

int process_stop(struct process *process, uint64_t within_ns)
{
	if (process->pid == 0)
		return 0;
	if (process_poll(process)) {
		kill(process->pid, SIGTERM);
		if (!wait_until(process, clock_now_ns() + within_ns)) {
			process->stays = true;
			kill(process->pid, SIGKILL);
			wait_until(process, clock_now_ns() + NS_PER_S);
		}
	}
	if (process->output_fd >= 0)
		close(process->output_fd);
	process->output_fd = -1;
	process_tree_finish(&process->tree);
	return process->ended && WIFEXITED(process->wait_status) &&
			       WEXITSTATUS(process->wait_status) == 0
		       ? 0
		       : -1;
}
