/* How large the kernel's own structures are, by the description of its types (BTF) that it shows to
 * everybody. */
#ifndef BENCH_LAB_KERNEL_TYPE_H
#define BENCH_LAB_KERNEL_TYPE_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

struct kernel_type {
	const char *name; /* of a struct */
	uint32_t bytes;   /* 0: this kernel has none of that name */
};

/* Fills in how many bytes each has. Returns 0; -1 where the kernel has no BTF. */
int kernel_types_measure(struct kernel_type *types, size_t count, struct error *error);

#endif
