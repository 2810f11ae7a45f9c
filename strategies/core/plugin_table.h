/* Whether the table of a loaded object can be read, and what it points to: everything that the
 * program will touch lies in a segment of an object that is loaded. A file that is damaged may
 * export an address where nothing is. */
#ifndef STRATEGIES_CORE_PLUGIN_TABLE_H
#define STRATEGIES_CORE_PLUGIN_TABLE_H

#include "common/error.h"
#include "teardown/strategy.h"

/* Whether the table, its strings and its hooks are there, it is of this program's ABI, and it is
 * coherent. `path` is for the error. Returns 0 or -1. */
int plugin_table_check(const struct td_strategy *table, const char *path, struct error *error);

#endif
