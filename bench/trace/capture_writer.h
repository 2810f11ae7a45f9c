/* Writes a pcapng file: one section, an interface of each that the packets came from, times in
 * nanoseconds, and comments. */
#ifndef BENCH_TRACE_CAPTURE_WRITER_H
#define BENCH_TRACE_CAPTURE_WRITER_H

#include "bench/trace/capture.h"

#include <stdio.h>

struct capture_writer;

/* Begins a file; one that is there is written anew. `comment` is about all of it, and may be NULL.
 * Returns NULL with an error that names the file. */
struct capture_writer *capture_writer_create(
	const char *path, const char *comment, struct error *error);

/* `comment` is about the packet, and may be NULL. Failures are told by capture_writer_finish(). */
void capture_writer_add(
	struct capture_writer *writer, const struct capture_packet *packet, const char *comment);

/* Ends the file. Returns 0, or -1 where not all could be written. */
int capture_writer_finish(struct capture_writer *writer, struct error *error);

#endif
