#include "bench/network/throughput.h"

#include "bench/network/netns.h"
#include "common/address.h"
#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 8080
#define CHUNK_BYTES 262144
/* The congestion window opens in the first slice. The fastest of the others counts: what else the
 * machine does makes it slower, never faster. */
#define SLICE_NS (50 * NS_PER_MS)
#define SLICES 5
#define GIVE_UP_S 2

struct transfer {
	int listener, sender, receiver; /* -1: not open */
};

static int socket_make(void *fd, struct error *error)
{
	/* A transfer that stands still ends in an error, not in a run that hangs. */
	const struct timeval give_up = {.tv_sec = GIVE_UP_S};
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made == -1)
		return error_set_errno(error, STATUS_FAILED, "socket");
	setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &give_up, sizeof(give_up));
	setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &give_up, sizeof(give_up));
	*(int *)fd = made;
	return 0;
}

static int transfer_open(struct transfer *t, const struct network *network, struct error *error)
{
	*t = (struct transfer){.listener = -1, .sender = -1, .receiver = -1};
	if (netns_run(network->server_netns, socket_make, &t->listener, error) == -1 ||
		netns_run(network->client_netns, socket_make, &t->receiver, error) == -1)
		return -1;
	struct address to = network->server_address;
	address_set_port(&to, PORT);
	if (bind(t->listener, address_sockaddr(&to), to.length) == -1 ||
		listen(t->listener, 1) == -1 ||
		connect(t->receiver, address_sockaddr(&to), to.length) == -1 ||
		(t->sender = accept4(t->listener, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return error_set_errno(error, STATUS_FAILED, "a transfer to be measured");
	return 0;
}

static void transfer_close(const struct transfer *t)
{
	const int fds[] = {t->listener, t->sender, t->receiver};
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] != -1)
			close(fds[i]);
}

/* Until the receiver has hung up. */
static void *sender_run(void *argument)
{
	static const char chunk[CHUNK_BYTES];
	const struct transfer *t = argument;
	while (send(t->sender, chunk, sizeof(chunk), MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

/* Receives for a slice. Returns 0 with the bytes a second of it, or -1. */
static int slice_receive(const struct transfer *t, double *bytes_per_s, struct error *error)
{
	static char chunk[CHUNK_BYTES];
	uint64_t from = clock_now_ns(), now = from, bytes = 0;
	while (now < from + SLICE_NS) {
		ssize_t got = recv(t->receiver, chunk, sizeof(chunk), 0);
		if (got <= 0)
			return error_set_errno(error, STATUS_FAILED, "a transfer to be measured");
		bytes += (uint64_t)got;
		now = clock_now_ns();
	}
	*bytes_per_s = (double)bytes * 1e9 / (double)(now - from);
	return 0;
}

static int receive(const struct transfer *t, double *bytes_per_s, struct error *error)
{
	*bytes_per_s = 0;
	for (int slice = 0; slice < SLICES; slice++) {
		double of_slice = 0;
		if (slice_receive(t, &of_slice, error) == -1)
			return -1;
		if (slice > 0 && of_slice > *bytes_per_s)
			*bytes_per_s = of_slice;
	}
	return 0;
}

int throughput_on(const struct network *network, double *bytes_per_s, struct error *error)
{
	pthread_t thread;
	struct transfer transfer;
	int result = transfer_open(&transfer, network, error);
	if (result == 0) {
		errno = pthread_create(&thread, NULL, sender_run, &transfer);
		result = errno ? error_set_errno(error, STATUS_FAILED, "a thread that sends") : 0;
		if (result == 0) {
			result = receive(&transfer, bytes_per_s, error);
			shutdown(transfer.receiver, SHUT_RDWR);
			shutdown(transfer.sender, SHUT_RDWR);
			pthread_join(thread, NULL);
		}
	}
	transfer_close(&transfer);
	return result;
}

int throughput_measure(double *bytes_per_s, struct error *error)
{
	static const struct network_spec plain = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999};
	struct network network = NETWORK_NONE;
	int result = network_create(&network, &plain, error);
	if (result == 0)
		result = throughput_on(&network, bytes_per_s, error);
	network_destroy(&network);
	return result;
}
