/* The load of a stage: the builtin loader, or a third party's command. */
#ifndef BENCH_TRIAL_STAGE_LOAD_H
#define BENCH_TRIAL_STAGE_LOAD_H

#include "bench/ends/program_command.h"
#include "bench/load/builtin_loader.h"
#include "bench/load/load.h"
#include "bench/network/network.h"
#include "bench/trial/request.h"
#include "common/error.h"

#include <stdbool.h>

struct stage_load_spec {
	/* Of a third party's loader. Optional: default the builtin loader, as the rest says. */
	struct program_command command;
	/* Network, ports and requests are the stage's to fill in. */
	struct builtin_loader_spec loader;
	struct request_spec request;
};

/* Makes the load, up to its start. `request` must live as long as the load. Returns 0 or -1; either
 * way load_destroy, then request_destroy, are due. */
int stage_load_create(struct load *load, struct request *request,
	const struct stage_load_spec *spec, const struct network *network, struct error *error);

#endif
