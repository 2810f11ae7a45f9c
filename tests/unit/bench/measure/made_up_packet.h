/* Packets made up from what a test says of them, and the kernel's verdict of a filter on them: a
 * filter sees what a Unix socket carries from its first byte, as it sees an IP packet. */
#ifndef TEARDOWN_TESTS_MADE_UP_PACKET_H
#define TEARDOWN_TESTS_MADE_UP_PACKET_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER_PORT 8080
#define PAYLOAD 9

struct packet {
	size_t length;
	uint8_t bytes[1024];
};

struct packet_shape {
	int version; /* 4 or 6 */
	uint8_t protocol;
	uint8_t option_bytes;     /* of the IPv4 header */
	uint16_t fragment_offset; /* of IPv4, in units of 8 bytes */
	uint16_t source_port, destination_port;
	uint8_t flags;
	const char *data; /* NULL: some */
};

struct packet_shape packet_shape(
	int version, uint16_t source_port, uint16_t destination_port, uint8_t flags);

struct packet packet_of(const struct packet_shape *s);

bool packet_passes(struct sock_fprog program, const struct packet_shape *s);

/* How many bytes of it pass; 0: none. */
size_t packet_bytes_passed(struct sock_fprog program, const struct packet_shape *s);

#endif
