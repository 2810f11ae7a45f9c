/* The first load of a plug-in, in a child process: the dynamic linker and the checks of the table
 * trust the file that they are given, and a damaged one may end the process that loads it, by a
 * signal, by an assertion of the linker's own, or by code that never returns. Only when the child
 * has ended well does the program load the same bytes itself.
 *
 * The child has no standard streams, dumps no core, dies with its parent and is killed at a
 * deadline. Constructors and destructors of the object run in it. */
#ifndef STRATEGIES_CORE_PLUGIN_PROBE_H
#define STRATEGIES_CORE_PLUGIN_PROBE_H

#include "common/error.h"

/* Calls `load` in a child process: it returns 0, or -1 with the reason. Returns 0 when it returned
 * 0; otherwise -1 with its reason, or with how the child ended instead. The program must have no
 * threads. */
int plugin_probe(int (*load)(void *subject, struct error *error), void *subject, const char *path,
	struct error *error);

#endif
