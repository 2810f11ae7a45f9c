/* Frames that are put into a ring, held against the datagrams that a socket behind the link reads:
 * their order, their bytes, also of those that are read late, and what a link that is down costs.
 */
#include "bench/wire/send_ring.h"

#include "bench/network/link.h"
#include "bench/network/netns.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/wire/line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADERS_BYTES (ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr))
#define PAYLOAD_MAX 1472
/* More than the ring has slots. */
#define LATE_DATAGRAMS 192

struct sender {
	struct line line; /* without a wire: this test is what sends */
	struct send_ring ring;
	int server;
	uint32_t sent, read; /* datagrams */
};

static int ring_open(void *argument, struct error *error)
{
	struct sender *sender = argument;
	return send_ring_open(&sender->ring, sender->line.network.middle_server_ifindex, error);
}

static void sender_make(struct sender *sender)
{
	struct error error = {0};
	*sender = (struct sender){.line = {.wire = NULL}};
	assert_int_equal(network_create(&sender->line.network, &wired, &error), 0);
	sender->server = served(&sender->line, SOCK_DGRAM);
	if (netns_run(sender->line.network.middle_netns, ring_open, sender, &error) == -1)
		fail_msg("%s", error.text);
}

static void sender_clear(struct sender *sender)
{
	shared_ring_close(&sender->ring.shared);
	close(sender->server);
	line_clear(&sender->line);
}

/* RFC 1071. */
static uint16_t checksum_of(const uint8_t *bytes, size_t count)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < count; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static size_t payload_bytes_of(uint32_t serial)
{
	return serial * 2654435761u % PAYLOAD_MAX + 1;
}

static uint8_t byte_at(uint32_t serial, size_t at)
{
	return (uint8_t)((serial * 31 + at) * 2654435761u >> 13);
}

static void datagram_put(struct sender *sender, size_t payload)
{
	const struct network *network = &sender->line.network;
	const struct address client = network_client_address(network, 0),
			     at = server_at(&sender->line);
	const struct sockaddr_in *from = (const struct sockaddr_in *)address_sockaddr(&client);
	const struct sockaddr_in *to = (const struct sockaddr_in *)address_sockaddr(&at);
	struct ethhdr link = {.h_proto = htons(ETH_P_IP)};
	struct iphdr ip = {.version = 4,
		.ihl = 5,
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.tot_len = htons((uint16_t)(HEADERS_BYTES - ETH_HLEN + payload)),
		.saddr = from->sin_addr.s_addr,
		.daddr = to->sin_addr.s_addr};
	const struct udphdr udp = {.uh_sport = htons(9),
		.uh_dport = to->sin_port,
		.uh_ulen = htons((uint16_t)(sizeof(udp) + payload))};
	uint8_t frame[HEADERS_BYTES + PAYLOAD_MAX];
	link_address(link.h_dest, &at);
	ip.check = checksum_of((const uint8_t *)&ip, sizeof(ip));
	memcpy(frame, &link, sizeof(link));
	memcpy(frame + ETH_HLEN, &ip, sizeof(ip));
	memcpy(frame + ETH_HLEN + sizeof(ip), &udp, sizeof(udp));
	for (size_t i = 0; i < payload; i++)
		frame[HEADERS_BYTES + i] = byte_at(sender->sent, i);
	send_ring_put(&sender->ring, (struct iovec){frame, HEADERS_BYTES + payload});
	sender->sent++;
	/* What is put is copied. */
	memset(frame, 0xff, sizeof(frame));
}

static void datagram_read(struct sender *sender, size_t payload)
{
	uint8_t got[PAYLOAD_MAX + 1];
	assert_int_equal(recv(sender->server, got, sizeof(got), 0), payload);
	for (size_t i = 0; i < payload; i++)
		assert_int_equal(got[i], byte_at(sender->read, i));
	sender->read++;
}

