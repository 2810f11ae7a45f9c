/* Not about closing: bytes that were read of one socket, and are not sent to the other yet. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct buffer {
	size_t begin, end;
	char data[16384];
};

static inline bool buffer_is_empty(const struct buffer *buffer)
{
	return buffer->begin == buffer->end;
}

/* Returns how many, and leaves none. */
static inline size_t buffer_clear(struct buffer *buffer)
{
	size_t bytes = buffer->end - buffer->begin;
	buffer->begin = buffer->end = 0;
	return bytes;
}

static inline bool try_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Into an empty buffer, what is there now. Sets `ended` at the end of the stream. Returns false on
 * an error: the peer's reset, say. */
static inline bool buffer_receive(struct buffer *buffer, int fd, bool *ended)
{
	ssize_t got = recv(fd, buffer->data, sizeof(buffer->data), MSG_DONTWAIT);
	buffer->begin = 0;
	buffer->end = got > 0 ? (size_t)got : 0;
	*ended = got == 0;
	return got != -1 || try_again();
}

/* What the socket takes now. Returns false on an error. MSG_NOSIGNAL: EPIPE in place of SIGPIPE. */
static inline bool buffer_send(struct buffer *buffer, int fd)
{
	while (!buffer_is_empty(buffer)) {
		ssize_t took = send(fd, buffer->data + buffer->begin, buffer->end - buffer->begin,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (took == -1)
			return try_again();
		buffer->begin += (size_t)took;
	}
	return true;
}
