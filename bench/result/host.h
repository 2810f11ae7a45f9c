/* The machine that a result was measured on. */
#ifndef BENCH_RESULT_HOST_H
#define BENCH_RESULT_HOST_H

#include <jansson.h>

/* {name, kernel, cpu_model, cpus, memory_bytes, rlimit_nofile, root}. To be called before
 * netns_prepare: in a user namespace everybody is root. */
json_t *host_json(void);

#endif
