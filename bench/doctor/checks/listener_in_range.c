/* listener-in-range: a program listens at a port that connect(2) may give to another one while the
 * program is down: then it cannot start. Kernel: inet_csk_get_port
 * (net/ipv4/inet_connection_sock.c). */
#include "bench/doctor/check.h"
#include "bench/doctor/words.h"

#include <stdio.h>

#define SHOWN 3
#define PORTS_TEXT 128

/* Sockets of one port are one listener. */
static bool is_first_of_port(const struct doctor_namespace *space, size_t index)
{
	uint16_t port = address_port(&space->listeners[index].address);
	for (size_t i = 0; i < index; i++)
		if (address_port(&space->listeners[i].address) == port)
			return false;
	return port_range_has(&space->settings.ports, port);
}

static void listener_tell(struct diagnosis *diagnosis, const struct doctor_listener *listener)
{
	char address[ADDRESS_TEXT_SIZE];
	struct word who;
	diagnosis_line(diagnosis, "%s, %s", address_text(&listener->address, address),
		word_holder(&who, &listener->process));
}

static void check(struct diagnosis *diagnosis, const struct doctor_host *host,
	const struct doctor_namespace *space)
{
	char ports[PORTS_TEXT] = "";
	size_t count = 0, length = 0;
	(void)host;
	for (size_t i = 0; i < space->listener_count; i++) {
		if (!is_first_of_port(space, i))
			continue;
		if (count++ == 0)
			diagnosis_add(diagnosis, LEVEL_NOTICE, 0,
				"a listener's port is one that connect() gives to others");
		if (count > SHOWN)
			continue;
		length += (size_t)snprintf(ports + length, sizeof(ports) - length, "%s%u",
			count > 1 ? "," : "", address_port(&space->listeners[i].address));
		listener_tell(diagnosis, &space->listeners[i]);
	}
	if (count == 0)
		return;
	if (count > SHOWN)
		diagnosis_line(diagnosis, "and %zu more", count - SHOWN);
	diagnosis_cure(diagnosis,
		"net.ipv4.ip_local_reserved_ports=%s%s, or ports outside of %u-%u: else one may be "
		"taken when the program starts anew",
		ports, count > SHOWN ? ",..." : "", space->settings.ports.low,
		space->settings.ports.high);
	diagnosis_number(diagnosis, "listeners", (double)count);
}

extern const struct doctor_check doctor_check_listener_in_range;
const struct doctor_check doctor_check_listener_in_range = {
	.id = "listener-in-range",
	.means =
		"While a program that listens at a port of ip_local_port_range is down, connect() "
		"may "
		"give that port to any other one: the program then starts with EADDRINUSE, now and "
		"then. A client on this host that finds nobody there may even connect to itself. "
		"A port that the kernel chose (bind() to port 0) is none to worry about.",
	.source = "sock_diag: sockets that listen; ip_local_port_range without "
		  "ip_local_reserved_ports.",
	.cure = "Put the port into net.ipv4.ip_local_reserved_ports, or listen outside of the "
		"range.",
	.fine = "listeners' ports",
	.can_judge = doctor_check_has_settings,
	.check = check,
};
