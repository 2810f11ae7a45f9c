/* A new file beside the one that it is to replace. */
#ifndef BENCH_RESULT_OUTPUT_BESIDE_H
#define BENCH_RESULT_OUTPUT_BESIDE_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

#define OUTPUT_BESIDE_EXCLUSIVE (O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

/* Makes one by a name that nobody else looks for, and that nobody else may read. Returns its
 * descriptor; or -1 with errno, and an empty name. */
int output_beside_open(const char *path, char *beside, size_t size);

/* Gives the file the owner, the group and the mode of another, as far as this process may. */
void output_beside_liken(int fd, const struct stat *other);

/* Locks the folder of `path` against other runs, until the descriptor is closed: each looks at the
 * file and renames its own to it, and no other may do so in between. Returns -1 where the folder
 * cannot be opened; the others then cannot, either. */
int output_beside_lock(const char *path);

/* Whether one can be made there. Returns 0, or -1 with errno. */
int output_beside_check(const char *path);

#endif
