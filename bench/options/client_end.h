/* What the run's options say about the client's end where the strategy leaves it open. */
#ifndef BENCH_OPTIONS_CLIENT_END_H
#define BENCH_OPTIONS_CLIENT_END_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* The client's end where no strategy is declared: it leaves closing to the server, of which this
 * table says nothing that is true. */
extern const struct td_strategy client_end_alone;

/* Parse --source-port and --client-close; NULL leaves the value alone. Return 0 or -1. */
int client_end_parse_source(const char *text, enum td_source_port *mode, struct error *error);
int client_end_parse_close(const char *text, bool *reset, struct error *error);

/* Whether it does not matter to the strategy how the client closes: the server closes first, and
 * the client's end says nothing about what follows the server's FIN. */
bool client_end_is_open(const struct td_strategy *strategy);

/* The client answers the server's FIN with a RST instead of its own, as neper and h1load do. Only
 * for a strategy that leaves it open. */
void client_end_set_reset(struct td_strategy *strategy);

/* The words of the options, as a trial records them: "kernel", "range", "bind"; "plain", "reset",
 * or "strategy" where the strategy does not leave it open. */
const char *client_end_source(const struct td_strategy *strategy);
const char *client_end_close(const struct td_strategy *strategy);

#endif
