/* Makes the response to a request, in the worker's output buffer. For http1.c only. */
#ifndef SERVER_HTTP_HANDLER_H
#define SERVER_HTTP_HANDLER_H

#include "server/http/http1.h"

#include <stddef.h>

/* A piece of the request's body has come: the handler sends it back. */
void handler_body(
	struct http1 *h, const struct http1_service *service, const char *bytes, size_t length);

/* The request line is complete: notes the route of its path. */
void handler_route(struct http1 *h, const struct http1_service *service);

/* The head is complete, and /metrics is all that is answered: returns the status that refuses the
 * request, or 0. */
unsigned handler_judge_metrics(const struct http1 *h);

/* The head is complete and the body is not: tells a client that waits for 100 (Continue) to send
 * the body. */
void handler_continue(struct http1 *h, const struct http1_service *service);

/* The request is complete: appends the response, or its end. */
void handler_request(struct http1 *h, const struct http1_service *service);

/* Appends a response with this status, and its reason phrase as the body. */
void handler_status(struct http1 *h, const struct http1_service *service, unsigned status);

#endif
