#include "bench/process/launcher.h"

#include "bench/process/process.h"
#include "bench/process/program.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 1024
#define WORD_BYTES_MAX 65536

/* A message, and with it the descriptor that the program writes to. */
struct request {
	int netns_fd;
	bool is_family;
	pid_t host; /* 0: none */
	uint32_t words;
	char text[WORD_BYTES_MAX]; /* each with its NUL */
};

struct reply {
	pid_t pid; /* -1: error says why */
	struct error error;
};

/* Room for one descriptor. */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static struct msghdr message_of(
	struct iovec *part, union control *control, void *bytes, size_t size)
{
	*part = (struct iovec){bytes, size};
	*control = (union control){.room = ""};
	return (struct msghdr){.msg_iov = part,
		.msg_iovlen = 1,
		.msg_control = control->room,
		.msg_controllen = sizeof(control->room)};
}

/* Returns the output's descriptor; -1: there are no more requests. */
static int request_receive(int fd, struct request *request)
{
	struct iovec part;
	union control control;
	struct msghdr message = message_of(&part, &control, request, sizeof(*request));
	int output_fd = -1;
	ssize_t n;
	do
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	const struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (header)
		memcpy(&output_fd, CMSG_DATA(header), sizeof(output_fd));
	return output_fd;
}

static void request_answer(int fd, struct request *request, int output_fd)
{
	static char *argv[WORDS_MAX + 1];
	struct process host = {.pid = request->host};
	char *word = request->text;
	for (uint32_t i = 0; i < request->words; i++) {
		argv[i] = word;
		word += strlen(word) + 1;
	}
	argv[request->words] = NULL;
	const struct process_spec spec = {.netns_fd = request->netns_fd,
		.argv = argv,
		.is_family = request->is_family,
		.host = request->host ? &host : NULL};
	struct reply reply = {.pid = -1};
	reply.pid = program_fork(&spec, PROGRAM_OF_PARENT, &reply.error);
	if (reply.pid == 0)
		program_run(&spec, output_fd);
	close(output_fd);
	send(fd, &reply, sizeof(reply), MSG_NOSIGNAL);
}

static void launcher_run(int fd)
{
	static struct request request;
	int output_fd;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "teardown-launch");
	while ((output_fd = request_receive(fd, &request)) != -1)
		request_answer(fd, &request, output_fd);
	_exit(0);
}

int launcher_open(struct launcher *launcher, struct error *error)
{
	int fds[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return error_set_errno(error, STATUS_FAILED, "socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		launcher_run(fds[1]);
	}
	close(fds[1]);
	if (pid == -1) {
		close(fds[0]);
		return error_set_errno(error, STATUS_FAILED, "cannot fork");
	}
	*launcher = (struct launcher){pid, fds[0]};
	return 0;
}

void launcher_close(struct launcher *launcher)
{
	if (launcher->pid == 0)
		return;
	close(launcher->fd);
	/* Another launcher, forked later, has a copy of the descriptor. */
	kill(launcher->pid, SIGKILL);
	while (waitpid(launcher->pid, NULL, 0) == -1 && errno == EINTR)
		;
	*launcher = (struct launcher){0};
}

static int request_fill(
	struct request *request, const struct process_spec *spec, struct error *error)
{
	size_t used = 0;
	request->netns_fd = spec->netns_fd;
	request->is_family = spec->is_family;
	request->host = spec->host ? spec->host->pid : 0;
	request->words = 0;
	for (char *const *word = spec->argv; *word; word++) {
		size_t size = strlen(*word) + 1;
		if (request->words == WORDS_MAX || size > sizeof(request->text) - used)
			return error_set(error, STATUS_FAILED, "the command is too long");
		memcpy(request->text + used, *word, size);
		used += size;
		request->words++;
	}
	return 0;
}

pid_t launcher_start(const struct launcher *launcher, const struct process_spec *spec,
	int output_fd, struct error *error)
{
	static struct request request;
	struct iovec part;
	union control control;
	struct reply reply;
	if (request_fill(&request, spec, error) == -1)
		return -1;
	struct msghdr message = message_of(&part, &control, &request, sizeof(request));
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(output_fd));
	memcpy(CMSG_DATA(header), &output_fd, sizeof(output_fd));
	if (sendmsg(launcher->fd, &message, MSG_NOSIGNAL) == -1 ||
		recv(launcher->fd, &reply, sizeof(reply), 0) != (ssize_t)sizeof(reply))
		return error_set_errno(
			error, STATUS_FAILED, "the process that starts others has ended");
	if (reply.pid == -1)
		*error = reply.error;
	return reply.pid;
}
