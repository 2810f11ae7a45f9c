/* Files of both formats and both byte orders, written by hand; and files that are damaged. */
#include "bench/trace/capture.h"
#include "bench/trace/capture_writer.h"

#include <byteswap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_MAX 4096

/* A file that is put together; numbers in this host's byte order, or in the other one. */
struct made {
	uint8_t bytes[FILE_MAX];
	size_t size;
	bool swapped;
};

static void put32(struct made *made, uint32_t number)
{
	number = made->swapped ? bswap_32(number) : number;
	memcpy(made->bytes + made->size, &number, sizeof(number));
	made->size += sizeof(number);
}

static void put16(struct made *made, uint16_t number)
{
	number = made->swapped ? bswap_16(number) : number;
	memcpy(made->bytes + made->size, &number, sizeof(number));
	made->size += sizeof(number);
}

static void put_text(struct made *made, const char *text)
{
	size_t length = strlen(text);
	memcpy(made->bytes + made->size, text, length);
	memset(made->bytes + made->size + length, 0, 4);
	made->size += (length + 3) & ~(size_t)3;
}

static struct made pcap_make(uint32_t magic, bool swapped)
{
	struct made made = {.swapped = swapped};
	put32(&made, magic);
	put16(&made, 2);
	put16(&made, 4);
	put32(&made, 0);
	put32(&made, 0);
	put32(&made, 65535);
	put32(&made, LINK_RAW);
	for (uint32_t i = 0; i < 2; i++) {
		put32(&made, 1000 + i);
		put32(&made, 5);
		put32(&made, 4);
		put32(&made, 40);
		put_text(&made, i ? "efgh" : "abcd");
	}
	return made;
}

static void section_put(struct made *made)
{
	put32(made, 0x0a0d0d0a);
	put32(made, 28);
	put32(made, 0x1a2b3c4d);
	put16(made, 1);
	put16(made, 0);
	put32(made, UINT32_MAX);
	put32(made, UINT32_MAX);
	put32(made, 28);
}

/* `resolution` as in the option if_tsresol; 255: the option is left out. */
static void interface_put(struct made *made, uint16_t link_type, uint8_t resolution)
{
	uint32_t length = resolution == 255 ? 20 : 32;
	put32(made, 1);
	put32(made, length);
	put16(made, link_type);
	put16(made, 0);
	put32(made, 3); /* snaplen */
	if (resolution != 255) {
		put16(made, 9);
		put16(made, 1);
		made->bytes[made->size] = resolution;
		made->size += 4;
		put32(made, 0);
	}
	put32(made, length);
}

static void packet_put(struct made *made, uint32_t interface, uint64_t ticks)
{
	put32(made, 6);
	put32(made, 36);
	put32(made, interface);
	put32(made, (uint32_t)(ticks >> 32));
	put32(made, (uint32_t)ticks);
	put32(made, 3);
	put32(made, 40);
	put_text(made, "xyz");
	put32(made, 36);
}

static struct capture *opened(const struct made *made, struct error *error)
{
	/* A file, not memory: libpcap reads from its descriptor. */
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(made->bytes, 1, made->size, file), made->size);
	rewind(file);
	return capture_read(file, "made", error);
}

static void expect_packet(struct capture *capture, uint64_t at_ns, uint32_t captured,
	uint32_t interface, int link_type, const char *bytes)
{
	struct capture_packet packet;
	struct error error = {0};
	assert_int_equal(capture_next(capture, &packet, &error), CAPTURE_PACKET);
	assert_int_equal(packet.at_ns, at_ns);
	assert_int_equal(packet.captured, captured);
	assert_int_equal(packet.length, 40);
	assert_int_equal(packet.interface, interface);
	assert_int_equal(packet.link_type, link_type);
	assert_memory_equal(packet.bytes, bytes, captured);
}

static void expect_end(struct capture *capture)
{
	struct capture_packet packet;
	struct error error = {0};
	assert_int_equal(capture_next(capture, &packet, &error), CAPTURE_END);
	capture_close(capture);
}

