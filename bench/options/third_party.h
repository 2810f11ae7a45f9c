/* What the options say of third-party loaders and servers: checked, and made into commands. */
#ifndef BENCH_OPTIONS_THIRD_PARTY_H
#define BENCH_OPTIONS_THIRD_PARTY_H

#include "bench/options/options.h"
#include "bench/process/command.h"
#include "common/address.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a third party makes the load. */
bool third_party_make_load(const struct run_options *options);

/* Whether wrk makes the load. */
bool third_party_load_is_wrk(const struct run_options *options);

/* "builtin", "wrk" or "command"; "teardown-server" or "server-command". */
const char *third_party_loader_name(const struct run_options *options);
const char *third_party_server_name(const struct run_options *options);

/* How much longer than the duration a loader that is told the duration may take: what it was told
 * is in whole seconds, and it ends by itself a little later. 0: it is not told. */
uint64_t third_party_overtime_ns(const struct run_options *options);

/* Whether the loader's command is told how many connections to have open. */
bool third_party_tells_connections(const struct run_options *options);

/* Whether the last request on a connection says "Connection: close": a third party's server is told
 * in no other way. */
bool third_party_announce_close(const struct run_options *options);

#define THIRD_PARTY_HOW_SIZE 80

/* Whether the loader's command shows that it keeps its connections alive; `how` then says what
 * would have it close them. */
bool third_party_keeps_alive(const struct run_options *options, char how[THIRD_PARTY_HOW_SIZE]);

/* Refuses options that a third-party loader or server cannot follow, and programs that are not
 * there; fills in the server's label. */
int third_party_check(struct run_options *options, struct error *error);

/* The commands of a trial. `certificate`: what {cert} and {key} stand for; NULL: nothing. Return 0,
 * or -1 with nothing to destroy. */
int third_party_loader_command(const struct run_options *options, const struct address *server,
	struct command *command, struct error *error);
int third_party_server_command(const struct run_options *options, const struct address *server,
	const char *certificate, struct command *command, struct error *error);

#endif
