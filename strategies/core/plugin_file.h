/* The file of a plug-in: opened once, checked by descriptor, and copied to where nobody can change
 * it. Refused is what somebody else can decide: a file or its folder that belongs neither to root
 * nor to the effective user, or that everybody can write to, unless the folder is sticky. A group
 * that can write is trusted: umask 0002 makes it. A link in the folder's path is followed, and the
 * folder that is reached is checked; a link in the place of the file is refused. */
#ifndef STRATEGIES_CORE_PLUGIN_FILE_H
#define STRATEGIES_CORE_PLUGIN_FILE_H

#include "common/error.h"

#include <sys/stat.h>

/* Refuses with STATUS_USAGE and one line that begins with the path. Returns -1. */
int plugin_refuse(struct error *error, const char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns a descriptor of the file to read from, and which file it is in `status`; or -1. */
int plugin_file_open(const char *path, struct stat *status, struct error *error);

/* Copies the file into a memory file and seals that (memfd_create(2)). Returns its descriptor, or
 * -1. `fd` stays the caller's. */
int plugin_file_seal(int fd, const char *path, struct error *error);

/* Whether the descriptor is such a sealed memory file, and which, in `status`. Returns `fd` or -1.
 */
int plugin_file_check_sealed(int fd, const char *path, struct stat *status, struct error *error);

#endif
