#include "bench/load/response.h"

#include "common/body_pattern.h"

#include <string.h>

#define NO_BODY 1 /* what llhttp is told of a head that no body follows */

/* 204 and 304 have no body, whatever length their head names (RFC 9110, sections 15.3.5, 15.4.5);
 * llhttp would wait for it. */
static bool status_has_body(unsigned status)
{
	return status != 204 && status != 304;
}

static enum response_framing framing_of(const llhttp_t *parser)
{
	if (!status_has_body(parser->status_code))
		return RESPONSE_BY_LENGTH;
	if (parser->flags & F_CHUNKED)
		return RESPONSE_CHUNKED;
	return llhttp_message_needs_eof(parser) ? RESPONSE_BY_CLOSE : RESPONSE_BY_LENGTH;
}

static int on_headers_complete(llhttp_t *parser)
{
	struct response *response = parser->data;
	if (parser->status_code / 100 == 1)
		return NO_BODY; /* An interim response; the real one follows. */
	response->status = parser->status_code;
	response->framing = framing_of(parser);
	if (!status_has_body(response->status))
		return NO_BODY;
	if (response->framing == RESPONSE_BY_LENGTH)
		response->promised = parser->content_length;
	return 0;
}

/* Each chunk announces its own size, before its bytes. */
static int on_chunk_header(llhttp_t *parser)
{
	struct response *response = parser->data;
	uint64_t room = UINT64_MAX - response->promised;
	response->promised += parser->content_length < room ? parser->content_length : room;
	return 0;
}

static void body_add(struct response *response, const char *data, size_t size)
{
	for (size_t i = 0; response->verify && i < size; i++)
		response->corrupt |= data[i] != body_pattern_byte(response->received + i);
	response->received += size;
	if (response->framing == RESPONSE_BY_CLOSE)
		response->promised = response->received;
}

static int on_body(llhttp_t *parser, const char *data, size_t size)
{
	struct response *response = parser->data;
	if (!response->body)
		response->body = data;
	body_add(response, data, size);
	return 0;
}

static int on_message_complete(llhttp_t *parser)
{
	struct response *response = parser->data;
	if (parser->status_code / 100 == 1)
		return 0;
	response->complete = true;
	response->keep_alive = llhttp_should_keep_alive(parser);
	return HPE_PAUSED;
}

static const llhttp_settings_t *settings(void)
{
	static const llhttp_settings_t table = {
		.on_headers_complete = on_headers_complete,
		.on_chunk_header = on_chunk_header,
		.on_body = on_body,
		.on_message_complete = on_message_complete,
	};
	return &table;
}

void response_init(struct response *response, struct known_head *known, bool verify)
{
	*response = (struct response){.known = known, .verify = verify};
}

/* Only a response whose head is not known needs a parser. */
static void parser_begin(struct response *response)
{
	llhttp_init(&response->parser, HTTP_RESPONSE, settings());
	response->parser.data = response;
}

static enum response_status status_of(const struct response *response, llhttp_errno_t error)
{
	if (response->complete)
		return RESPONSE_DONE;
	return error == HPE_OK ? RESPONSE_MORE : RESPONSE_BROKEN;
}

/* The response is known by the head that `data` begins with. */
static bool head_is_known(struct response *response, const char *data, size_t size)
{
	const struct known_head *known = response->known;
	if (known->size == 0 || size < known->size || memcmp(data, known->text, known->size) != 0)
		return false;
	response->was_known = true;
	response->framing = RESPONSE_BY_LENGTH;
	response->promised = known->promised;
	response->status = known->status;
	response->keep_alive = known->keep_alive;
	return true;
}

/* `data` held a whole response, or more. */
static void head_learn(const struct response *response, const char *data)
{
	struct known_head *known = response->known;
	size_t size = response->body ? (size_t)(response->body - data) : 0;
	if (size == 0 || size > sizeof(known->text) || response->framing != RESPONSE_BY_LENGTH)
		return;
	*known = (struct known_head){.size = size,
		.promised = response->promised,
		.status = response->status,
		.keep_alive = response->keep_alive};
	memcpy(known->text, data, size);
}

static enum response_status known_body(struct response *response, const char *data, size_t size)
{
	uint64_t missing = response->promised - response->received;
	uint64_t body = size < missing ? size : missing;
	body_add(response, data, body);
	response->complete = response->received == response->promised;
	response->surplus = size - body;
	return response->complete ? RESPONSE_DONE : RESPONSE_MORE;
}

enum response_status response_parse(struct response *response, const char *data, size_t size)
{
	bool first = !response->begun;
	response->begun = true;
	if (first && head_is_known(response, data, size))
		return known_body(
			response, data + response->known->size, size - response->known->size);
	if (response->was_known)
		return known_body(response, data, size);
	if (first)
		parser_begin(response);
	llhttp_errno_t error = llhttp_execute(&response->parser, data, size);
	/* The parser pauses where the response ends (on_message_complete). */
	if (response->complete)
		response->surplus = (size_t)(data + size - llhttp_get_error_pos(&response->parser));
	if (first && response->complete)
		head_learn(response, data);
	return status_of(response, error);
}

enum response_status response_end(struct response *response)
{
	if (response->was_known || !response->begun)
		return response->complete ? RESPONSE_DONE : RESPONSE_BROKEN;
	enum response_status status = status_of(response, llhttp_finish(&response->parser));
	return status == RESPONSE_DONE ? RESPONSE_DONE : RESPONSE_BROKEN;
}
