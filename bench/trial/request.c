#include "bench/trial/request.h"

#include "common/address.h"
#include "common/body_pattern.h"

#include <stdio.h>
#include <stdlib.h>

static int request_write(struct loader_request *request, const struct request_spec *spec,
	const char *host, uint16_t port, bool last)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return -1;
	fprintf(out, "%s %s HTTP/1.1\r\nHost: %s:%u\r\n", spec->body_bytes ? "POST" : "GET",
		spec->path, host, port);
	for (size_t i = 0; i < spec->headers.count; i++)
		fprintf(out, "%s\r\n", spec->headers.items[i]);
	if (last)
		fputs("Connection: close\r\n", out);
	if (spec->body_bytes)
		fprintf(out, "Content-Length: %llu\r\n", (unsigned long long)spec->body_bytes);
	fputs("\r\n", out);
	for (uint64_t i = 0; i < spec->body_bytes; i++)
		fputc(body_pattern_byte(i), out);
	if (fclose(out) != 0) {
		free(text);
		return -1;
	}
	*request = (struct loader_request){text, size};
	return 0;
}

int request_create(struct request *request, const struct request_spec *spec,
	const struct network *network, uint16_t port, struct error *error)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *host = address_url_host(&network->server_address, text);
	*request = (struct request){0};
	if (request_write(&request->plain, spec, host, port, false) == 0 &&
		request_write(&request->last, spec, host, port, true) == 0)
		return 0;
	request_destroy(request);
	return error_set(error, STATUS_FAILED, "no memory for the request");
}

void request_destroy(struct request *request)
{
	free((void *)request->plain.text);
	free((void *)request->last.text);
	*request = (struct request){0};
}
