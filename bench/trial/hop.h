/* One hop of a trial, from the instants before the load to those behind it: its stage, and the
 * record that is filled in. A trial with a proxy has two, which are measured at the same time. */
#ifndef BENCH_TRIAL_HOP_H
#define BENCH_TRIAL_HOP_H

#include "bench/trial/live.h"
#include "bench/trial/record.h"
#include "bench/trial/stage.h"
#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

/* What the sampler's thread tells on. */
struct hop_teller {
	struct trial_live *live;
	uint64_t ports, censuses;
	bool is_third_party;
};

struct hop {
	struct stage *stage;
	struct trial *trial;
	struct hop_teller teller;
	struct wire_report wire; /* before the load */
};

/* Each returns 0 or -1. In their order: what is read before the load; */
int hop_begin(struct hop *hop, struct error *error);

/* the load begins, of which samples are told to `live`; NULL: to nobody; */
int hop_start(struct hop *hop, struct trial_live *live, struct error *error);

/* its end is awaited, and no sample is taken any more; */
int hop_join(struct hop *hop, struct error *error);

/* what is read once all is closed; */
int hop_end(struct hop *hop, struct error *error);

/* clients beside the load leave. */
int hop_leave(struct hop *hop, struct error *error);

#endif
