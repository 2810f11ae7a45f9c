/* skeleton: the manual for writing a client behaviour. Copy this file, name it for what such a
 * client does, and draw its ladder here first: what it sends, what it reads, how it ends.
 *
 *   client                               server
 *     | -- request ------------------------> |  CLIENT_SEND
 *     | <------------------------ response - |  CLIENT_READ
 *     | - FIN -----------------------------> |  CLIENT_CLOSE
 *     | <----------------------------- FIN - |  as the server's strategy has it
 *
 * Then say where one meets such clients, and what they do to a server.
 *
 * A behaviour is this one table: its steps, in the order of a connection's life. behaviour.h
 * documents every step and every field; leave out each field whose default is right. The last step
 * of a connection is CLIENT_FOLLOW, which closes as the strategy says, or one that does not: the
 * strategy's claims are then about connections that such a client does not make, and do not decide
 * whether a trial is valid. A step that no table has yet is a row of bench/load/client_step.c, with
 * its functions beside the others in client_send.c, client_read.c, client_pause.c or
 * client_leave.c.
 *
 * Then add the file to meson.build and one line to registry.c, both in this folder, and to
 * tests/scenario/run_clients.py what it puts on the wire and what its row says. This file is
 * compiled, but not listed. */
#include "bench/load/clients/behaviour.h"

extern const struct client_behaviour client_skeleton;

const struct client_behaviour client_skeleton = {
	.name = "skeleton",
	.summary = "Reads the response and closes at once, whatever the strategy says.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_CLOSE},
};
