/* Settings (sysctls) of one end, or of the NAT between: the tables of those that are pinned in
 * every trial, and the one way in which any setting is written: in a private namespace, read back,
 * recorded. */
#ifndef BENCH_NETWORK_SETTINGS_H
#define BENCH_NETWORK_SETTINGS_H

#include "bench/network/network.h"
#include "common/error.h"
#include "teardown/strategy.h"

/* Writes the pinned settings of `end` (TD_NONE: of the NAT), then those of `spec`, into the calling
 * thread's namespace, and records each in network->settings as it was read back. Returns 0, or -1
 * when a setting did not take. */
int settings_apply(struct network *network, enum td_who end, const struct network_spec *spec,
	struct error *error);

/* Records the settings that are pinned in a private namespace as the calling thread's namespace has
 * them, and writes none. Returns 0 or -1. */
int settings_note(struct network *network, enum td_who end, struct error *error);

/* Parses "client:net.ipv4.X=V", "server:…", "upstream:…", "proxy:…" or "nat:…" (text after
 * --sysctl). Refuses host-wide knobs and anything outside net., with the reason. Returns 0 or -1
 * (STATUS_USAGE). */
int settings_parse(const char *text, struct network_setting *setting, struct error *error);

#endif