static void pcap_of_each_kind(void **state)
{
	static const struct {
		uint32_t magic;
		uint64_t fraction_ns;
	} kinds[] = {{0xa1b2c3d4, 5000}, {0xa1b23c4d, 5}};
	for (unsigned i = 0; i < 4; i++) {
		struct error error = {0};
		struct made made = pcap_make(kinds[i / 2].magic, i % 2);
		struct capture *capture = opened(&made, &error);
		assert_non_null(capture);
		uint64_t fraction = kinds[i / 2].fraction_ns;
		expect_packet(capture, UINT64_C(1000000000000) + fraction, 4, 0, LINK_RAW, "abcd");
		expect_packet(capture, UINT64_C(1001000000000) + fraction, 4, 0, LINK_RAW, "efgh");
		expect_end(capture);
	}
}

static void pcapng_of_several_interfaces(void **state)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		struct error error = {0};
		struct made made = {.swapped = swapped};
		section_put(&made);
		interface_put(&made, LINK_ETHERNET, 255);   /* microseconds */
		interface_put(&made, LINK_RAW, 9);          /* nanoseconds */
		interface_put(&made, LINK_NULL, 0x80 | 10); /* 1/1024 s */
		interface_put(&made, LINK_SLL2, 0);         /* seconds */
		interface_put(&made, LINK_SLL, 12);         /* picoseconds */
		packet_put(&made, 1, UINT64_C(5000000000000000007));
		packet_put(&made, 0, 1000005);
		/* A block of a kind that is not known is passed over. */
		put32(&made, 77);
		put32(&made, 16);
		put32(&made, 0);
		put32(&made, 16);
		packet_put(&made, 2, 1024 * 3 + 512);
		packet_put(&made, 3, 8);
		packet_put(&made, 4, 7123);
		/* Another section, of the other byte order, has interfaces of its own. */
		made.swapped = !made.swapped;
		section_put(&made);
		interface_put(&made, LINK_IPV4, 255);
		packet_put(&made, 0, 1);
		/* A simple packet: as long as the snaplen. */
		put32(&made, 3);
		put32(&made, 20);
		put32(&made, 40);
		put_text(&made, "123");
		put32(&made, 20);
		struct capture *capture = opened(&made, &error);
		assert_non_null(capture);
		expect_packet(capture, UINT64_C(5000000000000000007), 3, 1, LINK_RAW, "xyz");
		expect_packet(capture, 1000005000, 3, 0, LINK_ETHERNET, "xyz");
		expect_packet(capture, 3500000000, 3, 2, LINK_NULL, "xyz");
		expect_packet(capture, UINT64_C(8000000000), 3, 3, LINK_SLL2, "xyz");
		expect_packet(capture, 7, 3, 4, LINK_SLL, "xyz");
		expect_packet(capture, 1000, 3, 0, LINK_IPV4, "xyz");
		expect_packet(capture, 0, 3, 0, LINK_IPV4, "123");
		expect_end(capture);
	}
}

static void expect_interface(
	struct capture *capture, const char *name, enum capture_direction direction)
{
	struct capture_packet packet;
	struct error error = {0};
	assert_int_equal(capture_next(capture, &packet, &error), CAPTURE_PACKET);
	assert_string_equal(packet.interface_name, name);
	assert_int_equal(packet.direction, direction);
}

/* What the writer writes, the reader reads. */
static void what_is_written_is_read(void **state)
{
	char path[] = "/tmp/capture-test-XXXXXX";
	struct error error = {0};
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	struct capture_writer *writer = capture_writer_create(path, "of all", &error);
	assert_non_null(writer);
	struct capture_packet packets[] = {
		{.at_ns = 1000000000000000001,
			.bytes = (const uint8_t *)"abcde",
			.captured = 5,
			.length = 40,
			.interface = 3,
			.link_type = LINK_RAW,
			.interface_name = "eth3",
			.direction = DIRECTION_OUT},
		{.at_ns = 1000000000000000002,
			.bytes = (const uint8_t *)"",
			.captured = 0,
			.length = 40,
			.interface = 0,
			.link_type = LINK_ETHERNET,
			.direction = DIRECTION_IN},
		{.at_ns = 1000000000000000000,
			.bytes = (const uint8_t *)"abcd",
			.captured = 4,
			.length = 40,
			.interface = 3,
			.link_type = LINK_RAW},
	};
	for (size_t i = 0; i < 3; i++)
		capture_writer_add(writer, &packets[i], i == 1 ? "dropped by rule 2" : NULL);
	assert_int_equal(capture_writer_finish(writer, &error), 0);
	struct capture *capture = capture_open(path, &error);
	assert_non_null(capture);
	expect_packet(capture, packets[0].at_ns, 5, 0, LINK_RAW, "abcde");
	expect_packet(capture, packets[1].at_ns, 0, 1, LINK_ETHERNET, "");
	expect_packet(capture, packets[2].at_ns, 4, 0, LINK_RAW, "abcd");
	expect_end(capture);
	capture = capture_open(path, &error);
	expect_interface(capture, "eth3", DIRECTION_OUT);
	expect_interface(capture, "", DIRECTION_IN);
	expect_interface(capture, "eth3", DIRECTION_UNKNOWN);
	capture_close(capture);
	unlink(path);
	assert_null(capture_writer_create("/no/such/folder/file", NULL, &error));
	assert_non_null(strstr(error.text, "/no/such/folder/file: cannot be written"));
	writer = capture_writer_create("/dev/full", NULL, &error);
	assert_non_null(writer);
	capture_writer_add(writer, &packets[0], NULL);
	assert_int_equal(capture_writer_finish(writer, &error), -1);
	assert_non_null(
		strstr(error.text, "/dev/full: not all of it could be written: No space left"));
}

