#include "bench/process/thread_call.h"

#include "common/printable.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Returns false when there is nothing to read. */
static bool text_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	ssize_t n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* State, and both counts of switches, of /proc/PID/task/TID/status. */
static bool status_read(pid_t pid, pid_t tid, struct thread_call *call)
{
	static const char voluntary[] = "\nvoluntary_ctxt_switches:",
			  other[] = "\nnonvoluntary_ctxt_switches:", state[] = "\nState:\t";
	char path[64], text[4096];
	unsigned long long switches, preempted;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)pid, (int)tid);
	if (!text_read(path, text, sizeof(text)))
		return false;
	const char *a = strstr(text, state), *b = strstr(text, voluntary), *c = strstr(text, other);
	if (!a || !b || !c || sscanf(b + strlen(voluntary), "%llu", &switches) != 1 ||
		sscanf(c + strlen(other), "%llu", &preempted) != 1)
		return false;
	call->is_asleep = a[strlen(state)] == 'S';
	call->switches = switches + preempted;
	return true;
}

/* The file says "running" of a thread that runs, and "-1" of one that waits in no call. */
bool thread_call_read(pid_t pid, pid_t tid, long number, struct thread_call *call)
{
	char path[64], text[256];
	long own;
	*call = (struct thread_call){.is_asleep = false};
	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", (int)pid, (int)tid);
	if (!text_read(path, text, sizeof(text)))
		return false;
	if (sscanf(text, "%ld %llx", &own, &call->argument) != 2 || own != number)
		return true;
	return status_read(pid, tid, call);
}

/* Its letter in /proc/PID/stat; 0 where the process is gone. */
static char state_read(pid_t pid)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!text_read(path, text, sizeof(text)))
		return 0;
	/* The name, in parentheses, may hold anything. */
	const char *rest = strrchr(text, ')');
	if (!rest || rest[1] != ' ')
		return 0;
	return rest[2];
}

bool process_is_stopped(pid_t pid)
{
	return state_read(pid) == 'T';
}

bool process_is_asleep(pid_t pid)
{
	return state_read(pid) == 'S';
}

bool process_has_ended(pid_t pid)
{
	char state = state_read(pid);
	return state == 0 || state == 'Z' || state == 'X';
}

char *process_name(pid_t pid, char name[PROCESS_NAME_SIZE])
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (!text_read(path, name, PROCESS_NAME_SIZE))
		name[0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	printable_clean(name, PRINTABLE_ONE_LINE);
	return name;
}
