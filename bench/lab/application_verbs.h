/* Verbs of a scene for what the applications do with their sockets. */
#ifndef BENCH_LAB_APPLICATION_VERBS_H
#define BENCH_LAB_APPLICATION_VERBS_H

#include "bench/lab/wire_verbs.h"

#include <stdbool.h>

/* So many bytes are given to the kernel. */
void lab_send(struct pair *pair, enum lab_end end, unsigned bytes);

/* The same with MSG_MORE: what is too little for a segment waits for more, or for the FIN. */
void lab_send_more(struct pair *pair, enum lab_end end, unsigned bytes);

/* As many as the kernel takes at once, up to so many. Returns how many. */
unsigned lab_send_some(struct pair *pair, enum lab_end end, unsigned bytes);

/* So many bytes are read. */
void lab_read(struct pair *pair, enum lab_end end, unsigned bytes);

/* A request of 100 bytes and a response of 200, read by both applications. */
void lab_exchange(struct pair *pair);

/* The client sends so many bytes, the server sends them back, and the client reads them: as fast as
 * it goes. */
void lab_echo(struct pair *pair, unsigned bytes);

/* How what an application reads ends. */
enum reading_end {
	READ_EOF,
	READ_RESET, /* ECONNRESET */
	READ_ERROR, /* another errno */
	READ_OPEN,  /* it did not, by the deadline or at once */
};

/* What an application reads. */
struct reading {
	unsigned bytes;
	enum reading_end end; /* behind them */
};

/* Reads to the end. */
struct reading lab_read_to_end(struct pair *pair, enum lab_end end);

/* What there is to be read now, without waiting. */
struct reading lab_read_now(struct pair *pair, enum lab_end end);

/* Reads to the end, and closes. */
struct reading lab_drain(struct pair *pair, enum lab_end end);

const char *lab_reading_text(enum reading_end end);

void lab_shut(struct pair *pair, enum lab_end end);      /* shutdown(SHUT_WR) */
void lab_shut_read(struct pair *pair, enum lab_end end); /* shutdown(SHUT_RD) */
void lab_close(struct pair *pair, enum lab_end end);
void lab_block(struct pair *pair, enum lab_end end);               /* no O_NONBLOCK */
void lab_linger(struct pair *pair, enum lab_end end, int seconds); /* SO_LINGER */
void lab_reset(struct pair *pair, enum lab_end end);               /* SO_LINGER{1,0}, close() */

/* SO_KEEPALIVE: the end asks when it has heard nothing for idle_s, again each interval_s, and gives
 * up when `count` were not answered. */
void lab_keep_alive(struct pair *pair, enum lab_end end, int idle_s, int interval_s, int count);

/* Both ends reset at once: the port is free again, whatever states they were in. */
void lab_reset_both(struct pair *pair);

/* Both ends close, one behind the other, in four segments: the first one is left with TIME-WAIT,
 * where its kernel keeps one. */
void lab_close_both(struct pair *pair, enum lab_end first);

/* A thread closes it. Waits until the thread is seen asleep in close(), or close() has returned.
 * NULL after a failure. */
struct lab_closing *lab_close_begin(struct pair *pair, enum lab_end end);

struct lab_closed {
	bool has_waited; /* the thread was seen asleep */
	int error;       /* 0, or close(2)'s errno */
	double took_ms;
};

/* Waits until close() has returned, and frees what was begun, also after a failure. */
struct lab_closed lab_close_end(struct lab_closing *closing);

/* The socket itself, for what has no verb; -1: closed. */
int lab_socket(const struct pair *pair, enum lab_end end);

/* Sets an option whose value is an int, by setsockopt(2)'s level and name. Where the kernel refuses
 * it, the lesson's claims are skipped, for that reason. */
void lab_option(struct pair *pair, enum lab_end end, int level, int name, int value);

/* The same of the listener: sockets that are accepted have it, too. lab_listen makes a new one,
 * without. */
void lab_listener_option(struct lab *lab, int level, int name, int value);

/* What the socket has failed with (SO_ERROR): an errno, told once; 0: nothing. */
int lab_error(const struct pair *pair, enum lab_end end);

/* So long: what an application does meanwhile is part of the scene. Never to wait for something. */
void lab_think(struct lab *lab, unsigned milliseconds);

#endif