/* Opens and reads to the end: the error, where there is one. */
static struct error read_all(const struct made *made)
{
	struct error error = {0};
	struct capture_packet packet;
	struct capture *capture = opened(made, &error);
	if (!capture)
		return error;
	enum capture_status status;
	while ((status = capture_next(capture, &packet, &error)) == CAPTURE_PACKET)
		continue;
	assert_int_equal(status == CAPTURE_BROKEN, error.text[0] != '\0');
	capture_close(capture);
	return error;
}

/* Cut anywhere but between two records, a file is said to be broken. */
static void a_cut_file_is_told(void **state)
{
	struct made whole = pcap_make(0xa1b2c3d4, false), cut;
	for (size_t size = 0; size < whole.size; size++) {
		cut = whole;
		cut.size = size;
		bool is_border = size == 24 || size == 44;
		assert_int_equal(read_all(&cut).text[0] == '\0', is_border);
	}
	whole = (struct made){0};
	section_put(&whole);
	interface_put(&whole, LINK_RAW, 9);
	packet_put(&whole, 0, 1);
	for (size_t size = 0; size < whole.size; size++) {
		cut = whole;
		cut.size = size;
		assert_int_equal(read_all(&cut).text[0] == '\0', size == 28 || size == 60);
	}
}

static void expect_told(const struct made *made, const char *what)
{
	struct error error = read_all(made);
	assert_int_equal(error.status, STATUS_FAILED);
	assert_non_null(strstr(error.text, what));
}

static void what_is_wrong_is_told(void **state)
{
	struct made made = {0};
	expect_told(&made, "made: is empty");
	put_text(&made, "GET / HTTP/1.1\r\n\r\n");
	expect_told(&made, "made: is no capture");
	made = (struct made){0};
	put_text(&made, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
	expect_told(&made, "block 1 cannot be read: the file does not begin with a section");
	made = (struct made){0};
	section_put(&made);
	packet_put(&made, 0, 1);
	expect_told(&made, "block 2 cannot be read: its interface was not described");
	made = (struct made){0};
	section_put(&made);
	made.bytes[8] ^= 1;
	expect_told(&made, "its byte order is neither of the two");
	made = (struct made){0};
	section_put(&made);
	interface_put(&made, LINK_RAW, 9);
	made.bytes[28 + 28] ^= 4;
	expect_told(&made, "block 2 cannot be read: its two lengths differ");
	made = (struct made){0};
	section_put(&made);
	put32(&made, 6);
	put32(&made, 0xfffffff0);
	expect_told(&made, "block 2 cannot be read: its length cannot be");
	made = (struct made){0};
	section_put(&made);
	interface_put(&made, LINK_RAW, 9);
	packet_put(&made, 0, 1);
	made.bytes[28 + 32 + 20] = 9; /* more than the block has */
	expect_told(&made, "block 3 cannot be read: its packet is longer than the block");
	struct error error = {0};
	assert_null(capture_open("/no/such/file", &error));
	assert_non_null(strstr(error.text, "/no/such/file: cannot be opened: No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_of_each_kind),
		cmocka_unit_test(pcapng_of_several_interfaces),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_cut_file_is_told),
		cmocka_unit_test(what_is_wrong_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
