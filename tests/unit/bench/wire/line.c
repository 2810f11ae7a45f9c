#include "tests/unit/bench/wire/line.h"

#include "bench/network/netns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
const struct network_spec wired = {
	.client_addresses = 1, .port_low = 32768, .port_high = 60999, .has_wire = true};

void line_make_of(struct line *line, int family, struct impairment impairment)
{
	struct error error = {0};
	struct network_spec spec_of_family = wired;
	spec_of_family.family = family;
	const struct wire_spec spec = {.impairment = impairment, .seed = 11, .keeps_record = true};
	if (network_create(&line->network, &spec_of_family, &error) == -1)
		fail_msg("%s", error.text);
	line->wire = wire_create(&line->network, &spec, &error);
	if (!line->wire)
		fail_msg("%s", error.text);
}

void line_make(struct line *line, struct impairment impairment)
{
	line_make_of(line, AF_INET, impairment);
}

void line_clear(struct line *line)
{
	wire_destroy(line->wire);
	network_destroy(&line->network);
}

struct wanted_socket {
	int family, type, fd;
};

static int socket_make(void *argument, struct error *error)
{
	struct wanted_socket *wanted = argument;
	wanted->fd = socket(wanted->family, wanted->type | SOCK_CLOEXEC, 0);
	return wanted->fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : 0;
}

int socket_in(const struct line *line, int netns_fd, int type)
{
	const struct timeval give_up = {.tv_sec = GIVE_UP_S};
	struct wanted_socket wanted = {network_family(&line->network), type, -1};
	assert_int_equal(netns_run(netns_fd, socket_make, &wanted, NULL), 0);
	setsockopt(wanted.fd, SOL_SOCKET, SO_RCVTIMEO, &give_up, sizeof(give_up));
	setsockopt(wanted.fd, SOL_SOCKET, SO_SNDTIMEO, &give_up, sizeof(give_up));
	return wanted.fd;
}

struct address server_at(const struct line *line)
{
	struct address address = line->network.server_address;
	address_set_port(&address, PORT);
	return address;
}

int served(const struct line *line, int type)
{
	const struct address at = server_at(line);
	int fd = socket_in(line, line->network.server_netns, type);
	assert_int_equal(bind(fd, address_sockaddr(&at), at.length), 0);
	return fd;
}

void connect_pair(const struct line *line, int pair[2])
{
	const struct address at = server_at(line);
	int listener = served(line, SOCK_STREAM);
	assert_int_equal(listen(listener, 16), 0);
	pair[0] = socket_in(line, line->network.client_netns, SOCK_STREAM);
	assert_int_equal(connect(pair[0], address_sockaddr(&at), at.length), 0);
	pair[1] = accept(listener, NULL, NULL);
	assert_int_not_equal(pair[1], -1);
	close(listener);
}

void assert_books_balance(const struct wire_report *report)
{
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		const struct relay_counts *c = &report->counts[end];
		assert_int_equal(c->arrived + c->duplicated + c->copied + c->injected,
			c->sent + c->lost + c->dropped + c->held + c->waiting + c->overflown +
				c->too_long);
		/* So many are never on their way here: it would be an underflow. */
		assert_true(c->waiting < 100000);
	}
}
