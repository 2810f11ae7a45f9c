/* Damages a shared object: what a disk, a copy that broke off, a linker's error or an ill will do
 * to a file that was good. */
#ifndef TESTS_FUZZ_PLUGIN_MUTATE_H
#define TESTS_FUZZ_PLUGIN_MUTATE_H

#include <stddef.h>
#include <stdint.h>

struct object {
	unsigned char *bytes;
	size_t size;
};

/* Changes `object`, a copy of a good shared object, in a way that `seed` decides; it may become
 * shorter. Returns what was done, in a few words. */
const char *plugin_mutate(struct object *object, uint64_t seed);

#endif
