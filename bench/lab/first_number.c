/* An initial sequence number that is the scene's choice, instead of the kernel's clock. */
#include "bench/lab/lab.h"
#include "bench/lab/pair.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* TCP_REPAIR's values (tcp(7)): off without a window probe; the queue whose number is set. */
#define REPAIR_OFF_NO_PROBE (-1)
#define SEND_QUEUE 2

void lab_first_number(struct lab *lab, uint32_t number)
{
	lab->first_number = number;
	lab->has_first_number = true;
}

static bool option_set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)) == 0;
}

void pair_number(struct pair *pair)
{
	struct lab *lab = pair->lab;
	int fd = pair->fds[CLIENT];
	if (!lab->has_first_number)
		return;
	lab->has_first_number = false;
	if (!option_set(fd, TCP_REPAIR, 1) || !option_set(fd, TCP_REPAIR_QUEUE, SEND_QUEUE) ||
		!option_set(fd, TCP_QUEUE_SEQ, (int)lab->first_number) ||
		!option_set(fd, TCP_REPAIR, REPAIR_OFF_NO_PROBE))
		lab_skip(lab, "a first number cannot be chosen here: TCP_REPAIR: %s",
			strerror(errno));
}
