/* One connection of a namespace, as sock_diag shows it: asked for by its addresses, so that the
 * kernel does not walk all sockets of the host. */
#ifndef BENCH_LAB_KERNEL_LOOK_H
#define BENCH_LAB_KERNEL_LOOK_H

#include "bench/lab/lesson.h"
#include "common/address.h"
#include "common/error.h"

struct kernel_look;

/* Of the calling thread's namespace. Returns NULL on failure. */
struct kernel_look *kernel_look_create(struct error *error);
void kernel_look_destroy(struct kernel_look *look);

/* The connection between these addresses, of one family; CLOSED where there is none. Returns 0 or
 * -1. */
int kernel_look_at(struct kernel_look *look, const struct address *local,
	const struct address *remote, struct lab_kernel_view *view, struct error *error);

#endif
