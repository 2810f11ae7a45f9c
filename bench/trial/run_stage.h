/* What the options of `teardown run` say of a trial: the stage that it is played on, and who is on
 * it. */
#ifndef BENCH_TRIAL_RUN_STAGE_H
#define BENCH_TRIAL_RUN_STAGE_H

#include "bench/options/options.h"
#include "bench/trial/stage.h"
#include "bench/trial/trial.h"

/* The spec, and what it points to: not to be copied. */
struct run_stage {
	struct stage_spec spec;
	const struct run_options *options;
	/* What {cert} and {key} stand for in the commands. Optional: default NULL, nothing. */
	const char *certificate;
	struct server_program_spec server;
	struct stage_load_spec load;
	/* The strategy's requirements, then the user's. */
	struct network_setting settings[TD_REQUIREMENTS_MAX + OPTION_LIST_MAX];
	/* The hop behind a proxy, if there is one. */
	struct stage_spec upstream;
	struct server_program_spec upstream_server;
	struct network_setting upstream_settings[TD_REQUIREMENTS_MAX + OPTION_LIST_MAX];
};

void run_stage_init(struct run_stage *stage, const struct trial_spec *trial);

#endif
