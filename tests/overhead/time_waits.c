/* Makes TIME_WAITs, for measurements: time_waits COUNT DESTINATIONS WORKERS SPACES
 *
 * In each of SPACES new network namespaces each of WORKERS processes, which has a port of its own,
 * opens COUNT connections over loopback, one after the other and evenly to DESTINATIONS addresses.
 * Their client closes first. Prints "made N in S s" when all are made, then holds the namespaces
 * until its standard input ends. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PORT 9
/* 127.1.0.0 and what follows. */
#define FIRST_DESTINATION 0x7f010000U

static void fail(const char *what)
{
	perror(what);
	_exit(1);
}

static void setting_write(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");
	if (!file || fputs(value, file) == EOF || fclose(file) == EOF)
		fail(path);
}

static void space_enter(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	if (unshare(CLONE_NEWNET) == -1)
		fail("unshare");
	int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (control == -1 || ioctl(control, SIOCSIFFLAGS, &request) == -1)
		fail("loopback");
	close(control);
	setting_write("/proc/sys/net/ipv4/tcp_max_tw_buckets", "2000000");
	setting_write("/proc/sys/net/ipv4/tcp_tw_reuse", "0");
}

static int listener_open(uint16_t port)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener == -1 || bind(listener, (struct sockaddr *)&any, sizeof(any)) == -1 ||
		listen(listener, 8) == -1)
		fail("listen");
	return listener;
}

static void one_make(int listener, uint16_t port, uint32_t destination)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(FIRST_DESTINATION + destination)};
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client == -1 || connect(client, (struct sockaddr *)&to, sizeof(to)) == -1)
		fail("connect");
	int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (accepted == -1)
		fail("accept");
	close(client);
	close(accepted);
}

struct share {
	unsigned long count;
	uint32_t destinations;
	int done, end; /* pipes: a byte says done; the other's end, to end */
};

static void worker_run(const struct share *share, uint16_t port)
{
	char byte = 0;
	int listener = listener_open(port);
	for (unsigned long i = 0; i < share->count; i++)
		one_make(listener, port, (uint32_t)(i % share->destinations));
	if (write(share->done, &byte, 1) != 1)
		fail("write");
	/* The others keep no end of it either: that one of them has failed is the end of it. */
	close(share->done);
	if (read(share->end, &byte, 1) == -1)
		fail("read");
	_exit(0);
}

static pid_t child_make(void)
{
	pid_t child = fork();
	if (child == -1)
		fail("fork");
	return child;
}

/* The first worker is this process. */
static void space_run(const struct share *share, unsigned long workers)
{
	space_enter();
	for (unsigned long i = 1; i < workers; i++)
		if (child_make() == 0)
			worker_run(share, (uint16_t)(FIRST_PORT + i));
	worker_run(share, FIRST_PORT);
}

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int all_wait(int done, unsigned long workers)
{
	char byte;
	for (unsigned long i = 0; i < workers; i++)
		if (read(done, &byte, 1) != 1)
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	int done[2], end[2];
	char byte;
	if (argc != 5 || pipe(done) == -1 || pipe(end) == -1)
		return 2;
	unsigned long workers = strtoul(argv[3], NULL, 10), spaces = strtoul(argv[4], NULL, 10);
	const struct share share = {
		strtoul(argv[1], NULL, 10), (uint32_t)strtoul(argv[2], NULL, 10), done[1], end[0]};
	double begin_s = now_s();
	for (unsigned long i = 0; i < spaces; i++)
		if (child_make() == 0) {
			close(done[0]);
			close(end[1]);
			space_run(&share, workers);
		}
	close(done[1]);
	close(end[0]);
	if (all_wait(done[0], workers * spaces) == -1) {
		fprintf(stderr, "a process failed\n");
		return 1;
	}
	printf("made %lu in %.1f s\n", share.count * workers * spaces, now_s() - begin_s);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	close(end[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}
