#include "bench/network/netns.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The network namespace that the process was started in. */
static struct {
	bool known, prepared;
	dev_t device;
	ino_t inode;
} host;

/* What forbids namespaces, and at which value. The values are read before anything else: inside a
 * new user namespace user.* shows that namespace's own limits, not those that refuse. */
static struct limit {
	const char *name, *path;
	long forbids, value;
} limits[] = {
	{"user.max_user_namespaces", "/proc/sys/user/max_user_namespaces", 0, -1},
	{"kernel.unprivileged_userns_clone", "/proc/sys/kernel/unprivileged_userns_clone", 0, -1},
	{"kernel.apparmor_restrict_unprivileged_userns",
		"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1, -1},
	{"user.max_net_namespaces", "/proc/sys/user/max_net_namespaces", 0, -1},
};

#define LIMIT_COUNT (sizeof(limits) / sizeof(limits[0]))

static void limits_read(void)
{
	for (size_t i = 0; i < LIMIT_COUNT; i++) {
		FILE *file = fopen(limits[i].path, "re");
		if (!file)
			continue;
		if (fscanf(file, "%ld", &limits[i].value) != 1)
			limits[i].value = -1;
		fclose(file);
	}
}

/* Says, for the errno of a refused unshare(2), what refused. Returns -1. */
static int refusal_explain(struct error *error)
{
	if (errno == ENOSPC && limits[0].value != 0 && limits[3].value != 0)
		return error_set(error, STATUS_HOST_CANNOT,
			"cannot make a network namespace: user.max_net_namespaces (%ld) or "
			"user.max_user_namespaces (%ld) is used up",
			limits[3].value, limits[0].value);
	for (size_t i = 0; i < LIMIT_COUNT; i++) {
		if (limits[i].value == limits[i].forbids)
			return error_set(error, STATUS_HOST_CANNOT,
				"cannot make a private network namespace: %s = %ld forbids it",
				limits[i].name, limits[i].value);
	}
	return error_set_errno(error, STATUS_HOST_CANNOT,
		"cannot make a private network namespace (no sysctl forbids it, so a container's "
		"or a security module's rules do)");
}

struct job {
	int (*work)(void *argument, struct error *error);
	void *argument;
	struct error *error;
	int netns_fd; /* -1: the namespace in which the thread starts */
	int result;
};

static void *job_run(void *argument)
{
	struct job *job = argument;
	if (job->netns_fd != -1 && netns_enter(job->netns_fd, job->error) == -1)
		job->result = -1;
	else
		job->result = job->work(job->argument, job->error);
	return NULL;
}

static int thread_run(struct job *job)
{
	pthread_t thread;
	errno = pthread_create(&thread, NULL, job_run, job);
	if (errno != 0)
		return error_set_errno(job->error, STATUS_FAILED, "cannot start a thread");
	pthread_join(thread, NULL);
	return job->result;
}

/* The namespace goes with the thread that made it, unless somebody keeps a descriptor. */
static int namespace_make(void *netns_fd, struct error *error)
{
	if (unshare(CLONE_NEWNET) == -1)
		return refusal_explain(error);
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "/proc/thread-self/ns/net");
	*(int *)netns_fd = fd;
	return 0;
}

static int namespace_try(struct error *error)
{
	int fd = netns_create(error);
	if (fd == -1)
		return -1;
	close(fd);
	return 0;
}

static int text_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t written = write(fd, text, strlen(text));
	int saved = errno;
	close(fd);
	errno = saved;
	return written == (ssize_t)strlen(text) ? 0 : -1;
}

/* A thread that was joined may still be counted for a moment, and unshare(2) wants to be alone. */
static int user_unshare(void)
{
	for (int attempt = 0; attempt < 200; attempt++) {
		if (unshare(CLONE_NEWUSER) == 0)
			return 0;
		if (errno != EINVAL)
			return -1;
		clock_pause(NS_PER_MS);
	}
	errno = EINVAL;
	return -1;
}

/* The caller becomes root in a user namespace of its own (user_namespaces(7)). */
static int user_namespace_enter(struct error *error)
{
	char uid_map[40], gid_map[40];
	snprintf(uid_map, sizeof(uid_map), "0 %u 1", (unsigned)geteuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", (unsigned)getegid());
	if (user_unshare() == -1) {
		if (errno == EINVAL)
			return error_set(error, STATUS_FAILED,
				"a user namespace must be made before the first thread starts");
		return refusal_explain(error);
	}
	if (text_write("/proc/self/setgroups", "deny") == -1 ||
		text_write("/proc/self/uid_map", uid_map) == -1 ||
		text_write("/proc/self/gid_map", gid_map) == -1)
		return refusal_explain(error);
	return 0;
}

int netns_prepare(struct error *error)
{
	if (host.prepared)
		return 0;
	struct stat status;
	if (stat("/proc/self/ns/net", &status) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "/proc/self/ns/net");
	host.device = status.st_dev;
	host.inode = status.st_ino;
	host.known = true;
	limits_read();
	/* Root of a container may lack CAP_SYS_ADMIN: what counts is whether it works. */
	if (geteuid() != 0 || namespace_try(NULL) == -1) {
		if (user_namespace_enter(error) == -1 || namespace_try(error) == -1)
			return -1;
	}
	host.prepared = true;
	return 0;
}

int netns_create(struct error *error)
{
	int fd = -1;
	struct job job = {namespace_make, &fd, error, -1, -1};
	return thread_run(&job) == 0 ? fd : -1;
}

int netns_run(int netns_fd, int (*work)(void *argument, struct error *error), void *argument,
	struct error *error)
{
	struct job job = {work, argument, error, netns_fd, -1};
	if (netns_fd < 0 && netns_fd != NETNS_OWN)
		return error_set(error, STATUS_FAILED, "there is no such network namespace");
	return thread_run(&job);
}

int netns_enter(int netns_fd, struct error *error)
{
	if (netns_fd != NETNS_OWN && setns(netns_fd, CLONE_NEWNET) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot enter the network namespace");
	return 0;
}

int netns_prove_private(struct error *error)
{
	struct stat status;
	if (!host.known)
		return error_set(
			error, STATUS_FAILED, "the host's network namespace was not noted down");
	if (stat("/proc/thread-self/ns/net", &status) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "/proc/thread-self/ns/net");
	if (status.st_dev == host.device && status.st_ino == host.inode)
		return error_set(error, STATUS_FAILED,
			"refused to touch the host's own network: this thread is not in a private "
			"namespace");
	return 0;
}
