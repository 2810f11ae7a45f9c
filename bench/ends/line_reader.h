/* Lines of bounded length from a descriptor: what a peer sends cannot make the reader's memory
 * grow, nor keep it waiting. */
#ifndef BENCH_ENDS_LINE_READER_H
#define BENCH_ENDS_LINE_READER_H

#include <stddef.h>

/* Of one line, without its end. */
#define LINE_BYTES_MAX 65536

enum line_status {
	LINE_READY,
	LINE_NONE,     /* none has come to its end yet */
	LINE_TOO_LONG, /* for good */
	LINE_END,      /* of the stream, for good; a line without an end before it is none */
	LINE_FAILED,   /* errno says why */
};

struct line_reader {
	int fd;
	size_t length; /* of what was read */
	size_t taken;  /* of these, up to the end of the last line */
	char bytes[LINE_BYTES_MAX + 1];
};

void line_reader_init(struct line_reader *reader, int fd);

/* Takes the next line; waits for it so long at most, which 0 makes not at all. `*line` is valid
 * until the next call; it has `*length` bytes, any of which may be 0, and no end of line. */
enum line_status line_reader_take(
	struct line_reader *reader, unsigned within_ms, const char **line, size_t *length);

#endif
