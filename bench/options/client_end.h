/* What the run's options say about the client's end where the strategy leaves it open. */
#ifndef BENCH_OPTIONS_CLIENT_END_H
#define BENCH_OPTIONS_CLIENT_END_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* What stands for a strategy with a third party's server. Its client's end waits for the server's
 * FIN; what it claims of the server is not looked at, since nothing is declared. */
extern const struct td_strategy client_end_alone;

/* Parse --source-port and --client-close; NULL leaves the value alone. Return 0 or -1. */
int client_end_parse_source(const char *text, enum td_source_port *mode, struct error *error);
int client_end_parse_close(const char *text, bool *reset, struct error *error);

/* Whether the strategy leaves open how the client closes: the server closes first, and the client's
 * end has no hook for the server's FIN. */
bool client_end_is_open(const struct td_strategy *strategy);

/* Has the client answer the server's FIN with a RST instead of a FIN, as neper and h1load do. Only
 * for a strategy that leaves open how the client closes. */
void client_end_set_reset(struct td_strategy *strategy);

/* The words of the options, as a trial records them: "kernel", "range", "bind"; "plain", "reset",
 * or "strategy" where the strategy declares how the client closes. */
const char *client_end_source(const struct td_strategy *strategy);
const char *client_end_close(const struct td_strategy *strategy);

#endif
