#include "bench/process/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Key and certificate go to standard output; what it says of its work goes nowhere. */
static char *const program[] = {CERTIFICATE_PROGRAM, "req", "-x509", "-newkey", "ec", "-pkeyopt",
	"ec_paramgen_curve:P-256", "-nodes", "-keyout", "-", "-out", "-", "-days", "7", "-subj",
	"/CN=teardown", NULL};

/* Returns an errno, or 0 with the program's process. */
static int program_spawn(int output_fd, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int failure = posix_spawn_file_actions_init(&files);
	if (failure != 0)
		return failure;
	failure = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (failure == 0)
		failure = posix_spawn_file_actions_adddup2(&files, output_fd, STDOUT_FILENO);
	if (failure == 0)
		failure = posix_spawn_file_actions_addopen(
			&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (failure == 0)
		failure = posix_spawnp(pid, program[0], &files, NULL, program, environ);
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

static int program_run(int output_fd, struct error *error)
{
	pid_t pid;
	int status;
	int failure = program_spawn(output_fd, &pid);
	if (failure != 0) {
		errno = failure;
		return error_set_errno(error,
			failure == ENOENT ? STATUS_HOST_CANNOT : STATUS_FAILED,
			"{cert} and {key} are made by %s", program[0]);
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return error_set_errno(error, STATUS_FAILED, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_set(error, STATUS_FAILED,
			"{cert} and {key} are made by %s, which failed: see what it says to: %s "
			"req "
			"-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "
			"/CN=teardown",
			program[0], program[0]);
	return 0;
}

int certificate_create(struct certificate *certificate, struct error *error)
{
	certificate->fd = memfd_create("teardown-certificate", MFD_CLOEXEC);
	if (certificate->fd == -1)
		return error_set_errno(error, STATUS_FAILED, "no memory for a certificate");
	int result = fchmod(certificate->fd, S_IRUSR | S_IWUSR) == -1
			     ? error_set_errno(error, STATUS_FAILED, "fchmod of a certificate")
			     : program_run(certificate->fd, error);
	if (result == -1) {
		certificate_destroy(certificate);
		return -1;
	}
	snprintf(certificate->path, sizeof(certificate->path), "/proc/%d/fd/%d", (int)getpid(),
		certificate->fd);
	return 0;
}

void certificate_destroy(struct certificate *certificate)
{
	if (certificate->fd != -1)
		close(certificate->fd);
	certificate->fd = -1;
}
