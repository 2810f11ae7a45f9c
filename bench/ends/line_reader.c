#include "bench/ends/line_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

void line_reader_init(struct line_reader *reader, int fd)
{
	reader->fd = fd;
	reader->length = reader->taken = 0;
}

static bool line_find(struct line_reader *reader, const char **line, size_t *length)
{
	const char *from = reader->bytes + reader->taken;
	const char *end = memchr(from, '\n', reader->length - reader->taken);
	if (!end)
		return false;
	*line = from;
	*length = (size_t)(end - from);
	reader->taken += *length + 1;
	return true;
}

/* What was taken makes room. */
static void room_make(struct line_reader *reader)
{
	reader->length -= reader->taken;
	memmove(reader->bytes, reader->bytes + reader->taken, reader->length);
	reader->taken = 0;
}

static enum line_status more_read(struct line_reader *reader, unsigned within_ms)
{
	struct pollfd watched = {.fd = reader->fd, .events = POLLIN};
	int ready = poll(&watched, 1, (int)within_ms);
	if (ready == 0 || (ready == -1 && errno == EINTR))
		return LINE_NONE;
	ssize_t n = ready == -1 ? -1
				: read(reader->fd, reader->bytes + reader->length,
					  sizeof(reader->bytes) - reader->length);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? LINE_NONE : LINE_FAILED;
	reader->length += (size_t)n;
	return n == 0 ? LINE_END : LINE_READY;
}

enum line_status line_reader_take(
	struct line_reader *reader, unsigned within_ms, const char **line, size_t *length)
{
	if (line_find(reader, line, length))
		return LINE_READY;
	room_make(reader);
	if (reader->length == sizeof(reader->bytes))
		return LINE_TOO_LONG;
	enum line_status status = more_read(reader, within_ms);
	if (status != LINE_READY)
		return status;
	if (line_find(reader, line, length))
		return LINE_READY;
	return reader->length == sizeof(reader->bytes) ? LINE_TOO_LONG : LINE_NONE;
}
