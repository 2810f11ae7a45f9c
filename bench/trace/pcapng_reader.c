#include "bench/trace/pcapng_reader.h"
#include "bench/trace/pcapng_option.h"

#include <byteswap.h>
#include <stdlib.h>
#include <string.h>

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};
#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define HEAD_BYTES 8U /* type and length */
#define TAIL_BYTES 4U /* the length again */
#define BLOCK_MAX (16U << 20)
#define INTERFACES_MAX 4096U
#define NAME_MAX_BYTES 63U
#define NS_PER_S UINT64_C(1000000000)

struct interface {
	uint16_t link_type;
	uint32_t snap_length;
	uint8_t resolution; /* as in the option: 10 to the minus so many; with bit 7: 2 to the … */
	int64_t offset_s;
	char name[NAME_MAX_BYTES + 1]; /* longer ones are cut */
};

struct pcapng_reader {
	FILE *file;
	const char *name;
	uint8_t *block; /* the body of the block that was read last */
	size_t room, size;
	bool swapped, in_section;
	struct interface *interfaces;
	uint32_t interface_count, interface_room;
	uint64_t blocks;
};

struct pcapng_reader *pcapng_reader_create(FILE *file, const char *name)
{
	struct pcapng_reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->file = file;
	reader->name = name;
	return reader;
}

void pcapng_reader_destroy(struct pcapng_reader *reader)
{
	if (!reader)
		return;
	free(reader->block);
	free(reader->interfaces);
	free(reader);
}

static enum capture_status broken(
	const struct pcapng_reader *reader, struct error *error, const char *why)
{
	error_set(error, STATUS_FAILED, "%s: block %ju cannot be read: %s", reader->name,
		(uintmax_t)reader->blocks, why);
	return CAPTURE_BROKEN;
}

static uint16_t number16(const struct pcapng_reader *reader, const uint8_t *at)
{
	uint16_t number;
	memcpy(&number, at, sizeof(number));
	return reader->swapped ? bswap_16(number) : number;
}

static uint32_t number32(const struct pcapng_reader *reader, const uint8_t *at)
{
	uint32_t number;
	memcpy(&number, at, sizeof(number));
	return reader->swapped ? bswap_32(number) : number;
}

static bool room_make(struct pcapng_reader *reader, size_t size)
{
	if (size <= reader->room)
		return true;
	uint8_t *block = realloc(reader->block, size);
	if (!block)
		return false;
	reader->block = block;
	reader->room = size;
	return true;
}

/* A section's head says its byte order only behind its length. */
static bool section_order_read(struct pcapng_reader *reader)
{
	uint32_t magic;
	if (fread(&magic, sizeof(magic), 1, reader->file) != 1)
		return false;
	reader->swapped = magic == bswap_32(BYTE_ORDER_MAGIC);
	reader->in_section = reader->swapped || magic == BYTE_ORDER_MAGIC;
	reader->interface_count = 0;
	return reader->in_section;
}

/* Reads the next block's body into `block`. `type` as this host has it. */
static enum capture_status block_read(
	struct pcapng_reader *reader, uint32_t *type, struct error *error)
{
	uint8_t head[HEAD_BYTES];
	size_t got = fread(head, 1, sizeof(head), reader->file);
	reader->blocks++;
	if (got == 0 && !ferror(reader->file))
		return reader->in_section ? CAPTURE_END
					  : broken(reader, error, "there is no section");
	if (got < sizeof(head))
		return broken(reader, error, "the file ends in it");
	memcpy(type, head, sizeof(*type));
	size_t behind = 0; /* bytes of the body that were read already */
	if (*type == BLOCK_SECTION) {
		if (!section_order_read(reader))
			return broken(reader, error, "its byte order is neither of the two");
		behind = sizeof(uint32_t);
	} else if (!reader->in_section) {
		return broken(reader, error, "the file does not begin with a section");
	}
	*type = number32(reader, head);
	uint32_t length = number32(reader, head + sizeof(uint32_t));
	if (length % 4 != 0 || length < HEAD_BYTES + behind + TAIL_BYTES || length > BLOCK_MAX)
		return broken(reader, error, "its length cannot be");
	size_t left = length - HEAD_BYTES - behind;
	if (!room_make(reader, left))
		return broken(reader, error, "no memory");
	if (fread(reader->block, 1, left, reader->file) != left)
		return broken(reader, error, "the file ends in it");
	if (number32(reader, reader->block + left - TAIL_BYTES) != length)
		return broken(reader, error, "its two lengths differ");
	reader->size = left - TAIL_BYTES;
	return CAPTURE_PACKET;
}

static void interface_options_read(
	const struct pcapng_reader *reader, struct interface *interface, size_t at)
{
	struct pcapng_option option;
	while (pcapng_option_next(reader->block, reader->size, reader->swapped, &at, &option)) {
		if (option.code == PCAPNG_NAME)
			memcpy(interface->name, option.value,
				option.length < NAME_MAX_BYTES ? option.length : NAME_MAX_BYTES);
		if (option.code == PCAPNG_RESOLUTION && option.length == 1)
			interface->resolution = option.value[0];
		if (option.code == PCAPNG_OFFSET && option.length == 8) {
			uint64_t offset;
			memcpy(&offset, option.value, sizeof(offset));
			interface->offset_s =
				(int64_t)(reader->swapped ? bswap_64(offset) : offset);
		}
	}
}

