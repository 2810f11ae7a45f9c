#include "tests/unit/bench/measure/real_connections.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

static const struct network_spec plain = {
	.client_addresses = ADDRESSES, .port_low = 32768, .port_high = 60999};

static int listener_make(void *fd, struct error *error)
{
	*(int *)fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *(int *)fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : 0;
}

static int clients_make(void *argument, struct error *error)
{
	struct sockets *sockets = argument;
	for (int i = 0; i < CONNECTIONS; i++) {
		if (listener_make(&sockets->fds[i], error) == -1)
			return -1;
	}
	return 0;
}

struct looking {
	struct load_flow flow;
	struct diag *diag;
};

static int diag_make(void *argument, struct error *error)
{
	struct looking *looking = argument;
	looking->diag = diag_create(&looking->flow, TD_SERVER, error);
	return looking->diag ? 0 : -1;
}

static struct address server_address(const struct stage *stage)
{
	struct address address = stage->network.server_address;
	address_set_port(&address, PORT);
	return address;
}

void stage_open(struct stage *stage, uint32_t share, uint64_t period_ns)
{
	struct error error = {.text = ""};
	struct listeners listeners;
	struct looking looking = {.flow = {&stage->network, PORT}};
	memset(stage, 0, sizeof(*stage));
	CHECK(network_create(&stage->network, &plain, &error));
	CHECK(netns_run(stage->network.server_netns, listener_make, &stage->listener, &error));
	struct address address = server_address(stage);
	CHECK(bind(stage->listener, address_sockaddr(&address), address.length));
	const struct sampler_spec spec = {{&stage->network, PORT}, period_ns};
	stage->sampler = sampler_create(&spec, &error);
	if (!stage->sampler)
		fail_msg("%s", error.text);
	CHECK(netns_run(stage->network.server_netns, diag_make, &looking, &error));
	CHECK(diag_listeners(looking.diag, &listeners, &error));
	assert_int_equal(listeners.count, 0);
	CHECK(listen(stage->listener, CONNECTIONS));
	CHECK(diag_listeners(looking.diag, &listeners, &error));
	diag_destroy(looking.diag);
	assert_int_equal(listeners.count, 1);
	assert_true(address_equals(&listeners.list[0], &address));
	assert_int_equal(listeners.backlogs[0], CONNECTIONS);
	stage->packet_tap =
		packet_tap_create(&(struct load_flow){&stage->network, PORT}, share, &error);
	if (!stage->packet_tap)
		fail_msg("%s", error.text);
	CHECK(sampler_read(stage->sampler, &stage->before, &error));
}

void stage_connect(struct stage *stage)
{
	struct error error = {.text = ""};
	struct address to = server_address(stage);
	CHECK(netns_run(stage->network.client_netns, clients_make, &stage->client, &error));
	for (int i = 0; i < CONNECTIONS; i++) {
		struct address from = network_client_address(&stage->network, i % ADDRESSES);
		CHECK(bind(stage->client.fds[i], address_sockaddr(&from), from.length));
		CHECK(connect(stage->client.fds[i], address_sockaddr(&to), to.length));
		stage->server[i] = accept(stage->listener, NULL, NULL);
		CHECK(stage->server[i]);
	}
	packet_tap_poll(stage->packet_tap);
}

void look_again(uint64_t due_ns)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	assert_true(clock_now_ns() < due_ns);
	nanosleep(&pause, NULL);
}

/* How many sockets are in a state that a segment on its way will end. */
static uint64_t in_motion(const struct diag_census *census)
{
	return census->states[TCP_ESTABLISHED] + census->states[TCP_SYN_SENT] +
	       census->states[TCP_SYN_RECV] + census->states[TCP_FIN_WAIT1] +
	       census->states[TCP_LAST_ACK] + census->states[TCP_CLOSING];
}

void stage_settle(struct stage *stage)
{
	struct error error = {.text = ""};
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	for (;;) {
		CHECK(sampler_read(stage->sampler, &stage->after, &error));
		const struct diag_census *client = &stage->after.client.census;
		if (in_motion(&stage->after.server.census) + in_motion(client) +
				client->states[TCP_FIN_WAIT2] ==
			0)
			break;
		look_again(due_ns);
	}
	packet_tap_poll(stage->packet_tap);
}

void stage_close(struct stage *stage)
{
	packet_tap_finish(stage->packet_tap, clock_now_ns(), &stage->report);
	packet_tap_destroy(stage->packet_tap);
	sampler_destroy(stage->sampler);
	close(stage->listener);
	network_destroy(&stage->network);
}

void end_of_stream(int fd)
{
	char byte;
	assert_int_equal(read(fd, &byte, 1), 0);
}

void close_server_first(int server, int client)
{
	close(server);
	end_of_stream(client);
	close(client);
}
