/* What a request is answered with, appended to the worker's output. For http1.c alone. */
#ifndef SERVER_HTTP_HANDLER_H
#define SERVER_HTTP_HANDLER_H

#include "server/http/http1.h"

#include <stddef.h>

/* A piece of the request's body has come: it is sent back. */
void handler_body(
	struct http1 *h, const struct http1_service *service, const char *bytes, size_t length);

/* The request line is complete: notes what its path asks for. */
void handler_route(struct http1 *h, const struct http1_service *service);

/* The head is complete and the body is not: has a client that waits send it. */
void handler_continue(struct http1 *h, const struct http1_service *service);

/* The request is complete. */
void handler_request(struct http1 *h, const struct http1_service *service);

/* Answers with a status and its name. */
void handler_status(struct http1 *h, const struct http1_service *service, unsigned status);

#endif
