#include "common/stack_limit.h"

#include <pthread.h>
#include <sys/resource.h>

static void threads_settle(void)
{
	pthread_attr_t attributes;
	if (pthread_attr_init(&attributes) != 0)
		return;
	if (pthread_attr_setstacksize(&attributes, STACK_LIMIT_THREAD) == 0)
		pthread_setattr_default_np(&attributes);
	pthread_attr_destroy(&attributes);
}

int stack_limit_settle(size_t least, struct error *error)
{
	struct rlimit limit;
	threads_settle();
	if (getrlimit(RLIMIT_STACK, &limit) == -1 || limit.rlim_cur >= least)
		return 0;
	limit.rlim_cur = limit.rlim_max < least ? limit.rlim_max : least;
	if (limit.rlim_cur == least && setrlimit(RLIMIT_STACK, &limit) == 0)
		return 0;
	return error_set(error, STATUS_HOST_CANNOT,
		"RLIMIT_STACK: its hard limit is %llu bytes, and the program needs %llu",
		(unsigned long long)limit.rlim_max, (unsigned long long)least);
}
