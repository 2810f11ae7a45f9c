/* What the scene has chosen for the client's next connection: an option of its socket, and its
 * initial sequence number instead of the kernel's clock. */
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

void lab_client_option(struct lab *lab, int level, int name, int value)
{
	lab->client_option = (struct socket_option){level, name, value};
	lab->has_client_option = true;
}

static void option_apply(struct pair *pair)
{
	struct lab *lab = pair->lab;
	const struct socket_option *option = &lab->client_option;
	if (!lab->has_client_option)
		return;
	lab->has_client_option = false;
	lab_option(pair, CLIENT, option->level, option->name, option->value);
}

static bool repair_set(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value)) == 0;
}

static void number_apply(struct pair *pair)
{
	struct lab *lab = pair->lab;
	int fd = pair->fds[CLIENT];
	if (!lab->has_first_number)
		return;
	lab->has_first_number = false;
	if (!repair_set(fd, TCP_REPAIR, 1) || !repair_set(fd, TCP_REPAIR_QUEUE, SEND_QUEUE) ||
		!repair_set(fd, TCP_QUEUE_SEQ, (int)lab->first_number) ||
		!repair_set(fd, TCP_REPAIR, REPAIR_OFF_NO_PROBE))
		lab_skip(lab, "a first number cannot be chosen here: TCP_REPAIR: %s",
			strerror(errno));
}

void pair_prepare(struct pair *pair)
{
	option_apply(pair);
	number_apply(pair);
}
