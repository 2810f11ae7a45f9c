/* A proxy between the client and the server: what the options say of it, checked, and its command.
 */
#ifndef BENCH_OPTIONS_PROXY_H
#define BENCH_OPTIONS_PROXY_H

#include "bench/options/options.h"
#include "bench/process/command.h"
#include "common/error.h"

/* Refuses what cannot be done with a proxy, a program that is not there, and, without a proxy,
 * settings for one. After settings were parsed. Returns 0 or -1. */
int proxy_check(const struct run_options *options, struct error *error);

/* The command of a trial. `certificate`: what {cert} and {key} stand for; NULL: nothing. Returns 0,
 * or -1 with nothing to destroy. */
int proxy_command(const struct run_options *options, const char *certificate,
	struct command *command, struct error *error);

#endif
