/* --tls, --compare-tls, --tls-resume, and {cert} and {key} in commands of third parties: what does
 * not go with them is refused.
 */
#ifndef BENCH_OPTIONS_TLS_OPTIONS_H
#define BENCH_OPTIONS_TLS_OPTIONS_H

#include "bench/options/options.h"
#include "bench/process/command.h"
#include "common/error.h"

#include <stdbool.h>

/* Values of a command. */
enum { TLS_CERT, TLS_KEY, TLS_VALUES };

/* Sets both to the file that has key and certificate; NULL: there is none yet. */
void tls_options_values(const char *certificate, struct command_value values[TLS_VALUES]);

/* Whether the server's command or the proxy's has {cert} or {key}: a trial then needs them. */
bool tls_options_need_certificate(const struct run_options *options);

/* Whether teardown-server is to speak TLS: it is what the client connects to. */
bool tls_options_own_server(const struct run_options *options);

/* What the levels of --compare-tls are called, in the names of rows: "graceful:plain". */
#define TLS_PLAIN_NAME "plain"
#define TLS_NAME "TLS"
#define TLS_RESUME_DEFAULT "off"

/* Sets what is of one of these levels. */
void tls_options_level_set(struct run_options *options, bool is_tls);

/* Refuses what cannot go with --compare-tls. Returns 0 or -1. */
int tls_options_compare_check(const struct run_options *options, struct error *error);

/* Whether the builtin loader resumes sessions. */
bool tls_options_resume(const struct run_options *options);

/* Returns 0 or -1: STATUS_HOST_CANNOT where a certificate is needed, and this program was built
 * without TLS. */
int tls_options_check(const struct run_options *options, struct error *error);

#endif