static void assert_nothing_to_read(const struct sender *sender)
{
	char byte;
	assert_int_equal(recv(sender->server, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static void frames_arrive_in_their_order(void **state)
{
	struct sender sender;
	sender_make(&sender);
	while (sender.sent < 1000) {
		for (unsigned i = 0; i < 10; i++)
			datagram_put(&sender, payload_bytes_of(sender.sent));
		send_ring_flush(&sender.ring);
		for (unsigned i = 0; i < 10; i++)
			datagram_read(&sender, payload_bytes_of(sender.read));
	}
	assert_nothing_to_read(&sender);
	assert_int_equal(sender.ring.unsent, 0);
	sender_clear(&sender);
}

/* They lie in the socket's queue while the ring's slots are written again. */
static void frames_that_are_read_late_are_as_they_were_sent(void **state)
{
	const int room = 212992;
	struct sender sender;
	sender_make(&sender);
	setsockopt(sender.server, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	while (sender.sent < LATE_DATAGRAMS)
		datagram_put(&sender, 200);
	send_ring_flush(&sender.ring);
	while (sender.read < LATE_DATAGRAMS)
		datagram_read(&sender, 200);
	assert_int_equal(sender.ring.unsent, 0);
	sender_clear(&sender);
}

static void a_full_batch_is_sent_at_once(void **state)
{
	struct sender sender;
	sender_make(&sender);
	while (sender.sent < SEND_RING_BATCH - 1)
		datagram_put(&sender, 10);
	assert_nothing_to_read(&sender);
	datagram_put(&sender, 10);
	while (sender.read < SEND_RING_BATCH)
		datagram_read(&sender, 10);
	sender_clear(&sender);
}

static void link_set(const struct line *line, int netns, const char *name, bool is_up)
{
	struct ifreq request = {.ifr_name = ""};
	int fd = socket_in(line, netns, SOCK_DGRAM);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &request), 0);
	request.ifr_flags =
		(short)(is_up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

/* Its frames are lost and counted. Those that are put when it is up again are sent. */
static void a_link_that_is_down_loses_frames(struct sender *sender, int netns, const char *name)
{
	link_set(&sender->line, netns, name, false);
	for (unsigned i = 0; i < 3; i++)
		datagram_put(sender, 20);
	send_ring_flush(&sender->ring);
	assert_int_equal(sender->ring.unsent, 3);
	link_set(&sender->line, netns, name, true);
	sender->read = sender->sent;
	for (unsigned i = 0; i < LATE_DATAGRAMS; i++) {
		datagram_put(sender, 20);
		send_ring_flush(&sender->ring);
		datagram_read(sender, 20);
	}
	assert_int_equal(sender->ring.unsent, 3);
	assert_nothing_to_read(sender);
}

static void *slot_give_back(void *slot)
{
	usleep(20000);
	shared_ring_status_set(slot, TP_STATUS_AVAILABLE);
	return NULL;
}

/* A slot whose packet of a lap ago is still on its way is waited for, and its frame is sent. */
static void a_slot_that_is_not_free_is_waited_for(void **state)
{
	struct sender sender;
	pthread_t other_end;
	sender_make(&sender);
	struct tpacket2_hdr *slot = shared_ring_slot(&sender.ring.shared, sender.ring.next);
	shared_ring_status_set(slot, TP_STATUS_SENDING);
	assert_int_equal(pthread_create(&other_end, NULL, slot_give_back, slot), 0);
	datagram_put(&sender, 20);
	pthread_join(other_end, NULL);
	send_ring_flush(&sender.ring);
	assert_int_equal(sender.ring.unsent, 0);
	datagram_read(&sender, 20);
	sender_clear(&sender);
}

static void the_link_may_be_down(void **state)
{
	struct sender sender;
	sender_make(&sender);
	a_link_that_is_down_loses_frames(&sender, sender.line.network.middle_netns, LINK_TO_SERVER);
	sender_clear(&sender);
}

static void the_other_end_may_be_down(void **state)
{
	struct sender sender;
	sender_make(&sender);
	a_link_that_is_down_loses_frames(&sender, sender.line.network.server_netns, LINK_OF_SERVER);
	sender_clear(&sender);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_arrive_in_their_order),
		cmocka_unit_test(frames_that_are_read_late_are_as_they_were_sent),
		cmocka_unit_test(a_full_batch_is_sent_at_once),
		cmocka_unit_test(a_slot_that_is_not_free_is_waited_for),
		cmocka_unit_test(the_link_may_be_down),
		cmocka_unit_test(the_other_end_may_be_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
