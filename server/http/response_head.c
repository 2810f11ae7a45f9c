#include "server/http/response_head.h"

#include "common/clock.h"

#include <string.h>
#include <time.h>

static const struct {
	unsigned status;
	const char *text;
} statuses[] = {
	{200, "200 OK"},
	{400, "400 Bad Request"},
	{404, "404 Not Found"},
	{405, "405 Method Not Allowed"},
	{408, "408 Request Timeout"},
	{413, "413 Content Too Large"},
	{414, "414 URI Too Long"},
	{417, "417 Expectation Failed"},
	{431, "431 Request Header Fields Too Large"},
	{501, "501 Not Implemented"},
	{505, "505 HTTP Version Not Supported"},
};

const char *response_head_status(unsigned status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "500 Internal Server Error";
}

void response_head_refresh(struct response_head_cache *heads, uint64_t now_ns)
{
	if (now_ns < heads->due_ns)
		return;
	heads->due_ns = now_ns + NS_PER_S;
	heads->last_length = 0;
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(heads->date, sizeof(heads->date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
}

static void head_make(
	struct output_buffer *out, const struct response_head *response, const char *date)
{
	static const char *const connections[] = {
		[RESPONSE_PERSISTS] = "\r\n",
		[RESPONSE_KEEP_ALIVE] = "Connection: keep-alive\r\n\r\n",
		[RESPONSE_CLOSE] = "Connection: close\r\n\r\n",
	};
	output_buffer_text(out, "HTTP/1.1 ");
	output_buffer_text(out, response_head_status(response->status));
	output_buffer_text(out, "\r\n");
	output_buffer_text(out, date);
	/* Where it is refused by its method, /metrics is all there is (RFC 9110, 15.5.6). */
	if (response->status == 405)
		output_buffer_text(out, "Allow: GET, HEAD\r\n");
	output_buffer_text(out, "Content-Type: ");
	output_buffer_text(out, response->type);
	if (response->chunked) {
		output_buffer_text(out, "\r\nTransfer-Encoding: chunked\r\n");
	} else {
		output_buffer_text(out, "\r\nContent-Length: ");
		output_buffer_number(out, response->length);
		output_buffer_text(out, "\r\n");
	}
	output_buffer_text(out, connections[response->connection]);
}

static bool is_like(const struct response_head *a, const struct response_head *b)
{
	return a->status == b->status && a->type == b->type && a->length == b->length &&
	       a->chunked == b->chunked && a->connection == b->connection;
}

void response_head_append(struct output_buffer *out, const struct response_head *response,
	struct response_head_cache *heads)
{
	size_t at = out->length;
	if (heads->last_length > 0 && is_like(&heads->last, response)) {
		output_buffer_append(out, heads->last_bytes, heads->last_length);
		return;
	}
	head_make(out, response, heads->date);
	heads->last = *response;
	heads->last_length = (uint32_t)(out->length - at);
	memcpy(heads->last_bytes, out->bytes + at, heads->last_length);
}
