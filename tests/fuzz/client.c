#include "tests/fuzz/client.h"

#include "common/body_pattern.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/world.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The server's send(2) and recv(2) are the world's; a client's are the kernel's: it calls sendto(2)
 * and recvfrom(2). */

#define READ_MOST 65536

#define REQUEST(text, ...)                                                                         \
	{                                                                                          \
		text, sizeof(text) - 1, __VA_ARGS__                                                \
	}

static const struct {
	const char *text;
	size_t length;
	bool head;
	const char *echo; /* the body that comes back; NULL: the pattern */
} requests[] = {
	REQUEST("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
	REQUEST("HEAD /bytes/70000 HTTP/1.1\r\nHost: x\r\n\r\n", .head = true),
	REQUEST("GET /bytes/300000 HTTP/1.1\r\nHost: x\r\n\r\n"),
	REQUEST("GET /bytes/17000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
	REQUEST("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"),
	REQUEST("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", .echo = "hello"),
	REQUEST("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
		"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nA: b\r\n\r\n",
		.echo = "hello!"),
	REQUEST("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", .echo = ""),
	REQUEST("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"),
	REQUEST("GET http://x/bytes/1?y HTTP/1.1\r\nHost: x\r\n\r\n"),
	REQUEST("GET /bytes/16384 HTTP/1.1\r\nHost: x\r\n\r\n"),
};

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

/* The request that the response at hand answers is one of ours. */
static bool is_ours(const struct client *c)
{
	return c->responses < c->tame_requests;
}

static unsigned request_now(const struct client *c)
{
	return c->asked[c->responses % CLIENT_ASKED];
}

static int on_message_begin(llhttp_t *parser)
{
	struct client *c = (struct client *)parser;
	c->in_message = true;
	c->body_at = 0;
	return 0;
}

/* 1: no body follows. */
static int on_headers_complete(llhttp_t *parser)
{
	struct client *c = (struct client *)parser;
	bool head = parser->status_code >= 200 && is_ours(c) && requests[request_now(c)].head;
	/* Was it refused before its method was known, or after? */
	c->blind |= head && parser->status_code == 408;
	return head;
}

static int on_body(llhttp_t *parser, const char *bytes, size_t length)
{
	struct client *c = (struct client *)parser;
	if (parser->status_code != 200 || !is_ours(c))
		return 0;
	const char *echo = requests[request_now(c)].echo;
	for (size_t i = 0; i < length; i++, c->body_at++) {
		REQUIRE(!echo || c->body_at < strlen(echo));
		REQUIRE(bytes[i] == (echo ? echo[c->body_at] : body_pattern_byte(c->body_at)));
	}
	return 0;
}

static int on_message_complete(llhttp_t *parser)
{
	struct client *c = (struct client *)parser;
	c->in_message = false;
	if (parser->status_code < 200)
		return 0;
	c->responses++;
	c->told_to_close = !llhttp_should_keep_alive(parser);
	return 0;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_message_begin,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

void client_open(struct client *c, const struct sockaddr_un *address, socklen_t length,
	struct tls_context *tls)
{
	if (c->fd != -1)
		return;
	*c = (struct client){.tame = true};
	llhttp_init(&c->parser, HTTP_RESPONSE, &settings);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	REQUIRE(c->fd != -1);
	if (connect(c->fd, (const struct sockaddr *)address, length) == -1)
		client_close(c);
	else if (tls)
		records_open(&c->records, tls, c->fd);
}

void client_close(struct client *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	records_close(&c->records);
}

void client_shut(struct client *c)
{
	if (c->fd == -1)
		return;
	shutdown(c->fd, SHUT_WR);
	c->shut = true;
}

void client_notify(struct client *c)
{
	if (c->fd == -1 || !c->records.channel || c->shut)
		return;
	records_notify(&c->records);
	c->shut = tls_channel_state(c->records.channel)->notified;
}

static void wild_note(struct client *c, const char *bytes, ssize_t length)
{
	c->tame = false;
	for (ssize_t i = 0; i < length; i++) {
		c->last_bytes = c->last_bytes << 8 | (unsigned char)bytes[i];
		c->blind |= c->last_bytes == 0x48454144; /* "HEAD" */
	}
}

void client_send_raw(struct client *c, const char *bytes, size_t length)
{
	if (c->fd != -1)
		wild_note(c, bytes, sendto(c->fd, bytes, length, MSG_NOSIGNAL, NULL, 0));
}

void client_send(struct client *c, const char *bytes, size_t length)
{
	if (c->fd == -1 || !c->records.channel || !records_are_open(&c->records)) {
		client_send_raw(c, bytes, length);
		return;
	}
	records_seal(&c->records, bytes, length);
	wild_note(c, bytes, (ssize_t)length);
}

/* Returns whether all of it went. */
static bool request_send(struct client *c, const char *bytes, size_t length)
{
	if (!c->records.channel)
		return sendto(c->fd, bytes, length, MSG_NOSIGNAL, NULL, 0) == (ssize_t)length;
	records_seal(&c->records, bytes, length);
	return !c->records.cut;
}

void client_ask(struct client *c, unsigned number)
{
	number %= REQUESTS;
	if (c->fd == -1 || c->shut)
		return;
	if (c->records.channel && !records_are_open(&c->records)) {
		client_read(c, READ_MOST);
		return;
	}
	/* A request behind wild bytes may be a body, or be answered with more than it asks for. */
	c->blind |= !c->tame && requests[number].head;
	if (!request_send(c, requests[number].text, requests[number].length)) {
		c->tame = false;
		c->blind = true;
		return;
	}
	c->asked[c->requests++ % CLIENT_ASKED] = (uint8_t)number;
	c->tame_requests += c->tame;
}

static void client_parse(struct client *c, const char *bytes, size_t length)
{
	enum llhttp_errno error = llhttp_execute(&c->parser, bytes, length);
	if (error != HPE_OK && !c->blind)
		fprintf(stderr, "%s, after %u of %u responses: %.*s\n", llhttp_errno_name(error),
			c->responses, c->requests, (int)(length < 200 ? length : 200), bytes);
	REQUIRE(error == HPE_OK || c->blind);
}

/* Records fail only where the client, or the world, was wild. */
static void records_read(struct client *c, const char *bytes, size_t length)
{
	struct tls_buffer plain;
	enum tls_status status = records_take(&c->records, bytes, length, &plain);
	c->tame &= !c->records.cut;
	REQUIRE(status != TLS_FAILED || !c->tame || world_is_hostile());
	if (!c->blind && plain.length > 0)
		client_parse(c, plain.bytes, plain.length);
}

int client_read(struct client *c, size_t length)
{
	static char bytes[READ_MOST];
	if (c->fd == -1)
		return 0;
	ssize_t n = recvfrom(
		c->fd, bytes, length < sizeof(bytes) ? length : sizeof(bytes), 0, NULL, NULL);
	if (n <= 0)
		return n == -1 && errno == EAGAIN ? -1 : 0;
	/* What was asked is not known of more. */
	c->blind |= c->requests > c->responses + CLIENT_ASKED;
	if (c->records.channel)
		records_read(c, bytes, (size_t)n);
	else if (!c->blind)
		client_parse(c, bytes, (size_t)n);
	return (int)n;
}

void client_judge(const struct client *c)
{
	if (c->blind || !c->tame)
		return;
	REQUIRE(!c->in_message);
	REQUIRE(c->responses == c->requests || (c->told_to_close && c->responses < c->requests));
}
