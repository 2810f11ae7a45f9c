#include "server/response.h"

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
	{408, "408 Request Timeout"},
	{413, "413 Content Too Large"},
	{414, "414 URI Too Long"},
	{417, "417 Expectation Failed"},
	{431, "431 Request Header Fields Too Large"},
	{501, "501 Not Implemented"},
	{505, "505 HTTP Version Not Supported"},
};

const char *response_status(unsigned status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].status == status)
			return statuses[i].text;
	return "500 Internal Server Error";
}

void response_date_refresh(struct response_date *date, uint64_t now_ns)
{
	if (now_ns < date->due_ns)
		return;
	date->due_ns = now_ns + NS_PER_S;
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(date->line, sizeof(date->line), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
}

void response_head(
	struct output *out, const struct response *response, const struct response_date *date)
{
	static const char *const connections[] = {
		[RESPONSE_PERSISTS] = "\r\n",
		[RESPONSE_KEEP_ALIVE] = "Connection: keep-alive\r\n\r\n",
		[RESPONSE_CLOSE] = "Connection: close\r\n\r\n",
	};
	output_text(out, "HTTP/1.1 ");
	output_text(out, response_status(response->status));
	output_text(out, "\r\n");
	output_text(out, date->line);
	output_text(out, "Content-Type: ");
	output_text(out, response->type);
	if (response->chunked) {
		output_text(out, "\r\nTransfer-Encoding: chunked\r\n");
	} else {
		output_text(out, "\r\nContent-Length: ");
		output_number(out, response->length);
		output_text(out, "\r\n");
	}
	output_text(out, connections[response->connection]);
}
