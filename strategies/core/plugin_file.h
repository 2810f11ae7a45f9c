/* The file of a plug-in: opened once, checked by descriptor, and copied to where nobody can change
 * it any more.
 *
 * Who could have written it is asked of the file, of its folder and of the folders above:
 * - the file is regular, owned by root or the user, writable by its owner only, and no symbolic
 *   link: who may write the file says nothing about who may turn the link elsewhere;
 * - its folder is owned by root or the user and writable by its owner only. A sticky bit does not
 *   help there: it protects a file that exists, while anybody may add one;
 * - above it a sticky folder will do (/tmp/mine/x.so), since what is there already cannot be
 *   renamed by others.
 * Symbolic links in the folder's path are followed, once, by the kernel: the folder that was
 * reached is the one that is checked, and the file is opened in that one (openat(2)). */
#ifndef STRATEGIES_CORE_PLUGIN_FILE_H
#define STRATEGIES_CORE_PLUGIN_FILE_H

#include "common/error.h"

#include <sys/stat.h>

/* Refuses with STATUS_USAGE and one line that begins with the path. Returns -1. */
int plugin_refuse(struct error *error, const char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns a descriptor of the file to read from, and who it is in `status`; or -1. */
int plugin_file_open(const char *path, struct stat *status, struct error *error);

/* Copies it into a memory file and seals that (memfd_create(2)). Returns its descriptor, which
 * children inherit; or -1. `fd` stays the caller's. */
int plugin_file_seal(int fd, const char *path, struct error *error);

/* Whether the descriptor is such a sealed memory file. Returns 0 or -1. */
int plugin_file_check_sealed(int fd, const char *path, struct error *error);

#endif
