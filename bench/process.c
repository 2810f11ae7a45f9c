#include "bench/process.h"

#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_NS (2 * NS_PER_MS)

/* In the child, between fork and exec. */
static void child_run(int netns_fd, char *const *argv, int output_fd, pid_t parent)
{
	struct error error;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127); /* The bench died before the line above. */
	/* A group of its own: Ctrl-C at the terminal is for the bench, which ends its server
	 * itself. */
	setpgid(0, 0);
	int null_fd = open("/dev/null", O_RDONLY);
	dup2(null_fd, STDIN_FILENO);
	dup2(output_fd, STDOUT_FILENO);
	dup2(output_fd, STDERR_FILENO);
	if (netns_enter(netns_fd, &error) == -1) {
		dprintf(STDERR_FILENO, "%s\n", error.text);
		_exit(127);
	}
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int process_start(struct process *process, int netns_fd, char *const *argv, struct error *error)
{
	int pipe_fds[2];
	*process = (struct process){.output_fd = -1};
	if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) == -1)
		return error_set_errno(error, STATUS_FAILED, "pipe2");
	pid_t parent = getpid();
	process->pid = fork();
	if (process->pid == 0)
		child_run(netns_fd, argv, pipe_fds[1], parent);
	close(pipe_fds[1]);
	if (process->pid == -1) {
		process->pid = 0;
		close(pipe_fds[0]);
		return error_set_errno(error, STATUS_FAILED, "fork");
	}
	process->output_fd = pipe_fds[0];
	if (clock_getcpuclockid(process->pid, &process->cpu_clock) != 0)
		process->cpu_clock = -1;
	return 0;
}

/* Keeps the end of what was said. */
static void output_read(struct process *process)
{
	char chunk[1024];
	ssize_t n;
	while ((n = read(process->output_fd, chunk, sizeof(chunk))) > 0) {
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

bool process_poll(struct process *process)
{
	if (process->pid == 0 || process->ended)
		return false;
	process->ended = waitpid(process->pid, &process->wait_status, WNOHANG) == process->pid;
	output_read(process);
	return !process->ended;
}

void process_describe_end(const struct process *process, char *text, size_t size)
{
	int status = process->wait_status;
	int length = WIFSIGNALED(status)
			     ? snprintf(text, size, "was killed by signal %d", WTERMSIG(status))
			     : snprintf(text, size, "exited with status %d", WEXITSTATUS(status));
	size_t end = process->output_length;
	while (end > 0 && process->output[end - 1] == '\n')
		end--;
	size_t begin = end;
	while (begin > 0 && process->output[begin - 1] != '\n')
		begin--;
	if (end > begin && length > 0 && (size_t)length < size)
		snprintf(text + length, size - (size_t)length, ": %.*s", (int)(end - begin),
			process->output + begin);
}

uint64_t process_cpu_ns(const struct process *process)
{
	struct timespec t;
	if (process->ended || clock_gettime(process->cpu_clock, &t) == -1)
		return 0;
	return clock_timespec_ns(&t);
}

uint64_t process_rss_bytes(const struct process *process, uint64_t *peak)
{
	char path[64], line[256];
	unsigned long long kib, rss = 0;
	*peak = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)process->pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "VmHWM: %llu", &kib) == 1)
			*peak = kib * 1024;
		else if (sscanf(line, "VmRSS: %llu", &kib) == 1)
			rss = kib * 1024;
	}
	fclose(file);
	return rss;
}

static bool wait_until(struct process *process, uint64_t due_ns)
{
	while (process_poll(process)) {
		if (clock_now_ns() > due_ns)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
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
			kill(process->pid, SIGKILL);
			wait_until(process, clock_now_ns() + NS_PER_S);
		}
	}
	if (process->output_fd >= 0)
		close(process->output_fd);
	process->output_fd = -1;
	return process->ended && WIFEXITED(process->wait_status) &&
			       WEXITSTATUS(process->wait_status) == 0
		       ? 0
		       : -1;
}
