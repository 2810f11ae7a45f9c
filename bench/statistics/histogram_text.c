#include "bench/statistics/histogram_text.h"

#include "common/base64.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* As HdrHistogram's EncodableHistogram and AbstractHistogram have them (Java). */
#define COOKIE_PLAIN 0x1c849313U
#define COOKIE_COMPRESSED 0x1c849314U
/* A number of 64 bits takes up to nine bytes. */
#define NUMBER_BYTES_MAX 9
#define NUMBER_LAST_SHIFT 56

/* In front of the bins, all of them with the highest byte first. */
struct head {
	uint32_t cookie, payload_bytes, offset, digits;
	uint64_t least, most, ratio; /* the ratio is a double: 1.0 */
};
#define HEAD_BYTES 40
#define RATIO_ONE UINT64_C(0x3ff0000000000000)
_Static_assert(sizeof(struct head) == HEAD_BYTES, "a head without gaps");

struct envelope {
	uint32_t cookie, compressed_bytes;
};

#define PLAIN_BYTES_MAX (HEAD_BYTES + HISTOGRAM_BINS * NUMBER_BYTES_MAX)

/* ZigZag, then seven bits a byte, the lowest first; the ninth byte has eight. */
static size_t number_write(int64_t number, unsigned char *to)
{
	uint64_t left = ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
	size_t size = 0;
	while (size < NUMBER_BYTES_MAX - 1 && left > 0x7f) {
		to[size++] = (unsigned char)(left | 0x80);
		left >>= 7;
	}
	to[size++] = (unsigned char)left;
	return size;
}

/* Returns false where the bytes end within the number. */
static bool number_read(const unsigned char **at, const unsigned char *end, int64_t *number)
{
	uint64_t all = 0;
	for (unsigned shift = 0; *at < end; shift += 7) {
		unsigned char byte = *(*at)++;
		bool is_last = shift == NUMBER_LAST_SHIFT || byte < 0x80;
		all |= (uint64_t)(shift == NUMBER_LAST_SHIFT ? byte : byte & 0x7f) << shift;
		if (!is_last)
			continue;
		*number = (int64_t)(all >> 1) ^ -(int64_t)(all & 1);
		return true;
	}
	return false;
}

static size_t bins_end(const uint64_t *bins)
{
	size_t end = HISTOGRAM_BINS;
	while (end > 0 && bins[end - 1] == 0)
		end--;
	return end;
}

/* The count of a bin, or how many empty ones follow each other, as a negative number. */
static size_t bins_write(const uint64_t *bins, unsigned char *to)
{
	size_t size = 0, end = bins_end(bins);
	for (size_t bin = 0; bin < end;) {
		size_t empty = 0;
		while (bins[bin + empty] == 0)
			empty++;
		size += number_write(empty > 0 ? -(int64_t)empty : (int64_t)bins[bin], to + size);
		bin += empty > 0 ? empty : 1;
	}
	return size;
}

static size_t plain_write(const struct histogram *histogram, unsigned char *to)
{
	size_t size = bins_write(histogram_bins(histogram), to + HEAD_BYTES);
	struct head head = {htobe32(COOKIE_PLAIN), htobe32((uint32_t)size), 0,
		htobe32(HISTOGRAM_DIGITS), htobe64(1), htobe64(HISTOGRAM_LIMIT_NS),
		htobe64(RATIO_ONE)};
	memcpy(to, &head, HEAD_BYTES);
	return HEAD_BYTES + size;
}

char *histogram_text(const struct histogram *histogram)
{
	uLongf compressed = compressBound(PLAIN_BYTES_MAX);
	unsigned char *plain = malloc(PLAIN_BYTES_MAX);
	unsigned char *whole = malloc(sizeof(struct envelope) + compressed);
	char *text = NULL;
	size_t size;
	if (plain && whole &&
		compress(whole + sizeof(struct envelope), &compressed, plain,
			plain_write(histogram, plain)) == Z_OK) {
		struct envelope envelope = {
			htobe32(COOKIE_COMPRESSED), htobe32((uint32_t)compressed)};
		memcpy(whole, &envelope, sizeof(envelope));
		FILE *out = open_memstream(&text, &size);
		if (out) {
			base64_write(whole, sizeof(envelope) + compressed, out);
			fclose(out);
		}
	}
	free(plain);
	free(whole);
	return text;
}

static bool number_add(uint64_t *sum, int64_t number)
{
	return !__builtin_add_overflow(*sum, (uint64_t)number, sum);
}

static int bins_add(
	const unsigned char *at, const unsigned char *end, uint64_t *bins, uint64_t *count)
{
	size_t bin = 0;
	int64_t number;
	while (at < end) {
		if (!number_read(&at, end, &number) || bin >= HISTOGRAM_BINS ||
			number < -(int64_t)(HISTOGRAM_BINS - bin))
			return -1;
		if (number < 0)
			bin += (size_t)-number;
		else if (!number_add(&bins[bin++], number) || !number_add(count, number))
			return -1;
	}
	return 0;
}

static int plain_add(const unsigned char *plain, size_t size, uint64_t *bins, uint64_t *count)
{
	struct head head;
	if (size < HEAD_BYTES)
		return -1;
	memcpy(&head, plain, HEAD_BYTES);
	if (head.cookie != htobe32(COOKIE_PLAIN) ||
		be32toh(head.payload_bytes) != size - HEAD_BYTES || head.offset != 0 ||
		head.digits != htobe32(HISTOGRAM_DIGITS) || head.least != htobe64(1) ||
		be64toh(head.most) > HISTOGRAM_LIMIT_NS || head.ratio != htobe64(RATIO_ONE))
		return -1;
	return bins_add(plain + HEAD_BYTES, plain + size, bins, count);
}

int histogram_text_add(const char *text, uint64_t bins[HISTOGRAM_BINS], uint64_t *count)
{
	struct envelope envelope;
	size_t size = 0;
	int result = -1;
	uLongf plain_bytes = PLAIN_BYTES_MAX;
	unsigned char *whole = base64_read(text, &size), *plain = malloc(PLAIN_BYTES_MAX);
	if (whole && plain && size > sizeof(envelope)) {
		memcpy(&envelope, whole, sizeof(envelope));
		if (envelope.cookie == htobe32(COOKIE_COMPRESSED) &&
			be32toh(envelope.compressed_bytes) == size - sizeof(envelope) &&
			uncompress(plain, &plain_bytes, whole + sizeof(envelope),
				size - sizeof(envelope)) == Z_OK)
			result = plain_add(plain, plain_bytes, bins, count);
	}
	free(whole);
	free(plain);
	return result;
}
