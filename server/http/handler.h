/* What a request is answered with, appended to the worker's output. For http1.c alone. */
#ifndef SERVER_HTTP_HANDLER_H
#define SERVER_HTTP_HANDLER_H

#include "server/http/http1.h"

#include <stddef.h>

/* A piece of the request's body has come: it is sent back. */
void answer_body(
	struct http1 *h, const struct http1_service *service, const char *bytes, size_t length);

/* The request line is complete: notes what its path asks for. */
void answer_route(struct http1 *h, const struct http1_service *service);

/* The head is complete and the body is not: has a client that waits send it. */
void answer_continue(struct http1 *h, const struct http1_service *service);

/* The request is complete. */
void answer_request(struct http1 *h, const struct http1_service *service);

/* Answers with a status and its name. */
void answer_status(struct http1 *h, const struct http1_service *service, unsigned status);

#endif
