/* A client of the server under test: its socket, and what it thinks of the answers. */
#ifndef FUZZ_CLIENT_H
#define FUZZ_CLIENT_H

#include "tests/fuzz/records.h"

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Requests whose answers are checked, when they wait for them at the same time. */
#define CLIENT_ASKED 64

struct client {
	llhttp_t parser; /* first: its callbacks find the rest */
	int fd;          /* -1: not connected */
	bool shut;       /* it has sent its FIN */
	/* The client has sent nothing but whole requests of our own. */
	bool tame;
	/* The client may have sent a HEAD: where a response ends is unknown. */
	bool blind;
	bool in_message;
	bool told_to_close;  /* a response said so */
	uint32_t last_bytes; /* that it sent */
	uint32_t requests, responses;
	uint32_t tame_requests;      /* before it sent anything wild */
	uint8_t asked[CLIENT_ASKED]; /* the numbers of the latest */
	uint64_t body_at;
	struct records records; /* where it speaks TLS */
};

/* Connects, and begins a handshake where `tls` is not NULL. Without room in the backlog it stays
 * unconnected. */
void client_open(struct client *c, const struct sockaddr_un *address, socklen_t length,
	struct tls_context *tls);
void client_close(struct client *c);
void client_shut(struct client *c);

/* Sends what the socket takes; of bytes of any kind, over TLS in records once there is a channel.
 */
void client_send(struct client *c, const char *bytes, size_t length);
/* The same as they are, over TLS too. */
void client_send_raw(struct client *c, const char *bytes, size_t length);

/* Over TLS: sends close_notify. */
void client_notify(struct client *c);

/* Sends the request of this number, or the whole of nothing. Over TLS it first has the handshake go
 * on, and asks for nothing until that is done. */
void client_ask(struct client *c, unsigned number);

/* Reads at most `length` bytes and judges them. Returns how many; 0 at the end of the stream, -1
 * when there is nothing now. */
int client_read(struct client *c, size_t length);

/* The server has ended, with nothing done to it: whatever was asked was answered. */
void client_judge(const struct client *c);

#endif
