#include "bench/trace/capture_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INTERFACES_MAX 4096U
#define NS_EXPONENT 9
/* Block types, and codes of options (draft-ietf-opsawg-pcapng). */
enum { BLOCK_INTERFACE = 1, BLOCK_PACKET = 6, BLOCK_SECTION = 0x0a0d0d0a };
enum { OPTION_COMMENT = 1, OPTION_NAME = 2, OPTION_FLAGS = 2, OPTION_RESOLUTION = 9 };
#define COMMENT_MAX 1024U

struct source {
	uint32_t interface;
	int link_type;
};

struct capture_writer {
	const char *path;
	FILE *file;
	struct source *sources; /* by the interface's number in this file */
	uint32_t source_count;
	int failure; /* the errno of what failed first; 0: nothing has */
};

static void failure_keep(struct capture_writer *writer)
{
	if (writer->failure == 0)
		writer->failure = errno ? errno : EIO;
}

static void bytes_write(struct capture_writer *writer, const void *bytes, size_t size)
{
	if (size > 0 && fwrite(bytes, size, 1, writer->file) != 1)
		failure_keep(writer);
}

static void number32_write(struct capture_writer *writer, uint32_t number)
{
	bytes_write(writer, &number, sizeof(number));
}

static void number16_write(struct capture_writer *writer, uint16_t number)
{
	bytes_write(writer, &number, sizeof(number));
}

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static void padded_write(struct capture_writer *writer, const void *bytes, size_t size)
{
	static const uint8_t zeros[4];
	bytes_write(writer, bytes, size);
	bytes_write(writer, zeros, padded(size) - size);
}

static size_t text_length(const char *text)
{
	size_t length = text ? strlen(text) : 0;
	return length < COMMENT_MAX ? length : COMMENT_MAX;
}

/* Bytes of an option; one without a value is left out. */
static size_t option_size(size_t length)
{
	return length > 0 ? 4 + padded(length) : 0;
}

static void option_write(
	struct capture_writer *writer, uint16_t code, const void *value, size_t length)
{
	if (length == 0)
		return;
	number16_write(writer, code);
	number16_write(writer, (uint16_t)length);
	padded_write(writer, value, length);
}

/* Bytes of options, with their end. */
static size_t options_size(size_t size)
{
	return size > 0 ? size + 4 : 0;
}

static void options_end(struct capture_writer *writer, size_t size)
{
	if (size > 0)
		number32_write(writer, 0);
}

static void section_write(struct capture_writer *writer, const char *comment)
{
	size_t options = option_size(text_length(comment));
	uint32_t length = (uint32_t)(28 + options_size(options));
	number32_write(writer, BLOCK_SECTION);
	number32_write(writer, length);
	number32_write(writer, 0x1a2b3c4d); /* in this host's byte order, which it tells */
	number16_write(writer, 1);          /* version 1.0 */
	number16_write(writer, 0);
	number32_write(writer, UINT32_MAX); /* the section's length is not said */
	number32_write(writer, UINT32_MAX);
	option_write(writer, OPTION_COMMENT, comment, text_length(comment));
	options_end(writer, options);
	number32_write(writer, length);
}

static void interface_write(struct capture_writer *writer, int link_type, const char *name)
{
	const uint8_t resolution[] = {NS_EXPONENT};
	size_t options = option_size(text_length(name)) + option_size(sizeof(resolution));
	uint32_t length = (uint32_t)(20 + options_size(options));
	number32_write(writer, BLOCK_INTERFACE);
	number32_write(writer, length);
	number16_write(writer, (uint16_t)link_type);
	number16_write(writer, 0);
	number32_write(writer, 0); /* packets are as long as they are */
	option_write(writer, OPTION_NAME, name, text_length(name));
	option_write(writer, OPTION_RESOLUTION, resolution, sizeof(resolution));
	options_end(writer, options);
	number32_write(writer, length);
}

/* The number of the packet's interface in this file, which is described when it is met first. */
static uint32_t interface_of(struct capture_writer *writer, const struct capture_packet *packet)
{
	for (uint32_t i = 0; i < writer->source_count; i++)
		if (writer->sources[i].interface == packet->interface &&
			writer->sources[i].link_type == packet->link_type)
			return i;
	struct source *sources =
		realloc(writer->sources, (writer->source_count + 1) * sizeof(*sources));
	if (!sources || writer->source_count == INTERFACES_MAX) {
		writer->sources = sources ? sources : writer->sources;
		errno = ENOMEM;
		failure_keep(writer);
		return 0;
	}
	writer->sources = sources;
	sources[writer->source_count] = (struct source){packet->interface, packet->link_type};
	interface_write(writer, packet->link_type, packet->interface_name);
	return writer->source_count++;
}

struct capture_writer *capture_writer_create(
	const char *path, const char *comment, struct error *error)
{
	struct capture_writer *writer = calloc(1, sizeof(*writer));
	FILE *file = writer ? fopen(path, "wbe") : NULL;
	if (!file) {
		error_set_errno(error, STATUS_FAILED, "%s: cannot be written", path);
		free(writer);
		return NULL;
	}
	writer->path = path;
	writer->file = file;
	section_write(writer, comment);
	return writer;
}

void capture_writer_add(
	struct capture_writer *writer, const struct capture_packet *packet, const char *comment)
{
	uint32_t interface = interface_of(writer, packet);
	uint32_t flags = (uint32_t)packet->direction;
	size_t flags_size = flags ? sizeof(flags) : 0;
	size_t options = option_size(flags_size) + option_size(text_length(comment));
	uint32_t length = (uint32_t)(32 + padded(packet->captured) + options_size(options));
	number32_write(writer, BLOCK_PACKET);
	number32_write(writer, length);
	number32_write(writer, interface);
	number32_write(writer, (uint32_t)(packet->at_ns >> 32));
	number32_write(writer, (uint32_t)packet->at_ns);
	number32_write(writer, packet->captured);
	number32_write(writer, packet->length);
	padded_write(writer, packet->bytes, packet->captured);
	option_write(writer, OPTION_FLAGS, &flags, flags_size);
	option_write(writer, OPTION_COMMENT, comment, text_length(comment));
	options_end(writer, options);
	number32_write(writer, length);
}

int capture_writer_finish(struct capture_writer *writer, struct error *error)
{
	if (fclose(writer->file) != 0)
		failure_keep(writer);
	const char *path = writer->path;
	errno = writer->failure;
	free(writer->sources);
	free(writer);
	if (errno != 0)
		return error_set_errno(
			error, STATUS_FAILED, "%s: not all of it could be written", path);
	return 0;
}
