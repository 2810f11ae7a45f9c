/* What doctor found, as JSON: schema "teardown-doctor/1" (docs/doctor.md). */
#ifndef BENCH_REPORT_DOCTOR_JSON_H
#define BENCH_REPORT_DOCTOR_JSON_H

#include "bench/doctor/check.h"
#include "bench/doctor/records.h"

#include <jansson.h>

/* Returns NULL when there is no memory. */
json_t *doctor_json(const struct doctor_host *host, const struct diagnosis *diagnosis);

#endif
