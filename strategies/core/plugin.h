/* Strategies from shared objects: `--strategy ./mine.so`. What is loaded is exactly what was
 * checked: a copy in a sealed memory file. The bench hands that to its server as a descriptor
 * (plugin_argument): in a user namespace the server could not judge the file's owner (all but one
 * look like the overflow uid), and all trials of a run get the same bytes. */
#ifndef STRATEGIES_CORE_PLUGIN_H
#define STRATEGIES_CORE_PLUGIN_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* Whether an argument names a plug-in, not a built-in: it has a '/' or ends in ".so". */
bool plugin_is_path(const char *argument);

/* Loads a plug-in, or finds the one that was loaded from this file before. `path` may also be what
 * plugin_argument gave to a parent process. Returns its table, which stays for as long as the
 * program runs; or NULL with STATUS_USAGE and the reason. Not for use by several threads. */
const struct td_strategy *plugin_load(const char *path, struct error *error);

/* What names a loaded plug-in to a child process, "/proc/self/fd/N"; NULL: it is no plug-in. From
 * now on programs that are executed inherit the descriptor. */
const char *plugin_argument(const struct td_strategy *strategy);

#endif
