#include "tests/unit/server/still_worker.h"

#include "common/clock.h"
#include "server/capacity.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGUMENTS_MAX 16
#define TURNS 20
#define STEPS 40

/* Each byte goes out at once, neither collected nor paced: the kernel's time is not the test's. */
static void latency_none(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
}

int still_start(
	struct still_worker *s, const struct td_strategy *strategy, const char *const *arguments)
{
	struct error error;
	char *argv[ARGUMENTS_MAX] = {"still", "--no-defer-accept"};
	int argc = 2;
	for (; *arguments; arguments++)
		argv[argc++] = (char *)*arguments;
	*s = (struct still_worker){.role = {.strategy = strategy, .metrics = true}};
	s->role.options = &s->options;
	argv[argc++] = "--listen";
	argv[argc++] = "127.0.0.1:0";
	if (server_options_read(argc, argv, &s->options, &error) != OPTIONS_PARSED ||
		capacity_settle(&s->options, &error) == -1)
		fail_msg("%s", error.text);
	struct listen_spec spec = server_options_listen(&s->options, strategy);
	if (address_parse(spec.address, &s->address) == -1)
		fail_msg("%s", spec.address);
	int fd = listen_socket_open(&s->address, &spec, &error);
	latency_none(fd);
	s->worker = fd == -1 ? NULL : worker_create(&s->shared, &s->role, 0, fd, &error);
	if (!s->worker)
		fail_msg("%s", error.text);
	s->worker->executor.now_ns = clock_now_ns();
	s->worker->clock_read = true;
	response_head_refresh(&s->worker->heads, s->worker->executor.now_ns);
	return 0;
}

void still_stop(struct still_worker *s)
{
	struct connection_list *list = &s->worker->connections;
	while (list->open.first)
		connection_abandon(list->open.first);
	while (list->lingering.first)
		connection_abandon(list->lingering.first);
	connection_list_settle(list, s->worker->executor.now_ns, true);
	const struct metrics_counts *counts = &s->worker->metrics.counts;
	assert_int_equal(counts->opened, counts->states[EXECUTOR_ENDED]);
	assert_int_equal(s->worker->wheel.armed, 0);
	assert_int_equal(list->count, 0);
	assert_int_equal(list->lingering_count, 0);
	worker_destroy(s->worker);
}

void still_turn(struct still_worker *s)
{
	struct worker *w = s->worker;
	for (int i = 0; i < TURNS; i++) {
		event_base_loop(w->base, EVLOOP_NONBLOCK);
		connection_list_settle(&w->connections, w->executor.now_ns, false);
		listener_settle(&w->listener);
	}
}

void still_pass(struct still_worker *s, uint64_t ns, void (*on_step)(int client), int client)
{
	struct worker *w = s->worker;
	uint64_t end_ns = w->executor.now_ns + ns;
	while (w->executor.now_ns < end_ns) {
		uint64_t left_ns = end_ns - w->executor.now_ns;
		w->executor.now_ns += left_ns > ns / STEPS ? ns / STEPS : left_ns;
		worker_expire(w);
		if (on_step)
			on_step(client);
		still_turn(s);
	}
}

int client_open(struct still_worker *s, const char *text, int receive_buffer)
{
	const struct address *address = &s->address;
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(client, -1);
	latency_none(client);
	if (receive_buffer > 0)
		setsockopt(client, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	assert_int_equal(
		connect(client, (const struct sockaddr *)&address->storage, address->length), 0);
	still_turn(s);
	client_say(client, text);
	still_turn(s);
	return client;
}

void client_say(int client, const char *text)
{
	/* A connection that has ended takes nothing. */
	if (*text)
		send(client, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

size_t client_read(int client, char *text, size_t size, bool *ended)
{
	size_t length = 0;
	ssize_t n;
	do {
		n = recv(client, text + length, size - 1 - length, MSG_DONTWAIT);
		if (n > 0)
			length += (size_t)n;
	} while (n > 0 && length < size - 1);
	text[length] = '\0';
	*ended = n == 0 || (n == -1 && errno != EAGAIN);
	return length;
}
