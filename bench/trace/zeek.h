/* What Zeek says of a connection, in its words: conn_state and history, by the rules of its
 * TCP analyzer (TCPSessionAdapter.cc) and of base/protocols/conn. */
#ifndef BENCH_TRACE_ZEEK_H
#define BENCH_TRACE_ZEEK_H

#include "bench/trace/tcp_header.h"

#include <stdbool.h>
#include <stdint.h>

/* Letters that are kept, and the '\0'. Zeek's own has no bound. */
#define ZEEK_HISTORY_SIZE 21

struct zeek_end {
	uint16_t again; /* segments with payload that was sent before */
	uint16_t zero_windows;
	uint8_t state, before; /* enum zeek_state, and the one before it */
	uint8_t seen;          /* letters, one bit each */
};

/* Zeroed: nothing was seen. */
struct zeek {
	struct zeek_end ends[2]; /* of the sides */
	uint8_t length;
	char history[ZEEK_HISTORY_SIZE - 1]; /* capitals: side 0 */
};

/* What the caller knows of a segment beside its header. */
struct zeek_news {
	bool is_originator; /* its sender is the client */
	bool is_again;      /* its payload was seen before */
	bool is_other_fin;  /* a FIN, and not the same as the side's first */
	bool is_other_rst;  /* a RST, and its number is not that of the side's last */
	bool shows_gap;     /* it acknowledges what was not captured */
};

/* `side`, 0 or 1, sent it. */
void zeek_see(struct zeek *zeek, unsigned side, const struct tcp_header *header,
	const struct zeek_news *news);

/* The roles were taken for others until now: history begins with "^". */
void zeek_flip(struct zeek *zeek);

/* "SF", "RSTO". `bytes`: whether any side sent data. */
const char *zeek_conn_state(const struct zeek *zeek, unsigned client, bool bytes);

/* "ShADadFf": capitals are the client's. Returns `text`. */
const char *zeek_history(const struct zeek *zeek, unsigned client, char text[ZEEK_HISTORY_SIZE]);

#endif
