/* A worker whose loop and clock the test turns by hand, and clients over loopback: what takes a
 * server minutes takes a test no time. */
#ifndef TESTS_UNIT_SERVER_STILL_WORKER_H
#define TESTS_UNIT_SERVER_STILL_WORKER_H

#include "server/host/listen_socket.h"
#include "server/options.h"
#include "server/worker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct still_worker {
	struct server_options options;
	struct role role;
	struct worker_shared shared;
	struct address address;
	struct worker *worker;
};

/* `arguments` end with NULL. Returns 0 or -1, as a setup does. */
int still_start(
	struct still_worker *s, const struct td_strategy *strategy, const char *const *arguments);
void still_stop(struct still_worker *s);

/* Turns the loop until nothing happens. */
void still_turn(struct still_worker *s);

/* Lets time pass in small steps, with a turn after each, and calls `on_step` (may be NULL). */
void still_pass(struct still_worker *s, uint64_t ns, void (*on_step)(int client), int client);

/* A client that has connected and said `text`, and what the worker made of it. With a receive
 * buffer of 0 the kernel's own is kept. */
int client_open(struct still_worker *s, const char *text, int receive_buffer);
void client_say(int client, const char *text);

/* Reads what has come. Returns its length; `ended` tells whether it was the end (true also for a
 * reset). */
size_t client_read(int client, char *text, size_t size, bool *ended);

#endif
