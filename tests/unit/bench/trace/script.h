/* Segments as text, so that a table of them reads like a ladder:
 *
 *     "> S 100; < SA 500 101; > A 101 501; > PA 101 501 +20; < R 501"
 *
 * who sent it (side 0 by ">", side 1 by "<"), the flags' first letters, the number, what is
 * acknowledged, and +N bytes of data; "win 0" sets the window, "fastclose" and "mptcp"
 * are options of MPTCP. */
#ifndef TRACE_SCRIPT_H
#define TRACE_SCRIPT_H

#include "bench/trace/segment.h"

#include <stddef.h>

#define SCRIPT_MAX 64

struct scripted {
	unsigned side;
	struct tcp_header tcp;
};

struct script {
	size_t count;
	struct scripted segments[SCRIPT_MAX];
};

struct script script_read(const char *text);

/* The segment as it is read from a capture: side 0 is 10.0.0.1:40000, side 1 10.0.0.2:80; a
 * millisecond lies between two. */
struct segment script_segment(const struct script *script, size_t at);

#endif
