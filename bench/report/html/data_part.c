#include "bench/report/html/data_part.h"

#include "bench/report/csv.h"
#include "bench/report/html/markup/lines.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/printed.h"
#include "bench/result/figure_text.h"
#include "common/base64.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* What deflateInit2() takes for a window of 32 KiB and gzip's head around it. */
#define GZIP_WINDOW (15 + 16)
#define MEMORY_LEVEL 8
/* Results become about an eighth: of what is longer than so many times what there is room for,
 * that is known without trying. */
#define RATIO_MOST 20

/* To be freed; NULL when there is no memory. */
static unsigned char *compressed(const char *text, size_t length, size_t *size)
{
	z_stream stream = {0};
	if (length > UINT_MAX || deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
					 GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	uLong most = deflateBound(&stream, length);
	unsigned char *bytes = malloc(most);
	stream.next_in = (unsigned char *)text;
	stream.avail_in = (uInt)length;
	stream.next_out = bytes;
	stream.avail_out = (uInt)most;
	bool done = bytes && deflate(&stream, Z_FINISH) == Z_STREAM_END;
	*size = stream.total_out;
	deflateEnd(&stream);
	if (done)
		return bytes;
	free(bytes);
	return NULL;
}

static void link_write(const char *name, const char *type, const unsigned char *bytes, size_t size,
	size_t length, FILE *out)
{
	char whole[32], small[32];
	figure_bytes((double)length, whole, sizeof(whole));
	figure_bytes((double)size, small, sizeof(small));
	markup_write(out,
		"<li><a download=\"%s.gz\" data-type=\"%s\" href=\"data:application/gzip;base64,",
		name, type);
	base64_write(bytes, size, out);
	markup_write(out, "\">%s</a> <span class=\"quiet\">%s, %s as gzip</span></li>\n", name,
		whole, small);
}

int data_part_link_write(
	const char *name, const char *type, const char *text, size_t length, FILE *out)
{
	size_t size;
	unsigned char *bytes = compressed(text, length, &size);
	if (!bytes)
		return -1;
	link_write(name, type, bytes, size, length, out);
	free(bytes);
	return 0;
}

/* A copy with at most as many samples in a trial as a chart has points, evenly chosen, the last
 * among them. */
static json_t *thinned(const json_t *result)
{
	size_t i;
	json_t *trial, *copy = json_copy((json_t *)result), *trials = json_array();
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		json_t *samples = json_object_get(trial, "samples"), *few = json_array();
		json_t *own = json_copy(trial);
		size_t count = json_array_size(samples), step = count / LINES_POINTS_MAX + 1;
		for (size_t k = count; k > 0; k -= k < step ? k : step)
			json_array_insert(few, 0, json_array_get(samples, k - 1));
		json_object_set_new(own, "samples", few);
		json_array_append_new(trials, own);
	}
	json_object_set_new(copy, "trials", trials);
	return copy;
}

/* Returns 0, 1 where that would be more than `most` compressed bytes, or -1 when there is no
 * memory.
 */
static int json_write(const json_t *result, const char *name, size_t most, FILE *out)
{
	size_t size;
	char *text = json_dumps(result, JSON_COMPACT | JSON_REAL_PRECISION(10));
	bool is_far_too_long =
		text && most < SIZE_MAX / RATIO_MOST && strlen(text) > most * RATIO_MOST;
	unsigned char *bytes =
		text && !is_far_too_long ? compressed(text, strlen(text), &size) : NULL;
	int written = is_far_too_long ? 1 : !bytes ? -1 : size > most ? 1 : 0;
	if (written == 0)
		link_write(name, "application/json", bytes, size, strlen(text), out);
	free(bytes);
	free(text);
	return written;
}

static bool has_many_samples(const json_t *result)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		if (json_array_size(json_object_get(trial, "samples")) > LINES_POINTS_MAX)
			return true;
	}
	return false;
}

static int result_write(const json_t *result, const char *name, FILE *out)
{
	size_t most = has_many_samples(result) ? DATA_PART_BYTES_MAX : SIZE_MAX;
	int written = json_write(result, name, most, out);
	if (written != 1)
		return written;
	json_t *few = thinned(result);
	written = json_write(few, name, SIZE_MAX, out);
	json_decref(few);
	markup_write(out,
		"<li class=\"quiet\">Of each trial at most %d samples are in it; the result file "
		"itself has them all.</li>\n",
		LINES_POINTS_MAX);
	return written;
}

static void csv_lines_print(const void *result, FILE *out)
{
	csv_print(result, out);
}

int data_part_write(const json_t *result, const char *prefix, FILE *out)
{
	char name[64], *csv = printed(csv_lines_print, result);
	int written = csv ? 0 : -1;
	snprintf(name, sizeof(name), "%s.json", prefix);
	if (written == 0)
		written = result_write(result, name, out);
	snprintf(name, sizeof(name), "%s.csv", prefix);
	if (written == 0)
		written = data_part_link_write(name, "text/csv", csv, strlen(csv), out);
	free(csv);
	return written;
}
