/* What the options say of loaders and servers of others: checked, and made into commands. */
#ifndef BENCH_OPTIONS_THIRD_PARTY_H
#define BENCH_OPTIONS_THIRD_PARTY_H

#include "bench/options/options.h"
#include "bench/process/command.h"
#include "common/error.h"

#include <netinet/in.h>
#include <stdbool.h>

/* Whether the load is not made by this program. */
bool third_party_make_load(const struct run_options *options);

/* The same, by wrk. */
bool third_party_load_is_wrk(const struct run_options *options);

/* "builtin", "wrk" or "command"; "teardown-server" or "server-command". */
const char *third_party_loader_name(const struct run_options *options);
const char *third_party_server_name(const struct run_options *options);

/* With a server of others: the request that ends each connection says so, since nothing else tells
 * the server. */
bool third_party_announce_close(const struct run_options *options);

/* Refuses what cannot be had from others, and a program that is not there; names the server. */
int third_party_check(struct run_options *options, struct error *error);

/* The commands of a trial. Return 0, or -1 with nothing to destroy. */
int third_party_loader_command(const struct run_options *options, struct in_addr server,
	struct command *command, struct error *error);
int third_party_server_command(const struct run_options *options, struct in_addr server,
	struct command *command, struct error *error);

#endif
