#include "bench/measure/response_head.h"

#include <llhttp.h>
#include <string.h>

#define STATUS_LINE_LEAST 12 /* "HTTP/1.1 200" */

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* RFC 9112, section 4. */
static bool is_status_line(const uint8_t *bytes, size_t size)
{
	return size >= STATUS_LINE_LEAST && memcmp(bytes, "HTTP/1.", 7) == 0 &&
	       is_digit(bytes[7]) && bytes[8] == ' ' && is_digit(bytes[9]) && is_digit(bytes[10]) &&
	       is_digit(bytes[11]) &&
	       (size == STATUS_LINE_LEAST || !is_digit(bytes[STATUS_LINE_LEAST]));
}

static int on_headers_complete(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

/* By its words. One that has neither length nor chunks ends with the stream, unless it answers
 * HEAD: it announces nothing. */
static bool is_announced(const llhttp_t *parser)
{
	if (parser->flags & F_CONNECTION_CLOSE)
		return true;
	return parser->http_major == 1 && parser->http_minor == 0 &&
	       !(parser->flags & F_CONNECTION_KEEP_ALIVE);
}

/* What the parser makes of a head that is whole. */
static void whole_take(struct response_head *head, const llhttp_t *parser, uint32_t bytes)
{
	bool has_body = head->status != 204 && head->status != 304 && head->status / 100 != 1;
	head->is_whole = true;
	head->bytes = bytes;
	head->closes = is_announced(parser);
	head->is_chunked = has_body && (parser->flags & F_CHUNKED);
	head->has_length =
		!has_body || ((parser->flags & F_CONTENT_LENGTH) && !(parser->flags & F_CHUNKED));
	head->length = has_body && head->has_length ? parser->content_length : 0;
}

static struct response_head one_parse(const uint8_t *bytes, size_t size)
{
	static const llhttp_settings_t settings = {.on_headers_complete = on_headers_complete};
	struct response_head head = {.is_head = is_status_line(bytes, size)};
	llhttp_t parser;
	if (!head.is_head)
		return head;
	head.status = (unsigned)((bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0');
	llhttp_init(&parser, HTTP_RESPONSE, &settings);
	if (llhttp_execute(&parser, (const char *)bytes, size) == HPE_PAUSED)
		whole_take(&head, &parser,
			(uint32_t)(llhttp_get_error_pos(&parser) - (const char *)bytes));
	return head;
}

struct response_head response_head_parse(const uint8_t *bytes, size_t size)
{
	struct response_head head = one_parse(bytes, size);
	while (head.is_whole && head.status / 100 == 1) {
		struct response_head next = one_parse(bytes + head.bytes, size - head.bytes);
		if (!next.is_head)
			break;
		next.bytes += head.bytes;
		head = next;
	}
	return head;
}
