#include "bench/load/response.h"

#include "common/pattern.h"

static int on_headers_complete(llhttp_t *parser)
{
	struct response *response = parser->data;
	response->head_seen = true;
	if (parser->flags & F_CONTENT_LENGTH)
		response->promised = parser->content_length;
	return 0;
}

static int on_body(llhttp_t *parser, const char *data, size_t size)
{
	struct response *response = parser->data;
	for (size_t i = 0; response->verify && i < size; i++)
		response->corrupt |= data[i] != pattern_byte(response->received + i);
	response->received += size;
	return 0;
}

static int on_message_complete(llhttp_t *parser)
{
	struct response *response = parser->data;
	if (parser->status_code / 100 == 1)
		return 0; /* An interim response; the real one follows. */
	if (!(parser->flags & F_CONTENT_LENGTH))
		response->promised = response->received;
	response->complete = true;
	response->keep_alive = llhttp_should_keep_alive(parser);
	return HPE_PAUSED;
}

static const llhttp_settings_t *settings(void)
{
	static const llhttp_settings_t table = {
		.on_headers_complete = on_headers_complete,
		.on_body = on_body,
		.on_message_complete = on_message_complete,
	};
	return &table;
}

void response_init(struct response *response, bool verify)
{
	*response = (struct response){.verify = verify};
	llhttp_init(&response->parser, HTTP_RESPONSE, settings());
	response->parser.data = response;
}

static enum response_status status_of(const struct response *response, llhttp_errno_t error)
{
	if (response->complete)
		return RESPONSE_DONE;
	return error == HPE_OK ? RESPONSE_MORE : RESPONSE_BROKEN;
}

enum response_status response_parse(struct response *response, const char *data, size_t size)
{
	return status_of(response, llhttp_execute(&response->parser, data, size));
}

enum response_status response_end(struct response *response)
{
	enum response_status status = status_of(response, llhttp_finish(&response->parser));
	return status == RESPONSE_DONE ? RESPONSE_DONE : RESPONSE_BROKEN;
}

bool response_is_success(const struct response *response)
{
	return response->parser.status_code / 100 == 2;
}
