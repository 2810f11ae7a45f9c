/* Whether an ELF file is whole. The dynamic linker maps what the program headers say, and a file
 * that ends before that is a SIGBUS, not an error. */
#ifndef STRATEGIES_CORE_PLUGIN_ELF_H
#define STRATEGIES_CORE_PLUGIN_ELF_H

#include <stddef.h>

/* Returns NULL when every segment and section lies within the `size` bytes, or what is wrong, as
 * the end of a sentence. Machine, type and symbols are left to dlopen(3), which has errors for
 * them. */
const char *plugin_elf_fault(const void *bytes, size_t size);

#endif
