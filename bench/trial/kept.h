/* What of a trial is kept when its process ends in the middle: memory that the process shares with
 * the one that started it, in which the trial is recorded as it goes. */
#ifndef BENCH_TRIAL_KEPT_H
#define BENCH_TRIAL_KEPT_H

#include "bench/trial/record.h"
#include "common/error.h"
#include "strategies/core/hook.h"

#include <stddef.h>
#include <stdint.h>

struct kept {
	uint32_t threads;        /* of the loader */
	struct trial *trial;     /* the record, as far as it is known */
	struct hook_mark *marks; /* one a thread */
	void *loader;            /* builtin_loader_spec.h */
	int samples_fd;          /* sampler.h */
	size_t size;             /* of all but the samples */
};

/* In the process that starts the other one, and before that. Returns 0 or -1. */
int kept_init(struct kept *kept, uint32_t threads, struct error *error);
void kept_finish(struct kept *kept);

/* After the end of the process: the record of a trial whose load had begun, to be finished by the
 * caller. Returns 0; or -1 when there is nothing to record, or no memory. */
int kept_recover(const struct kept *kept, struct trial *trial);

#endif