static enum capture_direction direction_read(const struct pcapng_reader *reader, size_t at)
{
	struct pcapng_option option;
	while (pcapng_option_next(reader->block, reader->size, reader->swapped, &at, &option))
		if (option.code == PCAPNG_FLAGS && option.length == 4)
			return (enum capture_direction)(number32(reader, option.value) & 3);
	return DIRECTION_UNKNOWN;
}

static const char *interface_read(struct pcapng_reader *reader)
{
	if (reader->size < 8)
		return "it is too short for an interface";
	if (reader->interface_count == INTERFACES_MAX)
		return "there are too many interfaces";
	if (reader->interface_count == reader->interface_room) {
		uint32_t room = reader->interface_room ? 2 * reader->interface_room : 8;
		struct interface *grown = realloc(reader->interfaces, room * sizeof(*grown));
		if (!grown)
			return "no memory";
		reader->interfaces = grown;
		reader->interface_room = room;
	}
	struct interface *interface = &reader->interfaces[reader->interface_count++];
	*interface = (struct interface){
		.link_type = number16(reader, reader->block),
		.snap_length = number32(reader, reader->block + 4),
		.resolution = 6,
	};
	interface_options_read(reader, interface, 8);
	return NULL;
}

static uint64_t power(uint64_t base, unsigned exponent)
{
	uint64_t value = 1;
	while (exponent-- > 0)
		value *= base;
	return value;
}

static uint64_t time_ns(const struct interface *interface, uint64_t ticks)
{
	unsigned exponent = interface->resolution & 0x7f;
	__uint128_t ns;
	if (interface->resolution & 0x80)
		ns = exponent < 64 ? (__uint128_t)ticks * NS_PER_S >> exponent : 0;
	else if (exponent <= 9)
		ns = (__uint128_t)ticks * power(10, 9 - exponent);
	else
		ns = exponent <= 28 ? ticks / power(10, exponent - 9) : 0;
	return (uint64_t)ns + (uint64_t)interface->offset_s * NS_PER_S;
}

/* The packet block, and the old one, whose interface has 16 bits. */
static const char *packet_read(
	struct pcapng_reader *reader, uint32_t type, struct capture_packet *packet)
{
	const uint8_t *block = reader->block;
	if (reader->size < 20)
		return "it is too short for a packet";
	uint32_t interface =
		type == BLOCK_PACKET ? number32(reader, block) : number16(reader, block);
	uint32_t captured = number32(reader, block + 12);
	if (interface >= reader->interface_count)
		return "its interface was not described";
	if (captured > reader->size - 20)
		return "its packet is longer than the block";
	const struct interface *from = &reader->interfaces[interface];
	uint64_t ticks = (uint64_t)number32(reader, block + 4) << 32 | number32(reader, block + 8);
	*packet = (struct capture_packet){
		.at_ns = time_ns(from, ticks),
		.bytes = block + 20,
		.captured = captured,
		.length = number32(reader, block + 16),
		.interface = interface,
		.link_type = from->link_type,
		.interface_name = from->name,
		.direction = direction_read(reader, 20 + (((size_t)captured + 3) & ~(size_t)3)),
	};
	return NULL;
}

/* A simple packet has no time, and is of the first interface. */
static const char *packet_simple_read(struct pcapng_reader *reader, struct capture_packet *packet)
{
	if (reader->size < 4)
		return "it is too short for a packet";
	if (reader->interface_count == 0)
		return "its interface was not described";
	const struct interface *from = &reader->interfaces[0];
	uint32_t length = number32(reader, reader->block), captured = length;
	if (from->snap_length > 0 && captured > from->snap_length)
		captured = from->snap_length;
	if (captured > reader->size - 4)
		return "its packet is longer than the block";
	*packet = (struct capture_packet){
		.bytes = reader->block + 4,
		.captured = captured,
		.length = length,
		.link_type = from->link_type,
		.interface_name = from->name,
	};
	return NULL;
}

enum capture_status pcapng_reader_next(
	struct pcapng_reader *reader, struct capture_packet *packet, struct error *error)
{
	for (;;) {
		uint32_t type;
		enum capture_status status = block_read(reader, &type, error);
		if (status != CAPTURE_PACKET)
			return status;
		const char *fault = NULL;
		bool is_packet = true;
		switch (type) {
		case BLOCK_PACKET:
		case BLOCK_PACKET_OLD:
			fault = packet_read(reader, type, packet);
			break;
		case BLOCK_PACKET_SIMPLE:
			fault = packet_simple_read(reader, packet);
			break;
		case BLOCK_INTERFACE:
			fault = interface_read(reader);
			is_packet = false;
			break;
		default:
			is_packet = false;
		}
		if (fault)
			return broken(reader, error, fault);
		if (is_packet)
			return CAPTURE_PACKET;
	}
}
